package validate

import (
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/internal/fake"
)

func attr(t testing.TB, name string, v any) sai.Attribute {
	t.Helper()
	m, err := sai.AttrByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return sai.Attribute{Meta: m, Value: v}
}

const (
	vlan sai.OID = 0x26000000000001
	port sai.OID = 0x01000000000001
	bp   sai.OID = 0x3a000000000001
)

func TestCreate(t *testing.T) {
	at := func(name string, v any) sai.Attribute { return attr(t, name, v) }
	list := func(a ...sai.Attribute) []sai.Attribute { return a }
	c := Checker{TypeOf: sai.OID.VIDType}
	rif := list(at("SAI_ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID", sai.OID(0x3000000000001)), at("SAI_ROUTER_INTERFACE_ATTR_TYPE", sai.RouterInterfaceTypePort))
	for _, x := range []struct {
		name  string
		ot    sai.ObjectType
		attrs []sai.Attribute
		want  sai.Status
	}{
		{"a VLAN", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint16(100))), sai.StatusSuccess},
		{"without its id", sai.ObjectTypeVlan, nil, sai.StatusMandatoryAttributeMissing},
		{"VLAN 0", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint16(0))), sai.StatusInvalidVlanID},
		{"VLAN 4095", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint16(4095))), sai.StatusInvalidVlanID},
		{"id of another type", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint32(1))), sai.StatusInvalidAttrValue0},
		{"id twice", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint16(1)), at("SAI_VLAN_ATTR_VLAN_ID", uint16(1))), sai.StatusInvalidAttribute0.At(1)},
		{"a port's attribute", sai.ObjectTypeVlan, list(at("SAI_VLAN_ATTR_VLAN_ID", uint16(1)), at("SAI_PORT_ATTR_MTU", uint32(1))), sai.StatusUnknownAttribute0.At(1)},
		{"no attribute", sai.ObjectTypeVlan, list(sai.Attribute{}), sai.StatusUnknownAttribute0},
		{"a read-only attribute", sai.ObjectTypePort, list(at("SAI_PORT_ATTR_OPER_STATUS", sai.PortOperStatusUp)), sai.StatusInvalidAttribute0},
		{"a member", sai.ObjectTypeVlanMember, list(at("SAI_VLAN_MEMBER_ATTR_VLAN_ID", vlan), at("SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID", bp)), sai.StatusSuccess},
		{"a member that is a port", sai.ObjectTypeVlanMember, list(at("SAI_VLAN_MEMBER_ATTR_VLAN_ID", vlan), at("SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID", port)), sai.StatusInvalidAttrValue0.At(1)},
		{"a member of nothing", sai.ObjectTypeVlanMember, list(at("SAI_VLAN_MEMBER_ATTR_VLAN_ID", sai.OID(0)), at("SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID", bp)), sai.StatusInvalidAttrValue0},
		{"an interface without its port", sai.ObjectTypeRouterInterface, rif, sai.StatusMandatoryAttributeMissing},
		{"an interface on a port", sai.ObjectTypeRouterInterface, append(rif, at("SAI_ROUTER_INTERFACE_ATTR_PORT_ID", port)), sai.StatusSuccess},
		{"an interface on a VLAN by its port", sai.ObjectTypeRouterInterface, append(rif, at("SAI_ROUTER_INTERFACE_ATTR_PORT_ID", vlan)), sai.StatusInvalidAttrValue0.At(2)},
		{"a port interface with a VLAN", sai.ObjectTypeRouterInterface, append(rif, at("SAI_ROUTER_INTERFACE_ATTR_PORT_ID", port), at("SAI_ROUTER_INTERFACE_ATTR_VLAN_ID", vlan)), sai.StatusInvalidAttribute0.At(3)},
		{"an unknown enum value", sai.ObjectTypeRouteEntry, list(at("SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", sai.PacketAction(99))), sai.StatusInvalidAttrValue0},
		{"another enum", sai.ObjectTypeRouteEntry, list(at("SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", sai.PortOperStatusUp)), sai.StatusInvalidAttrValue0},
		{"a null next hop", sai.ObjectTypeRouteEntry, list(at("SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", sai.OID(0))), sai.StatusSuccess},
		{"IPv6 where IPv4 belongs", sai.ObjectTypeNatEntry, list(at("SAI_NAT_ENTRY_ATTR_SRC_IP", netip.IPv6Unspecified())), sai.StatusInvalidAttrValue0},
		{"an unknown type", 5000, nil, sai.StatusInvalidObjectType},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := c.Create(x.ot, x.attrs); got != x.want {
				t.Errorf("got %v, want %v", got, x.want)
			}
		})
	}
}

// TestClosed refuses references to objects that do not exist, if all that do are known.
func TestClosed(t *testing.T) {
	typeOf := func(o sai.OID) sai.ObjectType {
		return map[sai.OID]sai.ObjectType{vlan: sai.ObjectTypeVlan, bp: sai.ObjectTypeBridgePort}[o]
	}
	member := func(of sai.OID) []sai.Attribute {
		return []sai.Attribute{attr(t, "SAI_VLAN_MEMBER_ATTR_VLAN_ID", of), attr(t, "SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID", bp)}
	}
	for _, x := range []struct {
		closed bool
		of     sai.OID
		want   sai.Status
	}{
		{true, vlan, sai.StatusSuccess}, {true, 0x77, sai.StatusInvalidAttrValue0}, {true, bp, sai.StatusInvalidAttrValue0}, {false, 0x77, sai.StatusSuccess},
	} {
		if got := (Checker{TypeOf: typeOf, Closed: x.closed}).Create(sai.ObjectTypeVlanMember, member(x.of)); got != x.want {
			t.Errorf("%v: got %v", x, got)
		}
	}
}

func TestSet(t *testing.T) {
	c := Checker{TypeOf: sai.OID.VIDType}
	for _, x := range []struct {
		a    sai.Attribute
		want sai.Status
	}{
		{attr(t, "SAI_PORT_ATTR_MTU", uint32(9100)), sai.StatusSuccess},
		{attr(t, "SAI_PORT_ATTR_HW_LANE_LIST", sai.U32List{1}), sai.StatusInvalidAttribute0},
		{attr(t, "SAI_PORT_ATTR_OPER_STATUS", sai.PortOperStatusUp), sai.StatusInvalidAttribute0},
		{attr(t, "SAI_PORT_ATTR_PORT_VLAN_ID", uint16(5000)), sai.StatusInvalidVlanID},
		{attr(t, "SAI_PORT_ATTR_INGRESS_ACL", vlan), sai.StatusInvalidAttrValue0},
		{attr(t, "SAI_PORT_ATTR_INGRESS_ACL", nil), sai.StatusSuccess},
		{attr(t, "SAI_PORT_ATTR_ERROR_STATUS", sai.PortErrorStatusHighBer), sai.StatusInvalidAttribute0},
		{attr(t, "SAI_VLAN_ATTR_LEARN_DISABLE", true), sai.StatusUnknownAttribute0},
	} {
		if got := c.Set(sai.ObjectTypePort, x.a); got != x.want {
			t.Errorf("%v: got %v, want %v", x.a, got, x.want)
		}
	}
}

// Right requests reach the ASIC in one call, wrong ones do not, and results stand where they belong.
func TestAPI(t *testing.T) {
	next := &fake.API{}
	a := &API{API: next}
	id := func(v any) []sai.Attribute { return []sai.Attribute{attr(t, "SAI_VLAN_ATTR_VLAN_ID", v)} }
	o := sai.Object{Type: sai.ObjectTypeVlan}
	r := a.Create(t.Context(), sai.ObjectTypeVlan, []sai.CreateRequest{{Object: o, Attrs: id(uint16(1))}, {Object: o}, {Object: o, Attrs: id(uint16(2))}})
	if r[0].Status != sai.StatusSuccess || r[0].OID == 0 || r[1].Status != sai.StatusMandatoryAttributeMissing || r[2].Status != sai.StatusSuccess || r[2].OID == 0 {
		t.Errorf("got %v", r)
	}
	if s := a.Set(t.Context(), sai.ObjectTypeVlan, []sai.SetRequest{{Object: o, Attr: id(uint16(1))[0]}}); s[0] != sai.StatusInvalidObjectID {
		t.Errorf("set on a null object: %v", s)
	}
	o.OID = 5
	if s := a.Set(t.Context(), sai.ObjectTypeVlan, []sai.SetRequest{{Object: o, Attr: id(uint16(1))[0]}}); s[0] != sai.StatusInvalidAttribute0 {
		t.Errorf("set of a fixed attribute: %v", s)
	}
	if s := a.Remove(t.Context(), sai.ObjectTypeRouteEntry, []sai.Object{{Type: sai.ObjectTypeRouteEntry, OID: 5}, o}); s[0] != sai.StatusInvalidParameter || s[1] != sai.StatusInvalidObjectType {
		t.Errorf("remove of what is no route: %v", s)
	}
	if g := a.Get(t.Context(), sai.ObjectTypeVlan, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{attr(t, "SAI_PORT_ATTR_MTU", nil)}}}); g[0].Status != sai.StatusUnknownAttribute0 {
		t.Errorf("get of a port's attribute: %v", g)
	}
	if len(next.Calls) != 1 || next.Calls[0] != "create SAI_OBJECT_TYPE_VLAN 2" {
		t.Errorf("the ASIC saw %v", next.Calls)
	}
}
