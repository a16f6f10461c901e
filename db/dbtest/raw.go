package dbtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
)

func rawKeys(t *testing.T, s *suite) {
	raw := s.db.Raw(db.Asic)
	s.ok(raw.Write(s.ctx, []db.RawWrite{
		{Key: "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", Fields: fields("SAI_VLAN_ATTR_VLAN_ID", "2")},
		{Key: "VIDTORID", Fields: fields("oid:0x1", "oid:0x2", "oid:0x3", "oid:0x4")},
		{Key: "ASIC_STATE:x", Fields: fields("a", "1", "b", "2")},
		{Key: "ASIC_STATE:x", Delete: true, Fields: fields("c", "3")},
		{Key: "VIDTORID", Remove: []string{"oid:0x1"}},
		{Key: "ASIC_STATE:y", Fields: fields("a", "1")},
		{Key: "ASIC_STATE:y", Delete: true},
	}))
	s.ok(raw.Set(s.ctx, "TEXT", "one"))
	sum, err := raw.Add(s.ctx, "VIDCOUNTER", 100)
	s.ok(err)
	s.equal(sum, int64(100))
	sum, err = raw.Add(s.ctx, "VIDCOUNTER", 1)
	s.ok(err)
	s.equal(sum, int64(101))
	s.equal(s.Dump(db.Asic), map[string]any{
		"ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001": map[string]string{"SAI_VLAN_ATTR_VLAN_ID": "2"},
		"ASIC_STATE:x": map[string]string{"c": "3"},
		"VIDTORID":     map[string]string{"oid:0x3": "oid:0x4"},
		"TEXT":         "one",
		"VIDCOUNTER":   "101",
	})
	hashes, err := raw.Hashes(s.ctx, []string{"none", "VIDTORID"})
	s.ok(err)
	s.equal(hashes, [][]db.Field{nil, fields("oid:0x3", "oid:0x4")})
	value, ok, err := raw.Get(s.ctx, "TEXT")
	s.equal([]any{value, ok, err}, []any{"one", true, nil})
	value, ok, err = raw.Get(s.ctx, "NONE")
	s.equal([]any{value, ok, err}, []any{"", false, nil})
	var keys []string
	s.ok(raw.Keys(s.ctx, "ASIC_STATE:*", func(k []string) error { keys = append(keys, k...); return nil }))
	slices.Sort(keys)
	s.equal(slices.Compact(keys), []string{"ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", "ASIC_STATE:x"})
	stop := errors.New("stop")
	if err := raw.Keys(s.ctx, "*", func([]string) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	s.ok(raw.Delete(s.ctx, []string{"TEXT", "VIDTORID", "VIDCOUNTER", "NONE"}))
	s.equal(len(s.Dump(db.Asic)), 2)
}

// rawConditions writes only what nobody has changed meanwhile.
func rawConditions(t *testing.T, s *suite) {
	raw := s.db.Raw(db.Config)
	s.ok(raw.Write(s.ctx, []db.RawWrite{{Key: "A|1", Fields: fields("x", "1", "y", "2")}, {Key: "A|2", Fields: fields("x", "1")}}))
	was := []db.RawRow{{Key: "A|1", Fields: fields("y", "2", "x", "1")}, {Key: "A|3"}}
	write := []db.RawWrite{{Key: "A|1", Delete: true}, {Key: "A|3", Fields: fields("x", "3", "y", "3")}, {Key: "A|2", Fields: fields("z", "1"), Remove: []string{"x"}}}
	changed, err := raw.WriteIf(s.ctx, was, write)
	s.ok(err)
	s.equal(changed, []string(nil))
	want := map[string]any{"A|2": map[string]string{"z": "1"}, "A|3": map[string]string{"x": "3", "y": "3"}}
	s.equal(s.Dump(db.Config), want)
	changed, err = raw.WriteIf(s.ctx, append(was, db.RawRow{Key: "A|2", Fields: fields("z", "2")}, db.RawRow{Key: "A|4"}), write)
	s.ok(err)
	s.equal(changed, []string{"A|1", "A|3", "A|2"})
	s.equal(s.Dump(db.Config), want)
	changed, err = raw.WriteIf(s.ctx, nil, []db.RawWrite{{Key: "A|2", Delete: true}, {Key: "A|3", Delete: true}})
	s.ok(err)
	s.equal(changed, []string(nil))
	s.equal(len(s.Dump(db.Config)), 0)
}

// rawConditionsRace has many count in one hash at once: no count is lost.
func rawConditionsRace(_ *testing.T, s *suite) {
	const clients, counts = 4, 25
	var g errgroup.Group
	for range clients {
		raw := s.Client().Raw(db.Config)
		g.Go(func() error {
			for n := 0; n < counts; {
				rows, err := raw.Hashes(s.ctx, []string{"COUNT|1"})
				if err != nil {
					return err
				}
				now := 0
				if rows[0] != nil {
					now, _ = strconv.Atoi(rows[0][0].Value)
				}
				next := []db.RawWrite{{Key: "COUNT|1", Fields: fields("n", strconv.Itoa(now+1))}}
				changed, err := raw.WriteIf(s.ctx, []db.RawRow{{Key: "COUNT|1", Fields: rows[0]}}, next)
				if err != nil {
					return err
				}
				if len(changed) == 0 {
					n++
				}
			}
			return nil
		})
	}
	s.ok(g.Wait())
	s.equal(s.Dump(db.Config), map[string]any{"COUNT|1": map[string]string{"n": strconv.Itoa(clients * counts)}})
}

func notifications(t *testing.T, s *suite) {
	sub, err := s.db.Subscribe(s.ctx, "NOTIFICATIONS", "FLUSHFDBREQUEST")
	s.ok(err)
	defer sub.Close()
	sent := []db.Notification{
		{Channel: "NOTIFICATIONS", Op: "port_state_change", Data: `[{"port_id":"oid:0x1","port_state":"SAI_PORT_OPER_STATUS_UP"}]`},
		{Channel: "OTHER", Op: "x", Data: "y"},
		{Channel: "FLUSHFDBREQUEST", Op: "ALL", Data: "ALL", Fields: fields("a", "1", "b", "")},
	}
	s.ok(s.Client().Publish(s.ctx, sent...))
	s.do(db.Asic, "PUBLISH", "NOTIFICATIONS", `malformed`)
	s.do(db.Asic, "PUBLISH", "NOTIFICATIONS", `["fdb_event","[{\"fdb_event\":\"SAI_FDB_EVENT_LEARNED\"}]"]`)
	want := []db.Notification{sent[0], sent[2], {Channel: "NOTIFICATIONS", Op: "fdb_event", Data: `[{"fdb_event":"SAI_FDB_EVENT_LEARNED"}]`}}
	var got []db.Notification
	for len(got) < len(want) {
		n, err := sub.Next(s.ctx)
		s.ok(err)
		got = append(got, n...)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
	short, cancel := context.WithCancel(s.ctx)
	cancel()
	if _, err := sub.Next(short); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// inbox takes what SONiC's ProducerTable left, and leaves what its ConsumerTable takes (sonic-contract 2.7).
func inbox(t *testing.T, s *suite) {
	in, err := s.db.Inbox(s.ctx, db.Asic, "ASIC_STATE", "GETRESPONSE")
	s.ok(err)
	defer in.Close()
	const vlan, route = "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2"
	const bulk = `["{\"dest\":\"10.0.0.0/24\"}","SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x1","{\"dest\":\"10.0.1.0/24\"}","NULL=NULL"]`
	s.do(db.Asic, "LPUSH", "ASIC_STATE_KEY_VALUE_OP_QUEUE", vlan, `["SAI_VLAN_ATTR_VLAN_ID","2"]`, "Screate")
	s.do(db.Asic, "PUBLISH", "ASIC_STATE_CHANNEL@1", "G")
	s.do(db.Asic, "LPUSH", "ASIC_STATE_KEY_VALUE_OP_QUEUE", vlan, "{}", "Dremove")
	s.do(db.Asic, "LPUSH", "ASIC_STATE_KEY_VALUE_OP_QUEUE", route, bulk, "Sbulkcreate")
	want := []db.Command{
		{Key: vlan, Op: "create", Value: []byte(`["SAI_VLAN_ATTR_VLAN_ID","2"]`)},
		{Key: vlan, Op: "remove", Value: []byte("{}")},
		{Key: route, Op: "bulkcreate", Value: []byte(bulk)},
	}
	s.ok(in.Wait(s.ctx))
	peek := func(skip, max int, want []db.Command) {
		t.Helper()
		got, err := in.Peek(s.ctx, skip, max)
		s.ok(err)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	}
	peek(0, 10, want)
	peek(0, 2, want[:2])
	peek(1, 1, want[1:2])
	peek(2, 10, want[2:])
	peek(3, 10, nil)
	s.ok(in.Commit(s.ctx, db.Commit{Answers: []db.Command{
		{Key: "SAI_STATUS_SUCCESS", Op: "getresponse", Fields: fields("a", "1", "b", "2")},
		{Key: "SAI_STATUS_SUCCESS", Op: "getresponse"},
		{Key: vlan, Op: "remove"},
		{Key: "x", Op: "y", Value: []byte(`["p","q"]`)},
	}}))
	s.equal(s.Dump(db.Asic)["GETRESPONSE_KEY_VALUE_OP_QUEUE"], []string{
		"Sy", `["p","q"]`, "x", "Dremove", "{}", vlan, "Sgetresponse", "[]", "SAI_STATUS_SUCCESS", "Sgetresponse", `["a","1","b","2"]`, "SAI_STATUS_SUCCESS",
	})
	got, err := in.Take(s.ctx, 2)
	s.ok(err)
	s.equal(got, want[:2])
	got, err = in.Take(s.ctx, 2)
	s.ok(err)
	s.equal(got, want[2:])
}

func inboxCommit(t *testing.T, s *suite) {
	in, err := s.db.Inbox(s.ctx, db.Asic, "ASIC_STATE", "GETRESPONSE")
	s.ok(err)
	defer in.Close()
	answers, err := s.Client().Inbox(s.ctx, db.Asic, "GETRESPONSE", "ASIC_STATE")
	s.ok(err)
	defer answers.Close()
	var commands []db.Command
	for i := range 5 {
		commands = append(commands, db.Command{Key: fmt.Sprint(i), Op: "create", Value: []byte("[]")})
	}
	s.ok(answers.Commit(s.ctx, db.Commit{Answers: commands}))
	sub, err := s.db.Subscribe(s.ctx, "NOTIFICATIONS")
	s.ok(err)
	defer sub.Close()
	s.ok(in.Wait(s.ctx))
	s.ok(in.Commit(s.ctx, db.Commit{
		Writes:  []db.RawWrite{{Key: "ASIC_STATE:0", Fields: fields("NULL", "NULL")}},
		Taken:   2,
		Answers: []db.Command{{Key: "SAI_STATUS_SUCCESS", Op: "getresponse"}},
		Publish: []db.Notification{{Channel: "NOTIFICATIONS", Op: "x", Data: "y"}},
	}))
	s.equal(s.Dump(db.Asic)["ASIC_STATE:0"], map[string]string{"NULL": "NULL"})
	got, err := answers.Take(s.ctx, 10)
	s.ok(err)
	s.equal(got, []db.Command{{Key: "SAI_STATUS_SUCCESS", Op: "getresponse", Value: []byte("[]")}})
	if n, err := sub.Next(s.ctx); err != nil || len(n) != 1 {
		t.Fatal(n, err)
	}
	if err := in.Commit(s.ctx, db.Commit{Taken: 4, Writes: []db.RawWrite{{Key: "ASIC_STATE:1", Fields: fields("a", "b")}}}); !errors.Is(err, db.ErrTakenAway) {
		t.Error(err)
	}
	if _, ok := s.Dump(db.Asic)["ASIC_STATE:1"]; ok {
		t.Error("a refused commit wrote")
	}
	left, err := in.Peek(s.ctx, 0, 10)
	s.ok(err)
	s.equal(left, commands[2:])
}

// inboxWaits ends waits by their context; what comes later is neither lost nor taken twice.
func inboxWaits(t *testing.T, s *suite) {
	in, err := s.db.Inbox(s.ctx, db.Asic, "A", "B")
	s.ok(err)
	defer in.Close()
	other, err := s.Client().Inbox(s.ctx, db.Asic, "B", "A")
	s.ok(err)
	defer other.Close()
	for i := range 3 {
		short, cancel := context.WithCancel(s.ctx)
		go cancel()
		if _, err := in.Take(short, 1); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			done <- other.Commit(s.ctx, db.Commit{Answers: []db.Command{{Key: fmt.Sprint(i), Op: "x"}, {Key: "second", Op: "x"}}})
		}()
		for _, want := range []string{fmt.Sprint(i), "second"} {
			got, err := in.Take(s.ctx, 1)
			s.ok(err)
			if len(got) != 1 || got[0].Key != want {
				t.Fatal(got)
			}
		}
		s.ok(<-done)
	}
}
