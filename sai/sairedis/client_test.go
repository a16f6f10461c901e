package sairedis_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a syncd that expects literal commands and gives literal answers.
type script struct {
	t     *testing.T
	ks    db.Keyspace
	inbox db.Inbox
}

func newScript(t *testing.T) *script {
	ks := mem.New().Client()
	inbox, err := ks.Inbox(t.Context(), db.Asic, "ASIC_STATE", "GETRESPONSE")
	if err != nil {
		t.Fatal(err)
	}
	return &script{t, ks, inbox}
}

// step is a command and its answer: op, key, fields; status, fields.
type step struct{ op, key, value, status, answer string }

// play runs call against the steps.
func (s *script) play(call func(c *sairedis.Client), steps ...step) {
	s.t.Helper()
	g, ctx := errgroup.WithContext(s.t.Context())
	steps = append([]step{{"notify", "SYNCD_INSPECT_ASIC", "[]", "SAI_STATUS_SUCCESS", "[]"}}, steps...)
	g.Go(func() error {
		for _, want := range steps {
			got, err := s.inbox.Take(ctx, 1)
			if err != nil {
				return err
			}
			if diff := cmp.Diff([]string{want.op, want.key, want.value}, []string{got[0].Op, got[0].Key, string(got[0].Value)}); diff != "" {
				s.t.Errorf("command\n%s", diff)
			}
			op := "getresponse"
			switch want.op {
			case "notify":
				op = "notify"
			case "flush":
				op = "flushresponse"
			case "attribute_capability_query":
				op = "attribute_capability_response"
			case "attr_enum_values_capability_query":
				op = "attr_enum_values_capability_response"
			}
			if err := s.inbox.Commit(ctx, db.Commit{Answers: []db.Command{{Key: want.status, Op: op, Value: []byte(want.answer)}}}); err != nil {
				return err
			}
		}
		return nil
	})
	c, err := sairedis.New(ctx, sairedis.Config{Keyspace: s.ks, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	call(c)
	if err := g.Wait(); err != nil {
		s.t.Error(err)
	}
	if err := c.Err(); err != nil {
		s.t.Error(err)
	}
}

const sw = sai.OID(0x21000000000000)

func attr(t *testing.T, name string, v any) sai.Attribute {
	t.Helper()
	a, err := sai.AttrByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return sai.Attribute{Meta: a, Value: v}
}

func route(prefix string) sai.Object {
	return sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: sw, VirtualRouter: 0x3000000000022, Destination: netip.MustParsePrefix(prefix)}}
}

func TestSingleForms(t *testing.T) {
	newScript(t).play(func(c *sairedis.Client) {
		ctx := t.Context()
		r := c.Create(ctx, sai.ObjectTypeVlan, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVlan}, Attrs: []sai.Attribute{attr(t, "SAI_VLAN_ATTR_VLAN_ID", uint16(100))}}})
		if r[0] != (sai.CreateResult{OID: 0x26000000000001}) {
			t.Error(r)
		}
		vlan := sai.Object{Type: sai.ObjectTypeVlan, OID: r[0].OID}
		if st := c.Set(ctx, sai.ObjectTypeVlan, []sai.SetRequest{{Object: vlan, Attr: attr(t, "SAI_VLAN_ATTR_LEARN_DISABLE", true)}}); st[0] != sai.StatusSuccess {
			t.Error(st)
		}
		if st := c.Remove(ctx, sai.ObjectTypeVlan, []sai.Object{vlan}); st[0] != sai.StatusObjectInUse {
			t.Error(st)
		}
		c.Create(ctx, sai.ObjectTypeVirtualRouter, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVirtualRouter}}})
		if r := c.Create(ctx, sai.ObjectTypeRouteEntry, []sai.CreateRequest{{Object: route("fc00::/64")}}); r[0].Status != sai.StatusItemAlreadyExists {
			t.Error(r)
		}
	},
		step{"create", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", `["SAI_VLAN_ATTR_VLAN_ID","100"]`, "SAI_STATUS_SUCCESS", `[]`},
		step{"set", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", `["SAI_VLAN_ATTR_LEARN_DISABLE","true"]`, "SAI_STATUS_SUCCESS", `[]`},
		step{"remove", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", `{}`, "SAI_STATUS_OBJECT_IN_USE", `[]`},
		step{"create", "SAI_OBJECT_TYPE_VIRTUAL_ROUTER:oid:0x3000000000002", `["NULL","NULL"]`, "SAI_STATUS_SUCCESS", `[]`},
		step{"create", `SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"fc00::/64","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`, `["NULL","NULL"]`, "SAI_STATUS_ITEM_ALREADY_EXISTS", `[]`},
	)
}

func TestBulkForms(t *testing.T) {
	newScript(t).play(func(c *sairedis.Client) {
		ctx := t.Context()
		hop := attr(t, "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", sai.OID(0x4000000000023))
		drop := attr(t, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", sai.PacketActionDrop)
		r := c.Create(ctx, sai.ObjectTypeRouteEntry, []sai.CreateRequest{
			{Object: route("10.0.0.0/24"), Attrs: []sai.Attribute{drop, hop}},
			{Object: route("10.0.1.0/24"), Attrs: []sai.Attribute{attr(t, "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", "nonsense")}},
			{Object: route("fc00::/64")},
		})
		if diff := cmp.Diff([]sai.CreateResult{{}, {Status: sai.StatusInvalidParameter}, {Status: sai.StatusTableFull}}, r); diff != "" {
			t.Error(diff)
		}
		if st := c.Set(ctx, sai.ObjectTypeRouteEntry, []sai.SetRequest{{Object: route("10.0.0.0/24"), Attr: hop}, {Object: route("10.0.0.0/24"), Attr: drop}}); st[0] != 0 || st[1] != 0 {
			t.Error(st)
		}
		if st := c.Remove(ctx, sai.ObjectTypeVlan, []sai.Object{{Type: sai.ObjectTypeVlan, OID: 1}, {Type: sai.ObjectTypeVlan, OID: 2}}); st[0] != sai.StatusNotSupported || st[1] != sai.StatusNotSupported {
			t.Error(st)
		}
		// The switch has no bulk form.
		s := sai.Object{Type: sai.ObjectTypeSwitch, OID: sw}
		c.Set(ctx, sai.ObjectTypeSwitch, []sai.SetRequest{{Object: s, Attr: attr(t, "SAI_SWITCH_ATTR_FDB_AGING_TIME", uint32(1))}, {Object: s, Attr: attr(t, "SAI_SWITCH_ATTR_FDB_AGING_TIME", uint32(2))}})
	},
		step{"bulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", `["{\"dest\":\"10.0.0.0/24\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000022\"}","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP|SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000023",` +
			`"{\"dest\":\"fc00::/64\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000022\"}","NULL=NULL"]`,
			"SAI_STATUS_FAILURE", `["SAI_STATUS_SUCCESS","","SAI_STATUS_TABLE_FULL",""]`},
		step{"bulkset", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", `["{\"dest\":\"10.0.0.0/24\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000022\"}","SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000023",` +
			`"{\"dest\":\"10.0.0.0/24\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000022\"}","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP"]`,
			"SAI_STATUS_SUCCESS", `["SAI_STATUS_SUCCESS","","SAI_STATUS_SUCCESS",""]`},
		step{"bulkremove", "SAI_OBJECT_TYPE_VLAN:2", `["oid:0x1","","oid:0x2",""]`, "SAI_STATUS_NOT_SUPPORTED", `[]`},
		step{"set", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", `["SAI_SWITCH_ATTR_FDB_AGING_TIME","1"]`, "SAI_STATUS_SUCCESS", `[]`},
		step{"set", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", `["SAI_SWITCH_ATTR_FDB_AGING_TIME","2"]`, "SAI_STATUS_SUCCESS", `[]`},
	)
}

func TestGet(t *testing.T) {
	newScript(t).play(func(c *sairedis.Client) {
		ctx := t.Context()
		s := sai.Object{Type: sai.ObjectTypeSwitch, OID: sw}
		list, number := attr(t, "SAI_SWITCH_ATTR_PORT_LIST", nil), attr(t, "SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS", nil)
		r := c.Get(ctx, sai.ObjectTypeSwitch, []sai.GetRequest{{Object: s, Attrs: []sai.Attribute{number, list}}})
		if r[0].Status != sai.StatusSuccess || r[0].Attrs[0].Value != any(uint32(2)) || !sai.ObjectList([]sai.OID{1, 2}).Equal(r[0].Attrs[1].Value) {
			t.Error(r)
		}
		// A caller that states its room is told when it is not enough.
		list.Value = sai.ObjectList{0}
		r = c.Get(ctx, sai.ObjectTypeSwitch, []sai.GetRequest{{Object: s, Attrs: []sai.Attribute{list}}})
		if r[0].Status != sai.StatusBufferOverflow || r[0].Attrs[0].Value != any(sai.Count(2)) {
			t.Error(r)
		}
		oper := attr(t, "SAI_PORT_ATTR_OPER_STATUS", nil)
		r = c.Get(ctx, sai.ObjectTypePort, []sai.GetRequest{
			{Object: sai.Object{Type: sai.ObjectTypePort, OID: 1}, Attrs: []sai.Attribute{oper}}, {Object: sai.Object{Type: sai.ObjectTypePort, OID: 2}, Attrs: []sai.Attribute{oper}},
		})
		if r[0].Status != sai.StatusSuccess || r[0].Attrs[0].Value != any(sai.PortOperStatusUp) || r[1].Status != sai.StatusItemNotFound {
			t.Error(r)
		}
	},
		step{"get", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","0","SAI_SWITCH_ATTR_PORT_LIST","0:null"]`,
			"SAI_STATUS_BUFFER_OVERFLOW", `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","2","SAI_SWITCH_ATTR_PORT_LIST","2"]`},
		step{"get", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","0","SAI_SWITCH_ATTR_PORT_LIST","2:oid:0x0,oid:0x0"]`,
			"SAI_STATUS_SUCCESS", `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","2","SAI_SWITCH_ATTR_PORT_LIST","2:oid:0x1,oid:0x2"]`},
		step{"get", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", `["SAI_SWITCH_ATTR_PORT_LIST","1:oid:0x0"]`, "SAI_STATUS_BUFFER_OVERFLOW", `["SAI_SWITCH_ATTR_PORT_LIST","2"]`},
		step{"bulkget", "SAI_OBJECT_TYPE_PORT:2", `["oid:0x1","SAI_PORT_ATTR_OPER_STATUS=SAI_PORT_OPER_STATUS_UNKNOWN","oid:0x2","SAI_PORT_ATTR_OPER_STATUS=SAI_PORT_OPER_STATUS_UNKNOWN"]`,
			"SAI_STATUS_FAILURE", `["SAI_STATUS_SUCCESS","SAI_PORT_ATTR_OPER_STATUS=SAI_PORT_OPER_STATUS_UP","SAI_STATUS_ITEM_NOT_FOUND",""]`},
	)
}

func TestQueries(t *testing.T) {
	newScript(t).play(func(c *sairedis.Client) {
		ctx := t.Context()
		port := sai.Object{Type: sai.ObjectTypePort, OID: 1}
		stats := c.GetStats(ctx, sai.ObjectTypePort, []sai.StatsRequest{{Object: port, Stats: []int32{int32(sai.PortStatIfInOctets)}}})
		if stats[0].Status != sai.StatusSuccess || stats[0].Values[0] != 7 {
			t.Error(stats)
		}
		if st := c.FlushFdb(ctx, sw, []sai.Attribute{attr(t, "SAI_FDB_FLUSH_ATTR_ENTRY_TYPE", sai.FdbFlushEntryTypeAll)}); st != sai.StatusSuccess {
			t.Error(st)
		}
		a := attr(t, "SAI_PORT_ATTR_FEC_MODE", nil).Meta
		if can, st := c.AttributeCapability(ctx, sw, a); st != sai.StatusSuccess || can != (sai.Capability{Create: true, Get: true}) {
			t.Error(can, st)
		}
		if values, st := c.EnumCapability(ctx, sw, a); st != sai.StatusSuccess || !cmp.Equal(values, []int32{0, 1, 2}) {
			t.Error(values, st)
		}
		if st := c.StartPoll(ctx, "PORT_STAT_COUNTER", []sai.OID{1, 2}, []db.Field{{Name: "PORT_COUNTER_ID_LIST", Value: "SAI_PORT_STAT_IF_IN_OCTETS"}}); st != sai.StatusSuccess {
			t.Error(st)
		}
	},
		step{"get_stats", "SAI_OBJECT_TYPE_PORT:oid:0x1", `["SAI_PORT_STAT_IF_IN_OCTETS",""]`, "SAI_STATUS_SUCCESS", `["SAI_PORT_STAT_IF_IN_OCTETS","7"]`},
		step{"flush", "SAI_OBJECT_TYPE_FDB_FLUSH:oid:0x21000000000000", `["SAI_FDB_FLUSH_ATTR_ENTRY_TYPE","SAI_FDB_FLUSH_ENTRY_TYPE_ALL"]`, "SAI_STATUS_SUCCESS", `[]`},
		step{"attribute_capability_query", "oid:0x21000000000000", `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_FEC_MODE"]`,
			"SAI_STATUS_SUCCESS", `["CREATE_IMPLEMENTED","true","SET_IMPLEMENTED","false","GET_IMPLEMENTED","true"]`},
		step{"attr_enum_values_capability_query", "oid:0x21000000000000", `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_FEC_MODE","LIST_SIZE","256"]`,
			"SAI_STATUS_BUFFER_OVERFLOW", `["ENUM_COUNT","300"]`},
		step{"attr_enum_values_capability_query", "oid:0x21000000000000", `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_FEC_MODE","LIST_SIZE","300"]`,
			"SAI_STATUS_SUCCESS", `["ENUM_CAPABILITIES","0,1,2,","ENUM_COUNT","3"]`},
		step{"start_poll", "PORT_STAT_COUNTER:oid:0x1,oid:0x2", `["PORT_COUNTER_ID_LIST","SAI_PORT_STAT_IF_IN_OCTETS"]`, "SAI_STATUS_SUCCESS", `[]`},
	)
}

func TestNames(t *testing.T) {
	s := newScript(t)
	s.play(func(c *sairedis.Client) {
		ctx := t.Context()
		oids, err := c.Allocate(ctx, sai.ObjectTypeVlan, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Store(ctx, []objects.Named{{OID: oids[0], Key: "VLAN(100)"}}); err != nil {
			t.Fatal(err)
		}
		c.Create(ctx, sai.ObjectTypeVlan, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeVlan, OID: oids[0]}}})
		named, err := c.Load(ctx)
		if diff := cmp.Diff([]objects.Named{{OID: 0x26000000000001, Key: "VLAN(100)"}}, named); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if err := c.Delete(ctx, oids); err != nil {
			t.Fatal(err)
		}
		if named, err = c.Load(ctx); err != nil || len(named) != 0 {
			t.Error(named, err)
		}
	}, step{"create", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", `["NULL","NULL"]`, "SAI_STATUS_SUCCESS", `[]`})
}

func TestList(t *testing.T) {
	s := newScript(t)
	raw := s.ks.Raw(db.Asic)
	err := raw.Write(t.Context(), []db.RawWrite{
		{Key: "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", Fields: []db.Field{{Name: "SAI_VLAN_ATTR_VLAN_ID", Value: "100"}}},
		{Key: "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000002", Fields: []db.Field{{Name: "NULL", Value: "NULL"}}},
		{Key: `ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`, Fields: []db.Field{{Name: "NULL", Value: "NULL"}}},
		{Key: "ASIC_STATE:nonsense", Fields: []db.Field{{Name: "a", Value: "b"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.play(func(c *sairedis.Client) {
		for _, ot := range []sai.ObjectType{sai.ObjectTypeVlan, sai.ObjectTypeVlan, sai.ObjectTypeRouteEntry, sai.ObjectTypePort} {
			got := map[string]int{}
			err := c.List(t.Context(), ot, func(o sai.Object, attrs []sai.Attribute) error {
				got[o.String()] = len(attrs)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			want := map[sai.ObjectType]map[string]int{
				sai.ObjectTypeVlan:       {"SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001": 1, "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000002": 0},
				sai.ObjectTypeRouteEntry: {`SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000022"}`: 0},
				sai.ObjectTypePort:       {},
			}[ot]
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s", ot, diff)
			}
		}
	})
}

// TestBarrier starts a client where a predecessor has left answers, and commands that are not answered yet.
func TestBarrier(t *testing.T) {
	s := newScript(t)
	old, err := s.ks.Inbox(t.Context(), db.Asic, "GETRESPONSE", "ASIC_STATE")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.inbox.Commit(t.Context(), db.Commit{Answers: []db.Command{{Key: "SAI_STATUS_SUCCESS", Op: "notify"}, {Key: "SAI_STATUS_FAILURE", Op: "getresponse"}}}); err != nil {
		t.Fatal(err)
	}
	if err := old.Commit(t.Context(), db.Commit{Answers: []db.Command{{Key: "INIT_VIEW", Op: "notify"}}}); err != nil {
		t.Fatal(err)
	}
	g, ctx := errgroup.WithContext(t.Context())
	g.Go(func() error {
		for _, key := range []string{"INIT_VIEW", "SYNCD_INSPECT_ASIC"} {
			if _, err := s.inbox.Take(ctx, 1); err != nil {
				return err
			}
			_ = key
			if err := s.inbox.Commit(ctx, db.Commit{Answers: []db.Command{{Key: "SAI_STATUS_SUCCESS", Op: "notify"}}}); err != nil {
				return err
			}
		}
		return nil
	})
	if _, err := sairedis.New(ctx, sairedis.Config{Keyspace: s.ks, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	left, err := old.Peek(t.Context(), 0, 10)
	if err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

// TestTimeout has nobody answer: the call fails as fatal, and so do all after it.
func TestTimeout(t *testing.T) {
	ks := mem.New().Client()
	var late *sairedis.TimeoutError
	if _, err := sairedis.New(t.Context(), sairedis.Config{Keyspace: ks, Timeout: time.Millisecond}); !errors.As(err, &late) {
		t.Errorf("%v", err)
	}
	s := newScript(t)
	g, ctx := errgroup.WithContext(t.Context())
	g.Go(func() error {
		if _, err := s.inbox.Take(ctx, 1); err != nil {
			return err
		}
		return s.inbox.Commit(ctx, db.Commit{Answers: []db.Command{{Key: "SAI_STATUS_SUCCESS", Op: "notify"}}})
	})
	c, err := sairedis.New(ctx, sairedis.Config{Keyspace: s.ks, Timeout: 100 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if st := c.Remove(context.WithoutCancel(ctx), sai.ObjectTypeVlan, []sai.Object{{Type: sai.ObjectTypeVlan, OID: 1}}); st[0] != sai.StatusUninitialized {
			t.Error(st)
		}
	}
	var fatal *sairedis.ConnectionError
	if err := c.Err(); !errors.As(err, &fatal) || !errors.As(err, &late) || late.Op != "remove" {
		t.Errorf("%v", err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
