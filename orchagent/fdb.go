package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// staticFdb wants a configured address, and shows it in STATE_DB. While its port is no member of the VLAN nothing is wanted (sonic-contract 4.8): an
// address must not keep a port in a VLAN.
func staticFdb(tx *engine.Tx, k tables.FdbKey, r tables.FdbRow) error {
	if _, member := engine.Get(tx, tables.ApplVlanMember, tables.VlanMemberKey{Vlan: k.Vlan, Port: r.Port}); !member {
		return nil
	}
	entry := sai.FdbEntryKey{Vlan: vlanKey(k.Vlan), MAC: sai.MAC(k.MAC)}
	bp := sai.BridgePortKey{Port: l2Port(r.Port)}
	kind := sai.FdbEntryTypeDynamic
	if r.Type == tables.FdbStatic {
		kind = sai.FdbEntryTypeStatic
	}
	action := sai.PacketActionForward
	if r.Discard != nil && *r.Discard {
		action = sai.PacketActionDrop
	}
	engine.Want(tx, entry, sai.FdbEntryTypeAttr(kind), sai.FdbEntryBridgePortID(bp), sai.FdbEntryPacketAction(action))
	engine.Require(tx, entry, sai.VlanMemberKey{Vlan: vlanKey(k.Vlan), BridgePort: bp})
	engine.Publish(tx, tables.StateFdb, k, r, entry)
	return nil
}

// learnedFdb shows a learned address in STATE_DB; the ASIC has it already. A configured address of the same MAC and VLAN goes before.
func learnedFdb(tx *engine.Tx, k tables.FdbKey, r tables.FdbRow) error {
	if _, configured := engine.Get(tx, tables.ApplFdb, k); !configured {
		engine.Publish(tx, tables.StateFdb, k, r)
	}
	return nil
}
