package syncd_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// turnstile is an ASIC that keeps a call for 300 routes until it is told to go on, and notes what is called in which order.
type turnstile struct {
	*virtual.ASIC
	reached, open chan struct{}

	mu    sync.Mutex // calls come from syncd's goroutine, and are read by the test's
	calls []string
}

func (a *turnstile) note(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, fmt.Sprintf(format, args...))
}

func (a *turnstile) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	a.note("create %v %d", t, len(r))
	if t == sai.ObjectTypeRouteEntry && len(r) == 300 {
		close(a.reached)
		<-a.open
	}
	return a.ASIC.Create(ctx, t, r)
}

func (a *turnstile) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	a.note("remove %v %d", t, len(o))
	return a.ASIC.Remove(ctx, t, o)
}

// TestOvertaking has members leave a LAG while routes are on their way: they pass the routes, but nothing else.
func TestOvertaking(t *testing.T) {
	for _, c := range []struct {
		name   string
		others bool // something else than routes is on its way as well
		want   []string
	}{
		{"past routes", false, []string{
			"create SAI_OBJECT_TYPE_ROUTE_ENTRY 300", "remove SAI_OBJECT_TYPE_LAG_MEMBER 2",
			"create SAI_OBJECT_TYPE_ROUTE_ENTRY 301", "create SAI_OBJECT_TYPE_ROUTE_ENTRY 302",
		}},
		{"not past a VLAN", true, []string{
			"create SAI_OBJECT_TYPE_ROUTE_ENTRY 300", "create SAI_OBJECT_TYPE_ROUTE_ENTRY 301", "create SAI_OBJECT_TYPE_ROUTE_ENTRY 302",
			"create SAI_OBJECT_TYPE_VLAN 2", "remove SAI_OBJECT_TYPE_LAG_MEMBER 2",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
				b := newBench(t, ks, 4)
				gate := &turnstile{ASIC: b.asic, reached: make(chan struct{}), open: make(chan struct{})}
				b.start(gate)
				client := b.client()
				o := populate(t, client)
				sw := object(sai.ObjectTypeSwitch, o.sw)
				vr := o.get(sw, "SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID").(sai.OID)
				ports := o.get(sw, "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)
				lag := o.create("LAG")
				var members []sai.Object
				for _, p := range ports[2:4] {
					m := o.create("LAG_MEMBER", "LAG_MEMBER_ATTR_LAG_ID="+lag.String(), "LAG_MEMBER_ATTR_PORT_ID="+p.String())
					members = append(members, object(sai.ObjectTypeLagMember, m))
				}
				gate.mu.Lock()
				gate.calls = nil
				gate.mu.Unlock()

				var waits []func() []sai.CreateResult
				for i := range 3 {
					waits = append(waits, client.StartCreate(t.Context(), sai.ObjectTypeRouteEntry, routes(t, o.sw, vr, i, 300+i)))
					<-gate.reached
				}
				commands := 4
				if c.others {
					r := sai.CreateRequest{Object: sai.Object{Type: sai.ObjectTypeVlan}}
					r.Attrs = o.attrs([]string{"VLAN_ATTR_VLAN_ID=300"})
					r2 := sai.CreateRequest{Object: sai.Object{Type: sai.ObjectTypeVlan}}
					r2.Attrs = o.attrs([]string{"VLAN_ATTR_VLAN_ID=301"})
					waits = append(waits, client.StartCreate(t.Context(), sai.ObjectTypeVlan, []sai.CreateRequest{r, r2}))
					commands++
				}
				go openWhen(t, ks, commands, gate.open)
				o.remove(members...)
				for _, wait := range waits {
					for _, r := range wait() {
						if r.Status != sai.StatusSuccess {
							t.Fatal(r.Status)
						}
					}
				}
				gate.mu.Lock()
				defer gate.mu.Unlock()
				if diff := cmp.Diff(c.want, gate.calls); diff != "" {
					t.Error(diff)
				}
				if n := rows(t, ks)["SAI_OBJECT_TYPE_LAG_MEMBER"]; n != 0 {
					t.Errorf("%d members have rows", n)
				}
			})
		})
	}
}

// openWhen lets the first call go on when all commands are in the queue.
func openWhen(t *testing.T, ks db.Keyspace, commands int, open chan<- struct{}) {
	defer close(open)
	queue, err := ks.Inbox(t.Context(), db.Asic, wire.Commands, wire.Answers)
	if err != nil {
		t.Error(err)
		return
	}
	defer queue.Close()
	for {
		list, err := queue.Peek(t.Context(), 0, commands)
		if err != nil {
			t.Error(err)
		}
		if err != nil || len(list) == commands {
			return
		}
	}
}

func routes(t *testing.T, sw, vr sai.OID, block, n int) []sai.CreateRequest {
	t.Helper()
	list := make([]sai.CreateRequest, n)
	for i := range list {
		dst := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + block), byte(i >> 8), byte(i), 0}), 24)
		list[i] = sai.CreateRequest{
			Object: sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: vr, Destination: dst}},
			Attrs:  []sai.Attribute{attr(t, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_DROP")},
		}
	}
	return list
}
