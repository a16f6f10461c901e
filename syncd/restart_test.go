package syncd_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// state is ASIC_STATE as text.
func state(t testing.TB, ks db.Keyspace) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	err := ks.Raw(db.Asic).Keys(t.Context(), "ASIC_STATE:*", func(keys []string) error {
		for _, k := range keys {
			out[strings.Clone(k)] = nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := range out {
		out[k] = hash(t, ks, db.Asic, k)
	}
	return out
}

// content is what an ASIC holds, with RIDs replaced by the VIDs that ASIC_DB gives them.
func content(t testing.TB, ks db.Keyspace, asic *virtual.ASIC) []string {
	t.Helper()
	vids := hash(t, ks, db.Asic, "RIDTOVID")
	replace := func(o sai.OID) (sai.OID, bool) {
		vid, err := sai.ParseOID(vids[o.String()])
		return vid, err == nil
	}
	var out []string
	for ot := sai.ObjectType(1); ot < 128; ot++ {
		if ot.Meta() == nil {
			continue
		}
		err := asic.List(t.Context(), ot, func(o sai.Object, attrs []sai.Attribute) error {
			var ok bool
			if o.Entry != nil {
				o.Entry, ok = sai.MapEntry(o.Entry, replace)
			} else {
				o.OID, ok = replace(o.OID)
			}
			if !ok {
				out = append(out, "unknown "+ot.String())
				return nil
			}
			line := o.String()
			for _, a := range attrs {
				if a.Meta.Is(sai.ReadOnly) {
					continue
				}
				a.Value, _ = sai.MapValue(a.Value, replace)
				line += " " + a.String()
			}
			out = append(out, line)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}

type orchagent struct {
	t  testing.TB
	c  *sairedis.Client
	sw sai.OID
}

func (o *orchagent) create(ot string, attrs ...string) sai.OID {
	o.t.Helper()
	typ, err := sai.ParseObjectType("SAI_OBJECT_TYPE_" + ot)
	if err != nil {
		o.t.Fatal(err)
	}
	r := o.c.Create(o.t.Context(), typ, []sai.CreateRequest{{Object: sai.Object{Type: typ}, Attrs: o.attrs(attrs)}})[0]
	if r.Status != sai.StatusSuccess {
		o.t.Fatalf("create %s %v: %v", ot, attrs, r.Status)
	}
	return r.OID
}

func (o *orchagent) attrs(pairs []string) []sai.Attribute {
	o.t.Helper()
	var out []sai.Attribute
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		out = append(out, attr(o.t, "SAI_"+name, value))
	}
	return out
}

func (o *orchagent) set(object sai.Object, pair string) {
	o.t.Helper()
	if st := o.c.Set(o.t.Context(), object.Type, []sai.SetRequest{{Object: object, Attr: o.attrs([]string{pair})[0]}})[0]; st != sai.StatusSuccess {
		o.t.Fatalf("set %s %s: %v", object, pair, st)
	}
}

func (o *orchagent) remove(objects ...sai.Object) {
	o.t.Helper()
	for i, st := range o.c.Remove(o.t.Context(), objects[0].Type, objects) {
		if st != sai.StatusSuccess {
			o.t.Fatalf("remove %s: %v", objects[i], st)
		}
	}
}

func (o *orchagent) get(object sai.Object, name string) any {
	o.t.Helper()
	a, err := sai.AttrByName("SAI_" + name)
	if err != nil {
		o.t.Fatal(err)
	}
	r := o.c.Get(o.t.Context(), object.Type, []sai.GetRequest{{Object: object, Attrs: []sai.Attribute{{Meta: a}}}})[0]
	if r.Status != sai.StatusSuccess {
		o.t.Fatalf("get %s %s: %v", object, name, r.Status)
	}
	return r.Attrs[0].Value
}

func object(ot sai.ObjectType, oid sai.OID) sai.Object { return sai.Object{Type: ot, OID: oid} }

// populate does what an orchagent does after boot: it removes the default bridge ports and VLAN members, and makes a small network.
func populate(t testing.TB, c *sairedis.Client) *orchagent {
	t.Helper()
	o := &orchagent{t, c, createSwitch(t, c)}
	sw := object(sai.ObjectTypeSwitch, o.sw)
	vlan := o.get(sw, "SWITCH_ATTR_DEFAULT_VLAN_ID").(sai.OID)
	bridge := o.get(sw, "SWITCH_ATTR_DEFAULT_1Q_BRIDGE_ID").(sai.OID)
	vr := o.get(sw, "SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID").(sai.OID)
	ports := o.get(sw, "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)
	for _, m := range o.get(object(sai.ObjectTypeVlan, vlan), "VLAN_ATTR_MEMBER_LIST").(sai.ObjectList) {
		o.remove(object(sai.ObjectTypeVlanMember, m))
	}
	for _, m := range o.get(object(sai.ObjectTypeBridge, bridge), "BRIDGE_ATTR_PORT_LIST").(sai.ObjectList) {
		if o.get(object(sai.ObjectTypeBridgePort, m), "BRIDGE_PORT_ATTR_TYPE") == sai.BridgePortTypePort {
			o.remove(object(sai.ObjectTypeBridgePort, m))
		}
	}
	o.set(object(sai.ObjectTypePort, ports[0]), "PORT_ATTR_ADMIN_STATE=true")
	o.set(object(sai.ObjectTypePort, ports[0]), "PORT_ATTR_MTU=9122")
	v100 := o.create("VLAN", "VLAN_ATTR_VLAN_ID=100")
	bp := o.create("BRIDGE_PORT", "BRIDGE_PORT_ATTR_TYPE=SAI_BRIDGE_PORT_TYPE_PORT", "BRIDGE_PORT_ATTR_PORT_ID="+ports[1].String())
	o.create("VLAN_MEMBER", "VLAN_MEMBER_ATTR_VLAN_ID="+v100.String(), "VLAN_MEMBER_ATTR_BRIDGE_PORT_ID="+bp.String())
	rif := o.create("ROUTER_INTERFACE", "ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID="+vr.String(), "ROUTER_INTERFACE_ATTR_TYPE=SAI_ROUTER_INTERFACE_TYPE_PORT",
		"ROUTER_INTERFACE_ATTR_PORT_ID="+ports[0].String())
	neighbor := sai.NeighborEntry{Switch: o.sw, RouterInterface: rif, IP: netip.MustParseAddr("10.0.0.1")}
	o.entry(neighbor, "NEIGHBOR_ENTRY_ATTR_DST_MAC_ADDRESS=00:11:22:33:44:55")
	hop := o.create("NEXT_HOP", "NEXT_HOP_ATTR_TYPE=SAI_NEXT_HOP_TYPE_IP", "NEXT_HOP_ATTR_IP=10.0.0.1", "NEXT_HOP_ATTR_ROUTER_INTERFACE_ID="+rif.String())
	for i := range 20 {
		o.entry(sai.RouteEntry{Switch: o.sw, VirtualRouter: vr, Destination: netip.MustParsePrefix(fmt.Sprintf("10.1.%d.0/24", i))},
			"ROUTE_ENTRY_ATTR_NEXT_HOP_ID="+hop.String())
	}
	o.entry(sai.FdbEntry{Switch: o.sw, BV: v100, MAC: sai.MAC{0, 1, 2, 3, 4, 5}}, "FDB_ENTRY_ATTR_TYPE=SAI_FDB_ENTRY_TYPE_STATIC",
		"FDB_ENTRY_ATTR_BRIDGE_PORT_ID="+bp.String())
	return o
}

func (o *orchagent) entry(e sai.Entry, attrs ...string) {
	o.t.Helper()
	r := o.c.Create(o.t.Context(), e.ObjectType(), []sai.CreateRequest{{Object: sai.Object{Type: e.ObjectType(), Entry: e}, Attrs: o.attrs(attrs)}})[0]
	if r.Status != sai.StatusSuccess {
		o.t.Fatalf("create %v: %v", e, r.Status)
	}
}

// TestColdStart restarts syncd with an ASIC that came up empty: it is filled as ASIC_STATE says, and VIDs stay.
func TestColdStart(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		populate(t, b.client())
		b.stop()
		wantState, want := state(t, ks), content(t, ks, b.asic)
		b.freshASIC(4)
		b.start(b.asic)
		b.client() // is there when the start is over
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, content(t, ks, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
		again := content(t, ks, b.asic)
		b.stop()
		b.start(b.asic)
		b.client()
		if diff := cmp.Diff(again, content(t, ks, b.asic)); diff != "" {
			t.Errorf("third run\n%s", diff)
		}
	})
}

// counted counts the calls that change an ASIC.
type counted struct {
	*virtual.ASIC
	creates, removes, sets int
}

func (c *counted) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	c.creates += len(r)
	return c.ASIC.Create(ctx, t, r)
}

func (c *counted) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	c.removes += len(o)
	return c.ASIC.Remove(ctx, t, o)
}

func (c *counted) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	c.sets += len(r)
	return c.ASIC.Set(ctx, t, r)
}

// TestAdoption restarts syncd alone: the ASIC goes on, nothing is touched.
func TestAdoption(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		o := populate(t, b.client())
		b.stop()
		wantState, want := state(t, ks), content(t, ks, b.asic)
		api := &counted{ASIC: b.asic}
		b.start(api)
		o.c = b.client()
		if api.creates+api.removes+api.sets != 0 {
			t.Errorf("%d creations, %d removals, %d sets of an unchanged ASIC", api.creates, api.removes, api.sets)
		}
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, content(t, ks, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
		o.create("VLAN", "VLAN_ATTR_VLAN_ID=200")
	})
}

// TestAdoptionRepairs changes the ASIC behind syncd's back.
func TestAdoptionRepairs(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		populate(t, b.client())
		b.stop()
		wantState, want := state(t, ks), content(t, ks, b.asic)
		asic := &orchagent{t: t}
		ctx := t.Context()
		vlan := b.asic.Create(ctx, sai.ObjectTypeVlan, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVlan}, Attrs: asic.attrs([]string{"VLAN_ATTR_VLAN_ID=300"})}})[0]
		if vlan.Status != sai.StatusSuccess {
			t.Fatal(vlan.Status)
		}
		var routes []sai.Object
		_ = b.asic.List(ctx, sai.ObjectTypeRouteEntry, func(o sai.Object, _ []sai.Attribute) error {
			routes = append(routes, o)
			return nil
		})
		b.asic.Remove(ctx, sai.ObjectTypeRouteEntry, routes[:3])
		b.asic.Set(ctx, sai.ObjectTypeRouteEntry, []sai.SetRequest{{Object: routes[4], Attr: asic.attrs([]string{"ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x0"})[0]}})
		extra := routes[5]
		e := extra.Entry.(sai.RouteEntry)
		e.Destination = netip.MustParsePrefix("192.0.2.0/24")
		extra.Entry = e
		b.asic.Create(ctx, sai.ObjectTypeRouteEntry, []sai.CreateRequest{{Object: extra}})
		b.start(b.asic)
		b.client()
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, content(t, ks, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
	})
}
