package dbtest

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

// producerLeaves compares what a producer leaves with what SONiC's leaves (sonic-contract 2.4).
func producerLeaves(t *testing.T, s *suite) {
	table := state("ROUTE_TABLE")
	s.write(
		db.Write{Table: table, Key: "10.0.0.0/8", Fields: fields("nexthop", "10.0.0.1", "ifname", "Ethernet0")},
		db.Write{Table: table, Key: "fc00::/64", Fields: fields("NULL", "NULL")},
		db.Write{Table: table, Key: "gone", Delete: true},
	)
	s.write(db.Write{Table: table, Key: "10.0.0.0/8", Fields: fields("protocol", "bgp", "nexthop", "10.0.0.2")})
	s.equal(s.Dump(db.Appl), map[string]any{
		"ROUTE_TABLE_KEY_SET":     []string{"10.0.0.0/8", "fc00::/64", "gone"},
		"ROUTE_TABLE_DEL_SET":     []string{"gone"},
		"_ROUTE_TABLE:10.0.0.0/8": map[string]string{"nexthop": "10.0.0.2", "ifname": "Ethernet0", "protocol": "bgp"},
		"_ROUTE_TABLE:fc00::/64":  map[string]string{"NULL": "NULL"},
	})
	// DEL before a pop drops what was pending; DEL and SET together replace the row.
	s.write(
		db.Write{Table: table, Key: "fc00::/64", Delete: true},
		db.Write{Table: table, Key: "10.0.0.0/8", Delete: true, Fields: fields("blackhole", "true")},
	)
	s.equal(s.Dump(db.Appl), map[string]any{
		"ROUTE_TABLE_KEY_SET":     []string{"10.0.0.0/8", "fc00::/64", "gone"},
		"ROUTE_TABLE_DEL_SET":     []string{"10.0.0.0/8", "fc00::/64", "gone"},
		"_ROUTE_TABLE:10.0.0.0/8": map[string]string{"blackhole": "true"},
	})
}

// consumerReads writes what a swsscommon ProducerStateTable writes, command by command.
func consumerReads(t *testing.T, s *suite) {
	m := s.watch(state("PORT_TABLE"))
	s.equal(m.rows, rows{})
	set := func(key string, texts ...string) {
		s.do(db.Appl, "SADD", "PORT_TABLE_KEY_SET", key)
		for i := 0; i < len(texts); i += 2 {
			s.do(db.Appl, "HSET", "_PORT_TABLE:"+key, texts[i], texts[i+1])
		}
	}
	g := func() { s.do(db.Appl, "PUBLISH", "PORT_TABLE_CHANNEL@0", "G") }
	set("Ethernet0", "mtu", "9100", "speed", "40000")
	g()
	m.until(rows{"PORT_TABLE|Ethernet0": {"mtu": "9100", "speed": "40000"}})
	final := map[string]any{"PORT_TABLE:Ethernet0": map[string]string{"mtu": "9100", "speed": "40000"}}
	s.equal(s.Dump(db.Appl), final)
	// The pop's delta is one field; the feed gives the whole row.
	set("Ethernet0", "mtu", "1500")
	g()
	m.until(rows{"PORT_TABLE|Ethernet0": {"mtu": "1500", "speed": "40000"}})
	// A field that somebody writes straight into the final hash is part of the row.
	s.do(db.Appl, "HSET", "PORT_TABLE:Ethernet0", "oper_status", "up")
	set("Ethernet0", "speed", "100000")
	g()
	m.until(rows{"PORT_TABLE|Ethernet0": {"mtu": "1500", "speed": "100000", "oper_status": "up"}})
	// DEL: KEY_SET, DEL_SET, and no temporary hash.
	s.do(db.Appl, "SADD", "PORT_TABLE_KEY_SET", "Ethernet0")
	s.do(db.Appl, "SADD", "PORT_TABLE_DEL_SET", "Ethernet0")
	s.do(db.Appl, "DEL", "_PORT_TABLE:Ethernet0")
	g()
	m.until(rows{})
	s.equal(s.Dump(db.Appl), map[string]any{})
}

// consumerStarts has rows wait in all the places where they may wait for a consumer.
func consumerStarts(t *testing.T, s *suite) {
	table := state("VLAN_TABLE")
	s.do(db.Appl, "HSET", "VLAN_TABLE:Vlan1", "mtu", "1")
	s.do(db.Appl, "HSET", "VLAN_TABLE:Vlan2", "mtu", "2")
	s.do(db.Appl, "HSET", "VLAN_TABLE:Vlan3", "mtu", "3")
	s.write(
		db.Write{Table: table, Key: "Vlan2", Fields: fields("admin", "up")},
		db.Write{Table: table, Key: "Vlan3", Delete: true},
		db.Write{Table: table, Key: "Vlan4", Fields: fields("mtu", "4")},
	)
	m := s.watch(table, state("EMPTY_TABLE"))
	s.equal(m.rows, rows{"VLAN_TABLE|Vlan1": {"mtu": "1"}, "VLAN_TABLE|Vlan2": {"mtu": "2", "admin": "up"}, "VLAN_TABLE|Vlan4": {"mtu": "4"}})
	s.equal(sortedKeys(s.Dump(db.Appl)), []string{"VLAN_TABLE:Vlan1", "VLAN_TABLE:Vlan2", "VLAN_TABLE:Vlan4"})
}

// consumerWipes replaces and deletes rows before they are popped (sonic-contract 2.4, consequences 2 and 3).
func consumerWipes(t *testing.T, s *suite) {
	table := state("T")
	m := s.watch(table)
	s.write(db.Write{Table: table, Key: "a", Fields: fields("x", "1", "y", "1")}, db.Write{Table: table, Key: "b", Fields: fields("x", "1")})
	m.until(rows{"T|a": {"x": "1", "y": "1"}, "T|b": {"x": "1"}})
	s.write(db.Write{Table: table, Key: "a", Delete: true})
	s.write(db.Write{Table: table, Key: "a", Fields: fields("z", "2")})
	s.write(db.Write{Table: table, Key: "b", Fields: fields("y", "2")})
	s.write(db.Write{Table: table, Key: "b", Delete: true})
	m.until(rows{"T|a": {"z": "2"}})
	s.equal(s.Dump(db.Appl), map[string]any{"T:a": map[string]string{"z": "2"}})
	s.write(db.Write{Table: table, Key: "a", Delete: true, Fields: fields("w", "3")}, db.Write{Table: table, Key: "never", Delete: true})
	m.until(rows{"T|a": {"w": "3"}})
	// A SET without fields is a delete to the consumer, though the final hash stays.
	s.do(db.Appl, "SADD", "T_KEY_SET", "a")
	s.do(db.Appl, "PUBLISH", "T_CHANNEL@0", "G")
	m.until(rows{})
	s.equal(s.Dump(db.Appl), map[string]any{"T:a": map[string]string{"w": "3"}})
}

func removeFromState(t *testing.T, s *suite) {
	table := state("T")
	m := s.watch(table)
	s.write(db.Write{Table: table, Key: "a", Fields: fields("x", "1", "y", "1", "z", "1")}, db.Write{Table: table, Key: "b", Fields: fields("x", "1")})
	m.until(rows{"T|a": {"x": "1", "y": "1", "z": "1"}, "T|b": {"x": "1"}})
	s.write(db.Write{Table: table, Key: "a", Fields: fields("y", "2")})
	s.write(db.Write{Table: table, Key: "a", Remove: []string{"z", "nothing"}, Fields: fields("w", "3")}, db.Write{Table: table, Key: "b", Remove: []string{"x"}})
	m.until(rows{"T|a": {"x": "1", "y": "2", "w": "3"}})
	s.equal(s.Dump(db.Appl), map[string]any{"T:a": map[string]string{"x": "1", "y": "2", "w": "3"}})
}

// batchOrder has keys repeat within one write.
func batchOrder(t *testing.T, s *suite) {
	for _, table := range []*db.Schema{state("T"), config("T")} {
		m := s.watch(table)
		set := func(key, value string) db.Write { return db.Write{Table: table, Key: key, Fields: fields("x", value)} }
		del := func(key string) db.Write { return db.Write{Table: table, Key: key, Delete: true} }
		s.write(set("a", "1"), del("a"), set("a", "2"), set("b", "1"), del("b"), del("c"), set("c", "1"),
			db.Write{Table: table, Key: "d", Fields: fields("y", "1")}, db.Write{Table: table, Key: "d", Fields: fields("x", "1"), Delete: true},
			db.Write{Table: table, Key: "d", Remove: []string{"x"}, Fields: fields("z", "1")})
		m.until(rows{"T|a": {"x": "2"}, "T|c": {"x": "1"}, "T|d": {"z": "1"}})
	}
}
