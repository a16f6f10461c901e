package orchagent_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestOwnAddresses compares what is refused with a search through all that is in force.
func TestOwnAddresses(t *testing.T) {
	type own struct {
		on     string
		prefix netip.Prefix
	}
	rapid.Check(t, func(t *rapid.T) {
		target, inForce := orchagent.NewOwnAddresses(), map[orchagent.OwnAddressKey]own{}
		apply := func(op engine.Op) error {
			return target.Apply(context.Background(), orchagent.KindOwnAddress, []engine.Op{op})[0]
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			vr := sai.VirtualRouterKey{Name: rapid.SampledFrom([]string{"", "VrfRed"}).Draw(t, "vr")}
			ip := netip.AddrFrom4([4]byte{10, 0, byte(rapid.IntRange(0, 3).Draw(t, "third")), byte(rapid.IntRange(0, 255).Draw(t, "last"))})
			k := orchagent.OwnAddressKey{VirtualRouter: vr, IP: ip}
			_, exists := inForce[k]
			if exists && rapid.Bool().Draw(t, "remove") {
				if err := apply(engine.Op{Verb: engine.Remove, Key: k}); err != nil {
					t.Fatal(err)
				}
				delete(inForce, k)
				continue
			}
			a := own{rapid.SampledFrom([]string{"Ethernet0", "Loopback0"}).Draw(t, "on"), netip.PrefixFrom(ip, rapid.IntRange(8, 32).Draw(t, "bits"))}
			overlaps := false
			for other, b := range inForce {
				overlaps = overlaps || other != k && other.VirtualRouter == vr && (b.prefix.Contains(ip) || a.prefix.Contains(other.IP))
			}
			verb := engine.Create
			if exists {
				verb = engine.Update
			}
			err := apply(engine.Op{Verb: verb, Key: k, Attrs: []engine.AttrValue{{ID: 1, Value: a.on}, {ID: 2, Value: a.prefix}}})
			if want := overlaps && a.on != "Loopback0"; (err != nil) != want {
				t.Fatalf("%s on %s: %v, with %v in force", a.prefix, a.on, err, inForce)
			}
			var full *engine.Error
			if err != nil && (!errors.As(err, &full) || full.Class != engine.Full) {
				t.Fatalf("not refused for lack of room: %v", err)
			}
			if err == nil {
				inForce[k] = a
			}
		}
	})
}

func TestOwnAddressText(t *testing.T) {
	for _, k := range []orchagent.OwnAddressKey{
		{IP: netip.MustParseAddr("10.0.0.1")}, {VirtualRouter: sai.VirtualRouterKey{Name: "VrfRed"}, IP: netip.MustParseAddr("fc00::1")},
	} {
		if got, err := orchagent.KindOwnAddress.Parse(k.String()); err != nil || got != engine.Key(k) {
			t.Errorf("%s: %v %v", k, got, err)
		}
	}
	for _, text := range []string{"", "OWN_ADDRESS()", "OWN_ADDRESS(VLAN(10),10.0.0.1)", "OWN_ADDRESS(VIRTUAL_ROUTER(),x)", "ADDRESS(VIRTUAL_ROUTER(),10.0.0.1)"} {
		if k, err := orchagent.KindOwnAddress.Parse(text); err == nil {
			t.Errorf("%q is %v", text, k)
		}
	}
}
