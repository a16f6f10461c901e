package syncd_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// twin is a world of one ASIC: the real one behind a client, a database and syncd, and one that is called directly. References are names, which each
// world translates for itself.
type twin struct {
	api  sai.API
	oids map[string]sai.OID
}

func (w *twin) object(t sai.ObjectType, name string) sai.Object {
	switch t {
	case sai.ObjectTypeRouteEntry:
		var vr, dest string
		if _, err := fmt.Sscanf(name, "%s %s", &vr, &dest); err == nil {
			return sai.Object{Type: t, Entry: sai.RouteEntry{Switch: w.oids["switch"], VirtualRouter: w.oids[vr], Destination: netip.MustParsePrefix(dest)}}
		}
	}
	return sai.Object{Type: t, OID: w.oids[name]}
}

// call makes the same call in one world, and gives the objects that it succeeded for.
func (w *twin) call(t *testing.T, c randomCall) []bool {
	ok := make([]bool, len(c.names))
	switch c.verb {
	case "create":
		r := make([]sai.CreateRequest, len(c.names))
		for i, n := range c.names {
			if sai.IsEntry(c.t) {
				r[i].Object = w.object(c.t, n)
			} else {
				r[i].Object.Type = c.t
			}
			r[i].Attrs = w.attrs(t, c.attrs[i])
		}
		for i, res := range w.api.Create(t.Context(), c.t, r) {
			if ok[i] = res.Status == sai.StatusSuccess; ok[i] && !sai.IsEntry(c.t) {
				w.oids[c.names[i]] = res.OID
			}
		}
	case "set":
		r := make([]sai.SetRequest, len(c.names))
		for i, n := range c.names {
			r[i] = sai.SetRequest{Object: w.object(c.t, n), Attr: w.attrs(t, c.attrs[i])[0]}
		}
		for i, st := range w.api.Set(t.Context(), c.t, r) {
			ok[i] = st == sai.StatusSuccess
		}
	case "remove":
		o := make([]sai.Object, len(c.names))
		for i, n := range c.names {
			o[i] = w.object(c.t, n)
		}
		for i, st := range w.api.Remove(t.Context(), c.t, o) {
			if ok[i] = st == sai.StatusSuccess; ok[i] && !sai.IsEntry(c.t) {
				delete(w.oids, c.names[i])
			}
		}
	}
	return ok
}

// attrs are name=value, where a value that begins with * is the name of an object.
func (w *twin) attrs(t *testing.T, pairs [][2]string) []sai.Attribute {
	var out []sai.Attribute
	for _, p := range pairs {
		value := p[1]
		if value[0] == '*' {
			value = w.oids[value[1:]].String()
		}
		out = append(out, attr(t, p[0], value))
	}
	return out
}

type randomCall struct {
	verb  string
	t     sai.ObjectType
	names []string
	attrs [][][2]string
}

func drawCall(r *rapid.T, n int) randomCall {
	c := randomCall{verb: rapid.SampledFrom([]string{"create", "create", "set", "remove"}).Draw(r, "verb")}
	c.t = rapid.SampledFrom([]sai.ObjectType{sai.ObjectTypeVlan, sai.ObjectTypeVirtualRouter, sai.ObjectTypeRouteEntry, sai.ObjectTypePolicer, sai.ObjectTypeRouterInterface}).Draw(r, "type")
	number := rapid.IntRange(2, 5)
	vr := func() string { return fmt.Sprint("vr", number.Draw(r, "vr")) }
	for range rapid.IntRange(1, 4).Draw(r, "bulk") {
		k := number.Draw(r, "object")
		switch c.t {
		case sai.ObjectTypeVlan:
			c.names = append(c.names, fmt.Sprint("vlan", k))
			c.attrs = append(c.attrs, [][2]string{{"SAI_VLAN_ATTR_VLAN_ID", fmt.Sprint(k)}})
			if c.verb == "set" {
				c.attrs[len(c.attrs)-1][0] = [2]string{"SAI_VLAN_ATTR_LEARN_DISABLE", fmt.Sprint(k%2 == 0)}
			}
		case sai.ObjectTypeVirtualRouter:
			c.names = append(c.names, vr())
			c.attrs = append(c.attrs, [][2]string{{"SAI_VIRTUAL_ROUTER_ATTR_ADMIN_V4_STATE", fmt.Sprint(k%2 == 0)}})
		case sai.ObjectTypePolicer:
			c.names = append(c.names, fmt.Sprint("policer", k, "#", n, len(c.names)))
			c.attrs = append(c.attrs, [][2]string{{"SAI_POLICER_ATTR_METER_TYPE", "SAI_METER_TYPE_PACKETS"}, {"SAI_POLICER_ATTR_MODE", "SAI_POLICER_MODE_SR_TCM"}})
		case sai.ObjectTypeRouterInterface:
			c.names = append(c.names, fmt.Sprint("rif", k))
			c.attrs = append(c.attrs, [][2]string{{"SAI_ROUTER_INTERFACE_ATTR_TYPE", "SAI_ROUTER_INTERFACE_TYPE_LOOPBACK"}, {"SAI_ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID", "*" + vr()}})
			if c.verb == "set" {
				c.attrs[len(c.attrs)-1] = [][2]string{{"SAI_ROUTER_INTERFACE_ATTR_MTU", "1500"}}
			}
		case sai.ObjectTypeRouteEntry:
			c.names = append(c.names, vr()+fmt.Sprintf(" 10.%d.0.0/16", k))
			a := [2]string{"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_DROP"}
			if rapid.Bool().Draw(r, "hop") {
				a = [2]string{"SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", "*rif" + fmt.Sprint(number.Draw(r, "rif"))}
			}
			c.attrs = append(c.attrs, [][2]string{a})
		}
	}
	return c
}

// named is an ASIC's content with names in place of object ids; default objects are left out.
func named(t *testing.T, asic *virtual.ASIC, names map[sai.OID]string) []string {
	var out []string
	for _, ot := range []sai.ObjectType{sai.ObjectTypeVlan, sai.ObjectTypeVirtualRouter, sai.ObjectTypeRouteEntry, sai.ObjectTypePolicer, sai.ObjectTypeRouterInterface} {
		err := asic.List(t.Context(), ot, func(o sai.Object, attrs []sai.Attribute) error {
			line := ot.String() + " " + names[o.OID]
			name := func(o sai.OID) (sai.OID, bool) { line += " *" + names[o]; return 0, true }
			if o.Entry != nil {
				e, _ := sai.MapEntry(o.Entry, name)
				line += fmt.Sprint(e)
			}
			for _, a := range attrs {
				a.Value, _ = sai.MapValue(a.Value, name)
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

// TestSameAsDirect makes the same random calls through the client, a database and syncd, and directly on an ASIC: both answer the same, and hold the
// same in the end, whether or not syncd was restarted in between, with the ASIC or without.
func TestSameAsDirect(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		_, ks := memKeyspace()
		b := newBench(t, ks, 1)
		b.start(b.asic)
		defer func() { b.stop() }()
		c, err := sairedis.New(t.Context(), sairedis.Config{Keyspace: ks, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		direct := virtual.New(virtual.Config{Ports: ports(1), AlwaysLinked: true})
		worlds := []*twin{{c, map[string]sai.OID{}}, {direct, map[string]sai.OID{}}}
		for _, w := range worlds {
			w.oids["switch"] = createSwitch(t, w.api)
		}
		for n := range rapid.IntRange(1, 30).Draw(r, "calls") {
			call := drawCall(r, n)
			got, want := worlds[0].call(t, call), worlds[1].call(t, call)
			if !slices.Equal(got, want) {
				r.Fatalf("%v: %v, directly %v", call, got, want)
			}
			switch rapid.IntRange(0, 20).Draw(r, "restart") {
			case 0:
				b.stop()
				b.start(b.asic)
			case 1:
				b.stop()
				b.freshASIC(1)
				b.start(b.asic)
			}
			// After a restart this is answered when the start is over. Commands that lie in the queue before may have been executed by the predecessor, for all
			// that syncd knows, and are judged mildly.
			c.InvokeDump(t.Context())
		}
		names := []map[sai.OID]string{{}, {}}
		rids := hashOf(t, ks, "VIDTORID")
		for n, vid := range worlds[0].oids {
			names[0][rids[vid]] = n
		}
		for n, rid := range worlds[1].oids {
			names[1][rid] = n
		}
		if diff := cmp.Diff(named(t, direct, names[1]), named(t, b.asic, names[0])); diff != "" {
			r.Fatalf("ASIC\n%s", diff)
		}
	})
}
