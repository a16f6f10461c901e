package orchagent

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// defaultVlan exists in every switch and is not configured.
const defaultVlan tables.VlanID = 1

func vlan(tx *engine.Tx, id tables.VlanID, _ tables.ApplVlanRow) error {
	if id == defaultVlan {
		return fmt.Errorf("%s is the reserved default VLAN", id)
	}
	engine.Want(tx, vlanKey(id))
	return nil
}

// vlanMember wants the bridge port of its port or LAG, the membership, and for an untagged member the port's VLAN id. Several memberships of
// one port share its bridge port, which goes with the last of them.
func vlanMember(tx *engine.Tx, k tables.VlanMemberKey, r tables.VlanMemberRow) error {
	if _, routed := engine.Get(tx, tables.ApplInterface, tables.InterfaceKey{Name: k.Port}); routed {
		return fmt.Errorf("%s is a router interface and cannot be a member of %s", k.Port, k.Vlan)
	}
	if lag, in := lagOf(tx, k.Port); in {
		return fmt.Errorf("%s is a member of %s and cannot be a member of %s", k.Port, lag, k.Vlan)
	}
	port := l2Port(k.Port)
	bp := sai.BridgePortKey{Port: port}
	engine.Want(tx, bp, sai.BridgePortAdminState(true), sai.BridgePortFdbLearningModeAttr(learnMode(tx, k.Port)))
	useOf(tx, bp, k.Port)
	engine.Want(tx, sai.VlanMemberKey{Vlan: vlanKey(k.Vlan), BridgePort: bp}, sai.VlanMemberVlanTaggingMode(tagging(r.Tagging)))
	keepTags(tx, k.Port)
	switch p := port.(type) {
	case sai.PortKey:
		if r.Tagging == tables.Untagged {
			engine.Set(tx, p, sai.PortVlanID(uint16(k.Vlan)))
		}
	case sai.LagKey:
		if r.Tagging == tables.Untagged {
			engine.Set(tx, p, sai.LagPortVlanID(uint16(k.Vlan)))
		}
	}
	return nil
}

// keepTags has the host see the VLAN tags of what a port, or the ports of a LAG, hand to it.
func keepTags(tx *engine.Tx, port string) {
	keep := sai.HostifVlanTagAttr(sai.HostifVlanTagKeep)
	if !isLag(port) {
		engine.Set(tx, sai.HostifKey{Name: port}, keep)
		return
	}
	for m := range engine.Each(tx, tables.ApplLagMembership) {
		if first, _ := lagOf(tx, m.Port); m.Lag == port && first == port {
			engine.Set(tx, sai.HostifKey{Name: m.Port}, keep)
		}
	}
}

func vlanKey(id tables.VlanID) sai.VlanKey { return sai.VlanKey{ID: uint16(id)} }

func tagging(t tables.Tagging) sai.VlanTaggingMode {
	switch t {
	case tables.Tagged:
		return sai.VlanTaggingModeTagged
	case tables.PriorityTagged:
		return sai.VlanTaggingModePriorityTagged
	}
	return sai.VlanTaggingModeUntagged
}
