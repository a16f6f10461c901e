package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// Software is what the data planes in software have one way of. It makes a Plane that has it Particular.
type Software struct{ FlowHash }

// Accepts implements Particular: frames to unknown addresses are flooded or dropped, none is trapped.
func (s Software) Accepts(a sai.Attribute) bool {
	if a.Meta.Object == sai.ObjectTypeSwitch {
		switch a.Meta.ID {
		case sai.SwitchAttrFdbUnicastMissPacketAction, sai.SwitchAttrFdbMulticastMissPacketAction, sai.SwitchAttrFdbBroadcastMissPacketAction:
			return a.Value == any(sai.PacketActionForward) || a.Value == any(sai.PacketActionDrop)
		}
	}
	return s.FlowHash.Accepts(a)
}
