package syncd_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// real is what an ASIC holds, in RIDs.
func real(t testing.TB, asic *virtual.ASIC) map[string]string {
	t.Helper()
	out := map[string]string{}
	for ot := sai.ObjectType(1); ot < 128; ot++ {
		if ot.Meta() == nil {
			continue
		}
		err := asic.List(t.Context(), ot, func(o sai.Object, attrs []sai.Attribute) error {
			var line []string
			for _, a := range attrs {
				line = append(line, a.String())
			}
			out[o.String()] = strings.Join(line, " ")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func initView(t testing.TB, c *sairedis.Client) {
	t.Helper()
	if st := c.InitView(t.Context()); st != sai.StatusSuccess {
		t.Fatal("INIT_VIEW:", st)
	}
}

func applyView(t testing.TB, c *sairedis.Client) sai.Status {
	t.Helper()
	return c.ApplyView(t.Context())
}

// firstLife is an orchagent that has made a network and is gone.
func firstLife(t *testing.T, ks db.Keyspace, api func(*virtual.ASIC) sai.API) *bench {
	b := newBench(t, ks, 4)
	b.start(api(b.asic))
	c := b.client()
	initView(t, c)
	populate(t, c)
	if st := applyView(t, c); st != sai.StatusSuccess {
		t.Fatal("APPLY_VIEW:", st)
	}
	b.leave()
	return b
}

// TestViewUnchanged has an orchagent build the same network again: no call reaches the ASIC, and ASIC_STATE has its VIDs.
func TestViewUnchanged(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		var api *counted
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { api = &counted{ASIC: a}; return api })
		*api = counted{ASIC: b.asic}
		before, rowsBefore := real(t, b.asic), rows(t, ks)
		c := b.client()
		initView(t, c)
		o := populate(t, c)
		if diff := cmp.Diff(before, real(t, b.asic)); diff != "" {
			t.Errorf("a view that is not applied changed the ASIC\n%s", diff)
		}
		if st := applyView(t, c); st != sai.StatusSuccess {
			t.Fatal("APPLY_VIEW:", st)
		}
		if api.creates+api.removes+api.sets != 0 {
			t.Errorf("%d creations, %d removals, %d sets for the same network", api.creates, api.removes, api.sets)
		}
		if diff := cmp.Diff(before, real(t, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
		if diff := cmp.Diff(rowsBefore, rows(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		for _, line := range content(t, ks, b.asic) {
			if strings.HasPrefix(line, "unknown") && !strings.Contains(line, "BRIDGE_PORT") {
				t.Error(line)
			}
		}
		// The new VIDs work.
		v := o.create("VLAN", "VLAN_ATTR_VLAN_ID=200")
		o.remove(object(sai.ObjectTypeVlan, v))
		n := 0
		_ = ks.Raw(db.Asic).Keys(t.Context(), "TEMP_ASIC_STATE:*", func(keys []string) error { n += len(keys); return nil })
		if n != 0 {
			t.Errorf("%d rows of the view are left", n)
		}
	})
}

// TestViewChanged has an orchagent build another network over the old one.
func TestViewChanged(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { return a })
		c := b.client()
		initView(t, c)
		o := populate(t, c)
		vr := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID").(sai.OID)
		route := sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: o.sw, VirtualRouter: vr, Destination: netip.MustParsePrefix("10.1.3.0/24")}}
		o.remove(route)
		o.create("VLAN", "VLAN_ATTR_VLAN_ID=300")
		ports := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)
		o.set(object(sai.ObjectTypePort, ports[2]), "PORT_ATTR_ADMIN_STATE=true")
		o.set(object(sai.ObjectTypePort, ports[0]), "PORT_ATTR_MTU=1536")
		if st := applyView(t, c); st != sai.StatusSuccess {
			t.Fatal("APPLY_VIEW:", st)
		}
		got := strings.Join(content(t, ks, b.asic), "\n")
		for want, there := range map[string]bool{
			"SAI_VLAN_ATTR_VLAN_ID=300": true, "SAI_VLAN_ATTR_VLAN_ID=100": true, `"dest":"10.1.3.0/24"`: false, `"dest":"10.1.4.0/24"`: true, "SAI_PORT_ATTR_MTU=1536": true,
		} {
			if strings.Contains(got, want) != there {
				t.Errorf("%s: there %v, want %v", want, !there, there)
			}
		}
		wantState, want := state(t, ks), content(t, ks, b.asic)
		// What ASIC_STATE says can be restored.
		b.stop()
		b.freshASIC(4)
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

// TestViewResumed restarts syncd while a view is being built.
func TestViewResumed(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { return a })
		c := b.client()
		initView(t, c)
		o := populate(t, c)
		b.stop()
		b.start(b.asic)
		before := real(t, b.asic)
		o.create("VLAN", "VLAN_ATTR_VLAN_ID=300")
		if diff := cmp.Diff(before, real(t, b.asic)); diff != "" {
			t.Errorf("a view that is not applied changed the ASIC\n%s", diff)
		}
		if st := applyView(t, c); st != sai.StatusSuccess {
			t.Fatal("APPLY_VIEW:", st)
		}
		if n := len(real(t, b.asic)) - len(before); n != 1 {
			t.Errorf("%d objects more, want 1", n)
		}
	})
}

// refusing refuses the creation of a VLAN.
type refusing struct{ *virtual.ASIC }

func (r refusing) Create(ctx context.Context, t sai.ObjectType, q []sai.CreateRequest) []sai.CreateResult {
	if t == sai.ObjectTypeVlan && r.vlans(ctx) > 1 {
		return []sai.CreateResult{{Status: sai.StatusFailure}}
	}
	return r.ASIC.Create(ctx, t, q)
}

func (r refusing) vlans(ctx context.Context) (n int) {
	_ = r.List(ctx, sai.ObjectTypeVlan, func(sai.Object, []sai.Attribute) error { n++; return nil })
	return n
}

// TestViewFails has the ASIC refuse a creation: everything stays as it was.
func TestViewFails(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { return refusing{a} })
		wantState, want := state(t, ks), real(t, b.asic)
		c := b.client()
		initView(t, c)
		o := populate(t, c)
		ports := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)
		o.set(object(sai.ObjectTypePort, ports[0]), "PORT_ATTR_MTU=1536")
		o.create("VLAN", "VLAN_ATTR_VLAN_ID=300")
		if st := applyView(t, c); st != sai.StatusFailure {
			t.Error("APPLY_VIEW:", st)
		}
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, real(t, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
	})
}

// clinging refuses the removal of VLANs.
type clinging struct{ *virtual.ASIC }

func (c clinging) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	if t == sai.ObjectTypeVlan {
		return []sai.Status{sai.StatusFailure}
	}
	return c.ASIC.Remove(ctx, t, o)
}

// TestViewFailsLate has the ASIC refuse the last of many removals: what went before comes back.
func TestViewFailsLate(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { return clinging{a} })
		wantState, want := state(t, ks), content(t, ks, b.asic)
		c := b.client()
		initView(t, c)
		createSwitch(t, c)
		if st := applyView(t, c); st != sai.StatusFailure {
			t.Error("APPLY_VIEW:", st)
		}
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, content(t, ks, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
	})
}

// TestViewEmptied applies a view with nothing but the switch: what an earlier client made goes, and what it set goes back.
func TestViewEmptied(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := firstLife(t, ks, func(a *virtual.ASIC) sai.API { return a })
		c := b.client()
		initView(t, c)
		createSwitch(t, c)
		if st := applyView(t, c); st != sai.StatusSuccess {
			t.Error("APPLY_VIEW:", st)
		}
		got := rows(t, ks)
		for _, gone := range []string{"ROUTE_ENTRY", "NEIGHBOR_ENTRY", "FDB_ENTRY", "NEXT_HOP", "ROUTER_INTERFACE", "VLAN_MEMBER", "BRIDGE_PORT"} {
			if n := got["SAI_OBJECT_TYPE_"+gone]; n != 0 {
				t.Errorf("%d rows of %s", n, gone)
			}
		}
		if got["SAI_OBJECT_TYPE_VLAN"] != 1 || got["SAI_OBJECT_TYPE_PORT"] != 5 {
			t.Error(got)
		}
		for line := range real(t, b.asic) {
			if strings.Contains(line, "ROUTE_ENTRY") {
				t.Error(line)
			}
		}
		for object, attrs := range real(t, b.asic) {
			if strings.Contains(object, "OBJECT_TYPE_PORT:") && (strings.Contains(attrs, "ADMIN_STATE=true") || strings.Contains(attrs, "MTU=9122")) {
				t.Error(object, attrs)
			}
		}
	})
}
