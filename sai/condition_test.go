package sai

import (
	"slices"
	"testing"
)

func given(attrs map[uint16]any) func(uint16) (any, bool) {
	return func(id uint16) (any, bool) { v, ok := attrs[id]; return v, ok }
}

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name  string
		ot    ObjectType
		attrs map[uint16]any
		want  []string
	}{
		{"nothing given", ObjectTypeVlan, nil, []string{"SAI_VLAN_ATTR_VLAN_ID"}},
		{"a port router interface", ObjectTypeRouterInterface, map[uint16]any{RouterInterfaceAttrVirtualRouterID: OID(1), RouterInterfaceAttrType: RouterInterfaceTypePort},
			[]string{"SAI_ROUTER_INTERFACE_ATTR_PORT_ID"}},
		{"a VLAN router interface", ObjectTypeRouterInterface, map[uint16]any{RouterInterfaceAttrVirtualRouterID: OID(1), RouterInterfaceAttrType: RouterInterfaceTypeVlan},
			[]string{"SAI_ROUTER_INTERFACE_ATTR_VLAN_ID"}},
		{"a loopback", ObjectTypeRouterInterface, map[uint16]any{RouterInterfaceAttrVirtualRouterID: OID(1), RouterInterfaceAttrType: RouterInterfaceTypeLoopback}, nil},
		{"a netdev without a name", ObjectTypeHostif, map[uint16]any{HostifAttrType: HostifTypeNetdev}, []string{"SAI_HOSTIF_ATTR_OBJ_ID", "SAI_HOSTIF_ATTR_NAME"}},
		{"an IP next hop", ObjectTypeNextHop, map[uint16]any{NextHopAttrType: NextHopTypeIP}, []string{"SAI_NEXT_HOP_ATTR_IP", "SAI_NEXT_HOP_ATTR_ROUTER_INTERFACE_ID"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, a := range c.ot.Meta().Missing(given(c.attrs)) {
				got = append(got, a.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("missing %v, want %v", got, c.want)
			}
		})
	}
}

func TestConditionsUseDefaults(t *testing.T) {
	m := ObjectTypeVlan.Meta()
	a := m.Attr(VlanAttrUnknownUnicastFloodGroup)
	if len(a.ValidOnly) == 0 {
		t.Fatalf("%s is always valid", a.Name)
	}
	if a.ValidOnly.Holds(m, given(nil)) {
		t.Errorf("%s is valid by default", a.Name)
	}
	if !a.ValidOnly.Holds(m, given(map[uint16]any{VlanAttrUnknownUnicastFloodControlType: VlanFloodControlTypeCombined})) {
		t.Errorf("%s is not valid with a combined flood control", a.Name)
	}
}

// Every condition compares attributes of its own object.
func TestConditionsAreClosed(t *testing.T) {
	n := 0
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			for _, c := range []Condition{m.Attrs[i].Condition, m.Attrs[i].ValidOnly} {
				for _, product := range c {
					for _, term := range product {
						n++
						if m.Attr(term.Attr) == nil {
							t.Errorf("%s: condition on attribute %d", m.Attrs[i].Name, term.Attr)
						}
					}
				}
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d terms", n)
	}
}
