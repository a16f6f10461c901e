package dbtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

// plain compares what writes leave with what SONiC's Table leaves.
func plain(t *testing.T, s *suite) {
	table := config("VLAN")
	names := counterMap("COUNTERS_PORT_NAME_MAP")
	s.write(
		db.Write{Table: table, Key: "Vlan10", Fields: fields("vlanid", "10", "members@", "Ethernet0,Ethernet4")},
		db.Write{Table: table, Key: "Vlan20", Fields: fields("vlanid", "20", "mtu", "9100")},
		db.Write{Table: names, Key: "Ethernet0", Fields: fields("", "oid:0x1")},
		db.Write{Table: table, Key: "Vlan30", Fields: fields("NULL", "NULL")},
		db.Write{Table: names, Key: "Ethernet4", Fields: fields("", "oid:0x2")},
	)
	s.write(
		db.Write{Table: table, Key: "Vlan20", Fields: fields("vlanid", "21"), Remove: []string{"mtu"}},
		db.Write{Table: table, Key: "Vlan30", Delete: true},
		db.Write{Table: names, Key: "Ethernet4", Delete: true},
		db.Write{Table: table, Key: "Vlan40"},
	)
	s.equal(s.Dump(db.Config), map[string]any{
		"VLAN|Vlan10": map[string]string{"vlanid": "10", "members@": "Ethernet0,Ethernet4"},
		"VLAN|Vlan20": map[string]string{"vlanid": "21"},
	})
	s.equal(s.Dump(db.Counters), map[string]any{"COUNTERS_PORT_NAME_MAP": map[string]string{"Ethernet0": "oid:0x1"}})
}

func plainReplace(t *testing.T, s *suite) {
	table := config("T")
	s.write(db.Write{Table: table, Key: "a", Fields: fields("x", "1", "y", "1")})
	s.write(db.Write{Table: table, Key: "a", Delete: true, Fields: fields("y", "2", "z", "2")},
		db.Write{Table: table, Key: "b", Delete: true, Fields: fields("NULL", "NULL")})
	s.equal(s.Dump(db.Config), map[string]any{"T|a": map[string]string{"y": "2", "z": "2"}, "T|b": map[string]string{"NULL": "NULL"}})
}

func follow(t *testing.T, s *suite) {
	vlan, member, ours := config("VLAN"), config("VLAN_MEMBER"), state("VLAN_TABLE")
	s.write(db.Write{Table: vlan, Key: "Vlan10", Fields: fields("vlanid", "10")}, db.Write{Table: member, Key: "Vlan10|Ethernet0", Fields: fields("tagging_mode", "tagged")})
	m := s.watch(vlan, ours)
	s.equal(m.rows, rows{"VLAN|Vlan10": {"vlanid": "10"}})
	s.write(
		db.Write{Table: vlan, Key: "Vlan10", Fields: fields("mtu", "1500")},
		db.Write{Table: member, Key: "Vlan10|Ethernet4", Fields: fields("tagging_mode", "tagged")},
		db.Write{Table: ours, Key: "Vlan10", Fields: fields("mtu", "1500")},
		db.Write{Table: vlan, Key: "Vlan20", Fields: fields("vlanid", "20")},
	)
	m.until(rows{"VLAN|Vlan10": {"vlanid": "10", "mtu": "1500"}, "VLAN_TABLE|Vlan10": {"mtu": "1500"}, "VLAN|Vlan20": {"vlanid": "20"}})
	s.write(db.Write{Table: vlan, Key: "Vlan10", Remove: []string{"mtu"}}, db.Write{Table: vlan, Key: "Vlan20", Delete: true})
	m.until(rows{"VLAN|Vlan10": {"vlanid": "10"}, "VLAN_TABLE|Vlan10": {"mtu": "1500"}})
}

// followForeign changes rows as redis-cli users do.
func followForeign(t *testing.T, s *suite) {
	m := s.watch(config("PORT"))
	s.do(db.Config, "HSET", "PORT|Ethernet0", "mtu", "9100")
	s.do(db.Config, "HSET", "PORT|Ethernet0", "speed", "40000")
	s.do(db.Config, "HSET", "PORTCHANNEL|PortChannel1", "mtu", "9100")
	s.do(db.Config, "SET", "PORT_TEXT", "x")
	m.until(rows{"PORT|Ethernet0": {"mtu": "9100", "speed": "40000"}})
	s.do(db.Config, "HDEL", "PORT|Ethernet0", "mtu")
	m.until(rows{"PORT|Ethernet0": {"speed": "40000"}})
	s.do(db.Config, "HDEL", "PORT|Ethernet0", "speed")
	m.until(rows{})
	s.do(db.Config, "HSET", "PORT|Ethernet4", "mtu", "1")
	s.do(db.Config, "DEL", "PORT|Ethernet4")
	s.do(db.Config, "HSET", "PORT|Ethernet8", "mtu", "1")
	m.until(rows{"PORT|Ethernet8": {"mtu": "1"}})
}

func followMap(t *testing.T, s *suite) {
	names := counterMap("COUNTERS_PORT_NAME_MAP")
	s.do(db.Counters, "HSET", names.Name, "Ethernet0", "oid:0x1")
	m := s.watch(names)
	s.equal(m.rows, rows{"COUNTERS_PORT_NAME_MAP|Ethernet0": {"": "oid:0x1"}})
	s.do(db.Counters, "HSET", names.Name, "Ethernet4", "oid:0x2")
	m.until(rows{"COUNTERS_PORT_NAME_MAP|Ethernet0": {"": "oid:0x1"}, "COUNTERS_PORT_NAME_MAP|Ethernet4": {"": "oid:0x2"}})
	s.do(db.Counters, "HSET", names.Name, "Ethernet4", "oid:0x3")
	s.do(db.Counters, "HDEL", names.Name, "Ethernet0")
	m.until(rows{"COUNTERS_PORT_NAME_MAP|Ethernet4": {"": "oid:0x3"}})
	s.do(db.Counters, "DEL", names.Name)
	m.until(rows{})
}

// bounds lists and follows more rows than one batch may have.
func bounds(t *testing.T, s *suite) {
	tables := []*db.Schema{state("A"), config("B"), counterMap("C")}
	want := rows{}
	var writes []db.Write
	for i := range 250 {
		for _, table := range tables {
			k := fmt.Sprint(i)
			f := fields("f", k)
			if table.Transport == db.Map {
				f[0].Name = ""
			}
			writes = append(writes, db.Write{Table: table, Key: k, Fields: f})
			want[table.Name+"|"+k] = fieldMap(f)
		}
	}
	s.write(writes...)
	feed, err := s.db.Watch(s.ctx, tables...)
	s.ok(err)
	defer feed.Close()
	m := &mirror{suite: s, feed: feed, rows: rows{}, max: 100}
	for m.listings == 0 {
		m.next()
	}
	s.equal(m.rows, want)
	for i := range writes {
		writes[i].Fields[0].Value = "changed"
		want[writes[i].Table.Name+"|"+writes[i].Key] = fieldMap(writes[i].Fields)
	}
	s.write(writes...)
	m.until(want)
	for i := range writes {
		writes[i].Fields, writes[i].Delete = nil, true
	}
	s.write(writes...)
	m.until(rows{})
}

// sharedTables has two owners of rows of one table, each with a schema of its own.
func sharedTables(t *testing.T, s *suite) {
	one, two := state("PORT_TABLE"), state("PORT_TABLE")
	m := s.watch(one, two)
	s.write(db.Write{Table: one, Key: "Ethernet0", Fields: fields("mtu", "1")}, db.Write{Table: two, Key: "Ethernet0", Fields: fields("oper_status", "up")},
		db.Write{Table: two, Key: "PortInitDone", Fields: fields("lanes", "0")})
	m.until(rows{"PORT_TABLE|Ethernet0": {"mtu": "1", "oper_status": "up"}, "PORT_TABLE|PortInitDone": {"lanes": "0"}})
}

func readAndGet(t *testing.T, s *suite) {
	pendingRows(s)
	for _, table := range []*db.Schema{config("T"), state("T")} {
		s.do(table.Database, "HSET", "T"+table.Database.Separator()+"a", "x", "1")
		s.do(table.Database, "HSET", "T"+table.Database.Separator()+"b", "x", "2")
		s.do(table.Database, "HSET", "TT"+table.Database.Separator()+"c", "x", "3")
		got, err := s.db.Get(s.ctx, table, []string{"b", "none", "a"})
		s.ok(err)
		s.equal([]any{got[0].Fields, got[1].Fields, got[1].Gone, got[2].Fields, len(got)}, []any{fields("x", "2"), []db.Field(nil), true, fields("x", "1"), 3})
		read, err := s.db.Read(s.ctx, table)
		s.ok(err)
		all := map[string][]db.Field{}
		for _, c := range read {
			all[c.Key] = c.Fields
		}
		s.equal(all, map[string][]db.Field{"a": fields("x", "1"), "b": fields("x", "2")})
	}
	names := counterMap("M")
	s.do(db.Counters, "HSET", "M", "a", "1")
	s.do(db.Counters, "HSET", "M", "b", "2")
	got, err := s.db.Get(s.ctx, names, []string{"none", "b"})
	s.ok(err)
	s.equal([]any{got[0].Gone, got[1].Key, got[1].Fields}, []any{true, "b", fields("", "2")})
	read, err := s.db.Read(s.ctx, names)
	s.ok(err)
	s.equal(len(read), 2)
}

// pendingRows reads a state table while nobody consumes it.
func pendingRows(s *suite) {
	table := state("PENDING")
	for _, key := range []string{"old", "changed", "replaced", "deleted"} {
		s.do(db.Appl, "HSET", "PENDING:"+key, "x", "1")
	}
	s.write(
		db.Write{Table: table, Key: "changed", Fields: fields("y", "2")},
		db.Write{Table: table, Key: "replaced", Fields: fields("y", "2"), Delete: true},
		db.Write{Table: table, Key: "deleted", Delete: true},
		db.Write{Table: table, Key: "new", Fields: fields("y", "2")},
	)
	before := s.Dump(db.Appl)
	read, err := s.db.Read(s.ctx, table)
	s.ok(err)
	all := map[string]map[string]string{}
	for _, c := range read {
		all[c.Key] = map[string]string{}
		for _, f := range c.Fields {
			all[c.Key][f.Name] = f.Value
		}
	}
	s.equal(all, map[string]map[string]string{"old": {"x": "1"}, "changed": {"x": "1", "y": "2"}, "replaced": {"y": "2"}, "new": {"y": "2"}})
	s.equal(s.Dump(db.Appl), before)
}

// feedEnds ends Next by its context, after which the feed goes on where it was.
func feedEnds(t *testing.T, s *suite) {
	table, plain := state("T"), config("P")
	m := s.watch(table, plain)
	for i := range 3 {
		short, cancel := context.WithCancel(s.ctx)
		go cancel()
		if _, err := m.feed.Next(short, 0); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		s.write(db.Write{Table: table, Key: "a", Fields: fields("x", fmt.Sprint(i))}, db.Write{Table: plain, Key: "a", Fields: fields("x", fmt.Sprint(i))})
		m.until(rows{"T|a": {"x": fmt.Sprint(i)}, "P|a": {"x": fmt.Sprint(i)}})
	}
	if m.listings != 1 {
		t.Error("listed again")
	}
	s.ok(m.feed.Close())
	if _, err := m.feed.Next(s.ctx, 0); err == nil {
		t.Error("a closed feed delivers")
	}
}
