package virtual

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// FlowHash is what a data plane in software can choose members of groups and LAGs by: fields of the outermost headers, by one algorithm. Seeds and offsets it
// obeys; every other wish is refused.
type FlowHash struct{}

// FlowFields are what an IP packet's flow is known by. They are the fields of a hash at first, and of one whose list is empty.
func FlowFields() []sai.NativeHashField {
	return []sai.NativeHashField{
		sai.NativeHashFieldSrcIP, sai.NativeHashFieldDstIP, sai.NativeHashFieldIPProtocol, sai.NativeHashFieldL4SrcPort, sai.NativeHashFieldL4DstPort,
	}
}

// LinkFields are what a frame's flow is known by that has none of the fields of its hash.
func LinkFields() []sai.NativeHashField {
	return []sai.NativeHashField{sai.NativeHashFieldSrcMAC, sai.NativeHashFieldDstMAC, sai.NativeHashFieldEthertype}
}

func allFields() []int32 {
	return slices.Concat(numbers(FlowFields()...), numbers(LinkFields()...), numbers(sai.NativeHashFieldVlanID, sai.NativeHashFieldInPort))
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
		all := allFields()
		return !slices.ContainsFunc(v, func(f int32) bool { return !slices.Contains(all, f) })
	case sai.ObjectList: // user-defined and fine-grained fields
		return len(v) == 0
	}
	return true
}

// Values implements Particular. CRC is SAI's default: it stands for the one algorithm there is.
func (FlowHash) Values(m *sai.AttrMeta) []int32 {
	switch {
	case m.Object == sai.ObjectTypeHash && m.ID == sai.HashAttrNativeHashFieldList:
		return allFields()
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
