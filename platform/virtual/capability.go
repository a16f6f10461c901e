package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// AttributeCapability implements sai.API: every attribute is kept, as far as SAI lets it be written.
func (a *ASIC) AttributeCapability(_ context.Context, sw sai.OID, m *sai.AttrMeta) (sai.Capability, sai.Status) {
	if st := a.isSwitch(sw); st != sai.StatusSuccess {
		return sai.Capability{}, st
	}
	if m == nil {
		return sai.Capability{}, sai.StatusInvalidParameter
	}
	if m.Object == sai.ObjectTypePort && m.ID == sai.PortAttrAutoNegFecModeOverride {
		return sai.Capability{}, sai.StatusSuccess // as in SONiC's virtual switch
	}
	return sai.Capability{
		Create: !m.Is(sai.ReadOnly),
		Set:    !m.Is(sai.ReadOnly) && !m.Is(sai.CreateOnly),
		Get:    true,
	}, sai.StatusSuccess
}

// EnumCapability implements sai.API. Some enums have the values of SONiC's virtual switch, which its tests expect; the others have all.
func (a *ASIC) EnumCapability(_ context.Context, sw sai.OID, m *sai.AttrMeta) ([]int32, sai.Status) {
	if st := a.isSwitch(sw); st != sai.StatusSuccess {
		return nil, st
	}
	if m == nil || m.Enum == nil {
		return nil, sai.StatusInvalidParameter
	}
	if p := a.particular(); p != nil {
		if values := p.Values(m); values != nil {
			return values, sai.StatusSuccess
		}
	}
	if values := sonicValues(m); values != nil {
		return values, sai.StatusSuccess
	}
	return values(m.Enum), sai.StatusSuccess
}

// values lists the numbers of an enum, each once.
func values(m *sai.EnumMeta) []int32 {
	var list []int32
	for _, s := range m.Symbols {
		if n := len(list); n == 0 || list[n-1] != s.Value {
			list = append(list, s.Value)
		}
	}
	return list
}

func numbers[E sai.Enum](values ...E) []int32 {
	list := make([]int32, len(values))
	for i, v := range values {
		list[i] = v.Number()
	}
	return list
}

func sonicValues(m *sai.AttrMeta) []int32 {
	switch m.Object {
	case sai.ObjectTypeTunnel:
		if m.ID == sai.TunnelAttrPeerMode {
			return numbers(sai.TunnelPeerModeP2mp, sai.TunnelPeerModeP2p)
		}
	case sai.ObjectTypeVlan:
		switch m.ID {
		case sai.VlanAttrUnknownUnicastFloodControlType, sai.VlanAttrUnknownMulticastFloodControlType, sai.VlanAttrBroadcastFloodControlType:
			return numbers(sai.VlanFloodControlTypeAll, sai.VlanFloodControlTypeNone, sai.VlanFloodControlTypeL2mcGroup)
		}
	case sai.ObjectTypeNextHopGroup:
		if m.ID == sai.NextHopGroupAttrType {
			return numbers(sai.NextHopGroupTypeDynamicUnorderedEcmp, sai.NextHopGroupTypeDynamicOrderedEcmp,
				sai.NextHopGroupTypeFineGrainEcmp, sai.NextHopGroupTypeProtection, sai.NextHopGroupTypeClassBased)
		}
	case sai.ObjectTypeHash:
		if m.ID == sai.HashAttrNativeHashFieldList {
			return hashFields()
		}
	case sai.ObjectTypeSwitch:
		switch m.ID {
		case sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.SwitchAttrLagDefaultHashAlgorithm:
			return numbers(sai.HashAlgorithmCrc, sai.HashAlgorithmXor, sai.HashAlgorithmRandom, sai.HashAlgorithmCrc32lo,
				sai.HashAlgorithmCrc32hi, sai.HashAlgorithmCrcCcitt, sai.HashAlgorithmCrcXor)
		}
	}
	return nil
}

func hashFields() []int32 {
	return numbers(sai.NativeHashFieldInPort, sai.NativeHashFieldDstMAC, sai.NativeHashFieldSrcMAC, sai.NativeHashFieldEthertype,
		sai.NativeHashFieldVlanID, sai.NativeHashFieldIPProtocol, sai.NativeHashFieldDstIP, sai.NativeHashFieldSrcIP,
		sai.NativeHashFieldL4DstPort, sai.NativeHashFieldL4SrcPort, sai.NativeHashFieldInnerDstMAC, sai.NativeHashFieldInnerSrcMAC,
		sai.NativeHashFieldInnerEthertype, sai.NativeHashFieldInnerIPProtocol, sai.NativeHashFieldInnerDstIP,
		sai.NativeHashFieldInnerSrcIP, sai.NativeHashFieldInnerL4DstPort, sai.NativeHashFieldInnerL4SrcPort)
}

// StatsCapability implements sai.API: all counters of a type may be read, and read and cleared.
func (a *ASIC) StatsCapability(_ context.Context, sw sai.OID, t sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	if st := a.isSwitch(sw); st != sai.StatusSuccess {
		return nil, st
	}
	m := t.Meta()
	if m == nil || m.Stats == nil {
		return nil, sai.StatusNotSupported
	}
	var list []sai.StatCapability
	for _, stat := range values(m.Stats) {
		list = append(list, sai.StatCapability{Stat: stat, Modes: sai.StatsModeRead | sai.StatsModeReadAndClear})
	}
	return list, sai.StatusSuccess
}

func (a *ASIC) isSwitch(sw sai.OID) sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sw == nil || a.sw.id.OID != sw {
		return sai.StatusInvalidObjectID
	}
	return sai.StatusSuccess
}
