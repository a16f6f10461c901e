package sai

import (
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
)

func attrValue[K engine.Key](a engine.Attr[K]) engine.AttrValue { return engine.AttrValue(a) }

// What constructors put into the engine, one of each shape.
func TestConstructors(t *testing.T) {
	nh, nhg := NextHopKey{RouterInterface: RouterInterfaceKey{"a"}}, NextHopGroupKey{"g"}
	eth := PortKey{"Ethernet0"}
	mask := netip.MustParseAddr("255.0.0.0")
	for _, c := range []struct {
		got   engine.AttrValue
		attr  string
		value any
	}{
		{attrValue(PortVlanID(100)), "SAI_PORT_ATTR_PORT_VLAN_ID", uint16(100)},
		{attrValue(PortHwLaneList(1, 2)), "SAI_PORT_ATTR_HW_LANE_LIST", U32List{1, 2}},
		{attrValue(VlanMemberVlanTaggingMode(VlanTaggingModeTagged)), "SAI_VLAN_MEMBER_ATTR_VLAN_TAGGING_MODE", VlanTaggingModeTagged},
		{attrValue(NextHopTypeAttr(NextHopTypeIP)), "SAI_NEXT_HOP_ATTR_TYPE", NextHopTypeIP},
		{attrValue(RouteEntryNextHopID(nhg)), "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", nhg},
		{attrValue(RouteEntryNextHopID(nil)), "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", nil},
		{attrValue(RouteEntryNextHopIDChoice(nhg, nh)), "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", engine.Choice{nhg, nh}},
		{attrValue(PortIngressMirrorSession(MirrorSessionKey{"m"})), "SAI_PORT_ATTR_INGRESS_MIRROR_SESSION", KeyList{MirrorSessionKey{"m"}}},
		{attrValue(AclTableAclBindPointTypeList(AclBindPointTypePort, AclBindPointTypeLag)), "SAI_ACL_TABLE_ATTR_ACL_BIND_POINT_TYPE_LIST", S32List{0, 1}},
		{attrValue(AclEntryFieldDstIP(Match(mask, mask))), "SAI_ACL_ENTRY_ATTR_FIELD_DST_IP", Match(mask, mask)},
		{attrValue(AclEntryFieldAclIPType(Match(AclIPTypeAny, -1))), "SAI_ACL_ENTRY_ATTR_FIELD_ACL_IP_TYPE", Match(int32(AclIPTypeAny), -1)},
		{attrValue(AclEntryFieldInPorts(eth)), "SAI_ACL_ENTRY_ATTR_FIELD_IN_PORTS", KeyList{eth}},
		{attrValue(AclEntryActionPacketAction(PacketActionDrop)), "SAI_ACL_ENTRY_ATTR_ACTION_PACKET_ACTION", Act(int32(PacketActionDrop))},
		{attrValue(AclEntryActionRedirect(nh)), "SAI_ACL_ENTRY_ATTR_ACTION_REDIRECT", nh},
		{attrValue(AclEntryActionSetTc(3)), "SAI_ACL_ENTRY_ATTR_ACTION_SET_TC", Act[uint8](3)},
	} {
		a, err := AttrByName(c.attr)
		if err != nil || a.ID != c.got.ID || !same(c.value, c.got.Value) {
			t.Errorf("%s: %#v, want %#v (%v)", c.attr, c.got, c.value, err)
		}
	}
}

func TestKeyList(t *testing.T) {
	l := KeyList{PortKey{"a"}, PortKey{"b"}}
	if !l.Equal(KeyList{PortKey{"a"}, PortKey{"b"}}) || l.Equal(KeyList{PortKey{"b"}, PortKey{"a"}}) || l.Equal(nil) || !KeyList(nil).Equal(KeyList{}) {
		t.Error("lists compare wrongly")
	}
	n := 0
	for k := range l.Refs {
		if n++; k != engine.Key(l[0]) {
			t.Errorf("first is %v", k)
		}
		break
	}
	if n != 1 {
		t.Errorf("yielded %d", n)
	}
}

func TestVIDs(t *testing.T) {
	if got := VID(0, ObjectTypeSwitch, 0); got.String() != "oid:0x21000000000000" || got.VIDType() != ObjectTypeSwitch || got.VIDSwitch() != 0 {
		t.Errorf("switch 0 is %v, type %v", got, got.VIDType())
	}
	if got := VID(2, ObjectTypeRouterInterface, 0x651); got.String() != "oid:0x206000000000651" || got.VIDSwitch() != 2 {
		t.Errorf("got %v of switch %d", got, got.VIDSwitch())
	}
}
