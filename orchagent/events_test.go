package orchagent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// reporter is an Events with a registry of two ports in two VLANs.
type reporter struct {
	t *testing.T
	*orchagent.Events
	facts    *mem.Client
	registry *objects.Registry
	at       time.Time
}

const (
	oidSwitch sai.OID = 0x21
	oidPort0  sai.OID = 0x1
	oidPort4  sai.OID = 0x2
	oidVlan10 sai.OID = 0x26
	oidVlan20 sai.OID = 0x27
	oidBP0    sai.OID = 0x3a
	oidBPLag  sai.OID = 0x3b
)

func newReporter(t *testing.T) *reporter {
	r := &reporter{t: t, facts: mem.New().Client(), registry: objects.NewRegistry(), at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	port0, lag := sai.PortKey{Name: "Ethernet0"}, sai.LagKey{Name: "PortChannel1"}
	r.registry.Put(port0, oidPort0)
	r.registry.Put(sai.PortKey{Name: "Ethernet4"}, oidPort4)
	r.registry.Put(sai.PortKey{Name: orchagent.CPU}, 0x99)
	r.registry.Put(sai.VlanKey{ID: 10}, oidVlan10)
	r.registry.Put(sai.VlanKey{ID: 20}, oidVlan20)
	r.registry.Put(sai.BridgePortKey{Port: port0}, oidBP0)
	r.registry.Put(sai.BridgePortKey{Port: lag}, oidBPLag)
	r.Events = orchagent.NewEvents(r.registry, r.facts, func() time.Time { return r.at })
	return r
}

// report hands over a notification.
func (r *reporter) report(n sai.Notification) {
	r.t.Helper()
	if err := r.Handle(context.Background(), n); err != nil {
		r.t.Fatal(err)
	}
}

// want compares the rows of a table of facts, with their fields in the order of the row type: a hash has none.
func (r *reporter) want(t *db.Schema, want ...string) {
	r.t.Helper()
	rows, err := r.facts.Read(context.Background(), t)
	if err != nil {
		r.t.Fatal(err)
	}
	var got []string
	for _, c := range rows {
		text := c.Key
		slices.SortFunc(c.Fields, func(a, b db.Field) int {
			return slices.Index(t.Columns, a.Name) - slices.Index(t.Columns, b.Name)
		})
		for _, f := range c.Fields {
			text += " " + f.Name + "=" + f.Value
		}
		got = append(got, text)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", t.Name, diff)
	}
}

// ports is an API that knows operational states only.
type ports struct {
	sai.API
	up map[sai.OID]bool
}

func (p ports) Get(_ context.Context, _ sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	out := make([]sai.GetResult, len(r))
	for i := range r {
		up, ok := p.up[r[i].Object.OID]
		if !ok {
			out[i].Status = sai.StatusItemNotFound
			continue
		}
		v := sai.PortOperStatusDown
		if up {
			v = sai.PortOperStatusUp
		}
		out[i].Attrs = []sai.Attribute{{Meta: r[i].Attrs[0].Meta, Value: v}}
	}
	return out
}

// entries lists FDB entries.
type entries []sai.FdbNotice

func (l entries) List(_ context.Context, _ sai.ObjectType, yield func(sai.Object, []sai.Attribute) error) error {
	for _, e := range l {
		if err := yield(sai.Object{Type: sai.ObjectTypeFdbEntry, Entry: e.Entry}, e.Attrs); err != nil {
			return err
		}
	}
	return nil
}

func address(event sai.FdbEvent, vlan sai.OID, last byte, bridgePort sai.OID, kind sai.FdbEntryType) sai.FdbNotice {
	m := sai.ObjectTypeFdbEntry.Meta()
	n := sai.FdbNotice{Event: event, Entry: sai.FdbEntry{Switch: oidSwitch, BV: vlan}, Attrs: []sai.Attribute{
		{Meta: m.Attr(sai.FdbEntryAttrType), Value: kind}, {Meta: m.Attr(sai.FdbEntryAttrBridgePortID), Value: bridgePort},
	}}
	if last != 0 {
		n.Entry.MAC = sai.MAC{2, 0, 0, 0, 0, last}
	}
	return n
}

func learned(vlan sai.OID, last byte, bridgePort sai.OID) sai.FdbNotice {
	return address(sai.FdbEventLearned, vlan, last, bridgePort, sai.FdbEntryTypeDynamic)
}

func TestPortEvents(t *testing.T) {
	r := newReporter(t)
	before := map[string]tables.PortOperRow{
		"Ethernet0": {OperStatus: true, FlapCount: 3, LastUpTime: "then"}, "Ethernet4": {OperStatus: true, FlapCount: 5, LastUpTime: "then"},
	}
	api := ports{up: map[sai.OID]bool{oidPort0: true, oidPort4: false}}
	if err := r.Load(context.Background(), orchagent.Switch{Facts: tables.SwitchFact{MaxNexthopGroups: 512}}, api, entries{}, before); err != nil {
		t.Fatal(err)
	}
	// A restart is no flap; a port that went down meanwhile did.
	r.want(tables.FactPortOper.Schema,
		"Ethernet0 up=true flap_count=3 last_up_time=then",
		"Ethernet4 up=false flap_count=6 downs=1 last_up_time=then last_down_time=Fri Jan 02 03:04:05 2026")
	r.want(tables.FactSwitch.Schema, "switch max_nexthop_groups=512 mac=00:00:00:00:00:00")

	r.at = r.at.Add(time.Minute)
	r.report(sai.PortStateChange{{Port: oidPort0, State: sai.PortOperStatusDown}, {Port: oidPort4, State: sai.PortOperStatusDown}, {Port: 0x77, State: sai.PortOperStatusUp}})
	r.want(tables.FactPortOper.Schema,
		"Ethernet0 up=false flap_count=4 downs=1 last_up_time=then last_down_time=Fri Jan 02 03:05:05 2026",
		"Ethernet4 up=false flap_count=6 downs=1 last_up_time=then last_down_time=Fri Jan 02 03:04:05 2026")

	// A port that was made anew begins anew.
	r.registry.Drop(sai.PortKey{Name: "Ethernet0"})
	r.registry.Put(sai.PortKey{Name: "Ethernet0"}, 0x5)
	r.report(sai.PortStateChange{{Port: 0x5, State: sai.PortOperStatusUp}})
	r.want(tables.FactPortOper.Schema,
		"Ethernet0 up=true flap_count=1 last_up_time=Fri Jan 02 03:05:05 2026",
		"Ethernet4 up=false flap_count=6 downs=1 last_up_time=then last_down_time=Fri Jan 02 03:04:05 2026")

	if err := r.Handle(context.Background(), sai.SwitchShutdownRequest{}); !errors.Is(err, orchagent.ErrShutdown) {
		t.Error(err)
	}
}

func TestFdbEvents(t *testing.T) {
	r := newReporter(t)
	found := entries{learned(oidVlan10, 1, oidBP0), address(sai.FdbEventLearned, oidVlan10, 9, oidBP0, sai.FdbEntryTypeStatic), learned(0x77, 2, oidBP0), learned(oidVlan10, 3, 0x77)}
	if err := r.Load(context.Background(), orchagent.Switch{}, ports{}, found, nil); err != nil {
		t.Fatal(err)
	}
	const a, b, c = "Vlan10:02:00:00:00:00:01 port=Ethernet0 type=dynamic", "Vlan10:02:00:00:00:00:02 port=PortChannel1 type=dynamic", "Vlan20:02:00:00:00:00:03 port=Ethernet0 type=dynamic"
	r.want(tables.FactFdb.Schema, a)
	r.report(sai.FdbEvents{learned(oidVlan10, 2, oidBPLag), learned(oidVlan20, 3, oidBP0)})
	r.want(tables.FactFdb.Schema, a, b, c)
	r.report(sai.FdbEvents{address(sai.FdbEventMove, oidVlan10, 1, oidBPLag, sai.FdbEntryTypeDynamic)})
	r.want(tables.FactFdb.Schema, strings.Replace(a, "Ethernet0", "PortChannel1", 1), b, c)
	r.report(sai.FdbEvents{address(sai.FdbEventAged, oidVlan10, 1, oidBPLag, sai.FdbEntryTypeDynamic)})
	r.want(tables.FactFdb.Schema, b, c)

	all := func() {
		r.report(sai.FdbEvents{learned(oidVlan10, 1, oidBP0), learned(oidVlan10, 2, oidBPLag), learned(oidVlan20, 3, oidBP0)})
	}
	for _, f := range []struct {
		vlan, bridgePort sai.OID
		left             []string
	}{
		{0, 0, nil}, {oidVlan10, 0, []string{c}}, {0, oidBP0, []string{b}}, {oidVlan10, oidBP0, []string{b, c}}, {oidVlan20, oidBPLag, []string{a, b, c}},
	} {
		all()
		r.report(sai.FdbEvents{address(sai.FdbEventFlushed, f.vlan, 0, f.bridgePort, sai.FdbEntryTypeDynamic)})
		r.want(tables.FactFdb.Schema, f.left...)
	}
}

func TestFlushRequests(t *testing.T) {
	r := newReporter(t)
	for i, c := range []struct{ op, data, want string }{
		{"ALL", "ALL", "count=%d"}, {"PORT", "Ethernet0", "count=%d port=Ethernet0"}, {"VLAN", "Vlan10", "count=%d vlan=Vlan10"},
		{"VLAN", "10", "count=%d vlan=Vlan10"}, {"PORTVLAN", "Ethernet0|Vlan10", "count=%d port=Ethernet0 vlan=Vlan10"},
	} {
		r.facts = mem.New().Client()
		r.Events = orchagent.NewEvents(r.registry, r.facts, time.Now)
		for range i {
			_ = r.FlushRequest(context.Background(), db.Notification{}) // counts
		}
		if err := r.FlushRequest(context.Background(), db.Notification{Op: c.op, Data: c.data}); err != nil {
			t.Fatal(err)
		}
		r.want(tables.FactFdbFlush.Schema, c.op+" "+c.data+" "+fmt.Sprintf(c.want, i+1))
	}
	for _, n := range []db.Notification{{Op: "NONE"}, {Op: "VLAN", Data: "x"}, {Op: "VLAN", Data: "0"}, {Op: "PORTVLAN", Data: "Ethernet0"}, {Op: "PORTVLAN", Data: "Ethernet0|Vlan"}} {
		if err := r.FlushRequest(context.Background(), n); err == nil {
			t.Errorf("%v is taken", n)
		}
	}
}

func FuzzFlushRequest(f *testing.F) {
	f.Add("VLAN", "Vlan10")
	f.Add("PORTVLAN", "Ethernet0|Vlan10")
	f.Fuzz(func(t *testing.T, op, data string) {
		e := orchagent.NewEvents(objects.NewRegistry(), mem.New().Client(), time.Now)
		_ = e.FlushRequest(context.Background(), db.Notification{Op: op, Data: data}) // an error, or a fact: never a panic
	})
}
