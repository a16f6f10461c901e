package orchagent_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func TestFlexCounters(t *testing.T) {
	golden(t, "flex",
		scenario{"groups as configured", []string{
			"SWITCH|switch max_nexthop_groups=256 mac=02:00:00:00:00:01",
			"FLEX_COUNTER_TABLE|PORT FLEX_COUNTER_STATUS=enable POLL_INTERVAL=5000 BULK_CHUNK_SIZE=16",
			"FLEX_COUNTER_TABLE|QUEUE_WATERMARK FLEX_COUNTER_STATUS=enable",
			"FLEX_COUNTER_TABLE|PFCWD FLEX_COUNTER_STATUS=enable",
		}},
		scenario{"a port, and a router interface", []string{
			"PORT_TABLE:Ethernet0 lanes=25",
			"INTF_TABLE:Ethernet0 NULL=NULL",
			"FLEX_COUNTER_TABLE|PORT FLEX_COUNTER_STATUS=enable", "FLEX_COUNTER_TABLE|PORT_BUFFER_DROP FLEX_COUNTER_STATUS=enable",
			"FLEX_COUNTER_TABLE|RIF FLEX_COUNTER_STATUS=enable",
		}},
		scenario{"queues and priority groups, when the port has told them", []string{
			"PORT_TABLE:Ethernet0 lanes=25", "PORT_TABLE:Ethernet4 lanes=29",
			"PORT_PARTS|Ethernet0 queues=SAI_QUEUE_TYPE_UNICAST,SAI_QUEUE_TYPE_MULTICAST priority_groups=1",
			"FLEX_COUNTER_TABLE|QUEUE FLEX_COUNTER_STATUS=enable", "FLEX_COUNTER_TABLE|PG_WATERMARK FLEX_COUNTER_STATUS=enable",
		}},
		scenario{"a rule of an ACL", []string{
			"ACL|switch min_priority=1 max_priority=100 ingress_actions=SAI_ACL_ACTION_TYPE_PACKET_ACTION", "PORT_TABLE:Ethernet0 lanes=25",
			"ACL_TABLE|DATA type=L3 ports@=Ethernet0", "ACL_RULE|DATA|R1 PRIORITY=10 SRC_IP=10.0.0.0/8 PACKET_ACTION=DROP",
			"FLEX_COUNTER_TABLE|ACL FLEX_COUNTER_STATUS=enable",
		}},
		scenario{"a malformed row", []string{"FLEX_COUNTER_TABLE|PORT FLEX_COUNTER_STATUS=maybe"}},
	)
}

// told notes what syncd is told.
type told struct{ lines []string }

func (p *told) SetCounterGroup(_ context.Context, group string, f []db.Field) sai.Status {
	p.lines = append(p.lines, fmt.Sprint("group ", group, f))
	return sai.StatusSuccess
}

func (p *told) StartPoll(_ context.Context, group string, o []sai.OID, f []db.Field) sai.Status {
	p.lines = append(p.lines, fmt.Sprint("start ", group, len(o), o[0], f))
	return sai.StatusSuccess
}

func (p *told) StopPoll(_ context.Context, group string, o []sai.OID) sai.Status {
	p.lines = append(p.lines, fmt.Sprint("stop ", group, len(o), o[0]))
	return sai.StatusFailure
}

func TestPolls(t *testing.T) {
	to, registry, store := &told{}, objects.NewRegistry(), mem.New().Client()
	target := orchagent.NewPolls(to, registry, store)
	row := tables.FlexObjectRow{Port: "SAI_PORT_STAT_IF_IN_OCTETS"}
	poll := func(name string) engine.Key {
		return orchagent.PollKey{Group: tables.FlexPortGroup, Of: sai.PortKey{Name: name}}
	}
	var ops []engine.Op
	for i := range 600 {
		name := fmt.Sprint("Ethernet", i)
		registry.Put(sai.PortKey{Name: name}, sai.OID(i+1))
		ops = append(ops, engine.Op{Key: poll(name), Attrs: []engine.AttrValue{{Value: row}}})
	}
	failed := func(errs []error) (n int) {
		for _, err := range errs {
			if err != nil {
				n++
			}
		}
		return n
	}
	group := engine.Op{Key: orchagent.PollGroupKey{Name: tables.FlexPortGroup}, Attrs: []engine.AttrValue{{
		Value: tables.FlexGroupRow{PollInterval: 1000, StatsMode: tables.StatsModeRead},
	}}}
	if n := failed(target.Apply(t.Context(), orchagent.KindPollGroup, []engine.Op{group})); n != 0 {
		t.Error(n)
	}
	ops = append(ops, engine.Op{Key: poll("unknown"), Attrs: []engine.AttrValue{{Value: row}}})
	if n := failed(target.Apply(t.Context(), orchagent.KindPoll, ops)); n != 1 {
		t.Errorf("%d failed, not the one without an id", n)
	}
	if n := failed(target.Apply(t.Context(), orchagent.KindPoll, []engine.Op{{Verb: engine.Remove, Key: poll("Ethernet0")}})); n != 1 {
		t.Error("a refusal is not told")
	}
	want := `group PORT_STAT_COUNTER[{POLL_INTERVAL 1000} {STATS_MODE STATS_MODE_READ} {FLEX_COUNTER_STATUS disable}]
start PORT_STAT_COUNTER512 oid:0x1 [{PORT_COUNTER_ID_LIST SAI_PORT_STAT_IF_IN_OCTETS}]
start PORT_STAT_COUNTER88 oid:0x201 [{PORT_COUNTER_ID_LIST SAI_PORT_STAT_IF_IN_OCTETS}]
stop PORT_STAT_COUNTER1 oid:0x1`
	if diff := cmp.Diff(want, strings.Join(to.lines, "\n")); diff != "" {
		t.Error(diff)
	}
}

// TestPollsAreAdopted finds what a predecessor had polled, and ends what is polled of nothing.
func TestPollsAreAdopted(t *testing.T) {
	to, registry, store := &told{}, objects.NewRegistry(), mem.New().Client()
	registry.Put(sai.PortKey{Name: "Ethernet0"}, 1)
	ports := tables.FlexObjects(tables.FlexPortGroup)
	group, row := tables.FlexGroupRow{PollInterval: 1000, StatsMode: tables.StatsModeRead, Status: true}, tables.FlexObjectRow{Port: "SAI_PORT_STAT_IF_IN_OCTETS"}
	err := store.Write(t.Context(), []db.Write{tables.FlexCounterGroup.Set(tables.FlexPortGroup, group), ports.Set("oid:0x1", row), ports.Set("oid:0x2", row)})
	if err != nil {
		t.Fatal(err)
	}
	found, err := orchagent.NewPolls(to, registry, store).Adopt(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []engine.Actual{
		{Key: orchagent.PollGroupKey{Name: tables.FlexPortGroup}, Attrs: []engine.AttrValue{{Value: group}}},
		{Key: orchagent.PollKey{Group: tables.FlexPortGroup, Of: sai.PortKey{Name: "Ethernet0"}}, Attrs: []engine.AttrValue{{Value: row}}},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"stop PORT_STAT_COUNTER1 oid:0x2"}, to.lines); diff != "" {
		t.Error(diff)
	}
}
