package virtual

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// FlowHash is how a data plane chooses members of groups and LAGs that has one way of it: by addresses, protocol and ports of IP, and by the MAC addresses and
// type of anything else. Seeds and offsets it obeys; every other wish is refused.
type FlowHash struct{}

// flowFields are what a field list has to name, and below it what it may name: of IP they choose nothing.
func flowFields() (must, may []int32) {
	must = numbers(sai.NativeHashFieldSrcIP, sai.NativeHashFieldDstIP, sai.NativeHashFieldIPProtocol, sai.NativeHashFieldL4SrcPort, sai.NativeHashFieldL4DstPort)
	return must, numbers(sai.NativeHashFieldSrcMAC, sai.NativeHashFieldDstMAC, sai.NativeHashFieldEthertype)
}

// Accepts implements Particular.
func (FlowHash) Accepts(a sai.Attribute) bool {
	switch a.Meta.Object {
	case sai.ObjectTypeHash:
		return acceptsHash(a)
	case sai.ObjectTypeSwitch:
		switch a.Meta.ID {
		case sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.SwitchAttrLagDefaultHashAlgorithm:
			return a.Value == any(sai.HashAlgorithmCrc)
		case sai.SwitchAttrEcmpDefaultSymmetricHash, sai.SwitchAttrLagDefaultSymmetricHash:
			return a.Value == any(false)
		}
	}
	return true
}

func acceptsHash(a sai.Attribute) bool {
	switch v := a.Value.(type) {
	case sai.S32List: // the native fields
		must, may := flowFields()
		return !slices.ContainsFunc(must, func(f int32) bool { return !slices.Contains(v, f) }) &&
			!slices.ContainsFunc(v, func(f int32) bool { return !slices.Contains(must, f) && !slices.Contains(may, f) })
	case sai.ObjectList: // user-defined and fine-grained fields
		return len(v) == 0
	}
	return true
}

// Values implements Particular. CRC is SAI's default: it stands for the one algorithm there is.
func (FlowHash) Values(m *sai.AttrMeta) []int32 {
	switch {
	case m.Object == sai.ObjectTypeHash && m.ID == sai.HashAttrNativeHashFieldList:
		must, may := flowFields()
		return append(must, may...)
	case m.Object == sai.ObjectTypeSwitch && (m.ID == sai.SwitchAttrEcmpDefaultHashAlgorithm || m.ID == sai.SwitchAttrLagDefaultHashAlgorithm):
		return numbers(sai.HashAlgorithmCrc)
	}
	return nil
}

// particular is the Plane if it is one that is.
func (a *ASIC) particular() Particular {
	p, _ := a.cfg.Plane.(Particular)
	return p
}

// accepts refuses what the data plane would not heed.
func (a *ASIC) accepts(attrs ...sai.Attribute) sai.Status {
	p := a.particular()
	if p == nil {
		return sai.StatusSuccess
	}
	for i := range attrs {
		if !p.Accepts(attrs[i]) {
			return sai.StatusAttrNotSupported0.At(i)
		}
	}
	return sai.StatusSuccess
}
