package engine_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// step is what is written, and what must come of it.
type step struct {
	do     func(w *world)
	write  []db.Write
	log    string // the target's operations
	rows   string // the writes of published rows
	status string // all that is not as wanted
}

func vlan(id vlanID, stp string) db.Write { return tVlan.Replace(id, vlanRow{STP: stp}) }
func member(id vlanID, port, tagging string) db.Write {
	return tMember.Replace(memberID{id, port}, memberRow{tagging})
}
func noMember(id vlanID, port string) db.Write { return tMember.Del(memberID{id, port}) }

func run(t *testing.T, target *enginetest.Target, steps ...step) *world {
	t.Helper()
	store := enginetest.NewStore()
	w := newWorld(t, store, store, target).start()
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
		if v := target.Violations(); len(v) > 0 {
			t.Errorf("violations:\n%s", strings.Join(v, "\n"))
		}
	})
	for i, s := range steps {
		if s.do != nil {
			s.do(w)
			w.settle()
		}
		if s.write != nil {
			w.write(s.write...)
		}
		name := t.Name() + " step " + string(rune('1'+i))
		expect(t, name+": operations", strings.Join(target.Log(), "\n"), s.log)
		var published []string
		for _, line := range w.store.Writes() {
			if !strings.Contains(line, "CONFIG_DB") {
				published = append(published, line)
			}
		}
		if s.rows != "" {
			expect(t, name+": rows", strings.Join(published, "\n"), s.rows)
		}
		expect(t, name+": status", lineNumber.ReplaceAllString(w.statuses(), "go:LINE"), s.status)
	}
	return w
}

var lineNumber = regexp.MustCompile(`go:[0-9]+`)

func ports(names ...string) *enginetest.Target {
	t := enginetest.NewTarget()
	for _, n := range names {
		t.Put(portKey{n}, true, engine.AttrValue{ID: 1, Value: 1}, engine.AttrValue{ID: 2, Value: 1500})
	}
	return t
}

func TestMemberBeforeVlan(t *testing.T) {
	run(t, ports("E0", "E1"),
		step{write: []db.Write{member(10, "E0", "untagged")}, log: `
			update PORT:E0 pvid=10
			create BP:E0 admin=false`,
			status: `BLOCKED MEMBER:10:E0 waits for VLAN:10`},
		step{write: []db.Write{vlan(10, "a")}, log: `
			create VLAN:10 stp=a
			create MEMBER:10:E0 tagging=untagged`,
			rows: `
			set COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10 =oid:4
			set STATE_DB VLAN_TABLE|Vlan10 state=ok
			set APPL_DB VLAN_TABLE:Vlan10 state=a`},
		step{write: []db.Write{member(10, "E1", "tagged")}, log: `
			create BP:E1 admin=false
			create MEMBER:10:E1 tagging=tagged`},
		// The VLAN goes first: it is held until its members go.
		step{write: []db.Write{tVlan.Del(10)}, rows: `
			delete COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10
			delete APPL_DB VLAN_TABLE:Vlan10
			set STATE_DB VLAN_TABLE|Vlan10 -state -mtu`,
			status: `BLOCKED VLAN:10 waits for MEMBER:10:E0, MEMBER:10:E1`},
		step{write: []db.Write{noMember(10, "E0"), noMember(10, "E1")}, log: `
			remove MEMBER:10:E0
			remove MEMBER:10:E1
			remove BP:E0
			remove BP:E1
			remove VLAN:10
			update PORT:E0 pvid=1`},
	)
}

func TestSharedObjects(t *testing.T) {
	run(t, ports("E0"),
		step{write: []db.Write{vlan(10, "a"), vlan(20, "a"), member(10, "E0", "untagged"), member(20, "E0", "tagged")}, log: `
			update PORT:E0 pvid=10
			create VLAN:10 stp=a
			create VLAN:20 stp=a
			create BP:E0 admin=false
			create MEMBER:10:E0 tagging=untagged
			create MEMBER:20:E0 tagging=tagged`},
		step{write: []db.Write{noMember(10, "E0")}, log: `
			remove MEMBER:10:E0
			update PORT:E0 pvid=1`},
		step{write: []db.Write{noMember(20, "E0")}, log: `
			remove MEMBER:20:E0
			remove BP:E0`},
	)
}

func TestConflict(t *testing.T) {
	run(t, ports("E0"),
		step{write: []db.Write{vlan(10, "a"), vlan(20, "a"), member(20, "E0", "untagged")}, log: `
			update PORT:E0 pvid=20
			create VLAN:10 stp=a
			create VLAN:20 stp=a
			create BP:E0 admin=false
			create MEMBER:20:E0 tagging=untagged`},
		step{write: []db.Write{member(10, "E0", "untagged")}, log: `
			update PORT:E0 pvid=10
			create MEMBER:10:E0 tagging=untagged`,
			status: `CONFLICT VLAN_MEMBER|20|E0: PORT:E0 pvid: 20 is wanted, but 10 of VLAN_MEMBER|10|E0 is in force`},
		// The one that is not in force becomes malformed, which is the graver thing to know, and is mended.
		step{write: []db.Write{{Table: tMember.Schema, Key: "20|E0", Fields: []db.Field{{Name: "other", Value: "x"}}, Delete: true}}, status: `QUARANTINED VLAN_MEMBER|20|E0 field tagging : is missing`},
		step{write: []db.Write{member(20, "E0", "untagged")}, status: `CONFLICT VLAN_MEMBER|20|E0: PORT:E0 pvid: 20 is wanted, but 10 of VLAN_MEMBER|10|E0 is in force`},
		step{write: []db.Write{noMember(10, "E0")}, log: `
			remove MEMBER:10:E0
			update PORT:E0 pvid=20`},
	)
}

func TestTrackedReads(t *testing.T) {
	run(t, ports("E0"),
		step{write: []db.Write{vlan(10, "a"), member(10, "E0", "tagged")}, log: `
			create VLAN:10 stp=a
			create BP:E0 admin=false
			create MEMBER:10:E0 tagging=tagged`},
		step{write: []db.Write{tPort.Set("E0", portRow{MTU: 9100, Up: true})}, log: `
			update PORT:E0 mtu=9100
			update BP:E0 admin=true`},
		step{write: []db.Write{tPort.Del("E0")}, log: `
			update PORT:E0 mtu=1500
			update BP:E0 admin=false`},
	)
}

func TestRecreate(t *testing.T) {
	run(t, ports("E0"),
		step{write: []db.Write{vlan(10, "a"), member(10, "E0", "untagged")}, log: `
			update PORT:E0 pvid=10
			create VLAN:10 stp=a
			create BP:E0 admin=false
			create MEMBER:10:E0 tagging=untagged`,
			rows: `
			set COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10 =oid:2
			set STATE_DB VLAN_TABLE|Vlan10 state=ok
			set APPL_DB VLAN_TABLE:Vlan10 state=a`},
		step{write: []db.Write{vlan(10, "b")}, log: `
			remove MEMBER:10:E0
			remove VLAN:10
			create VLAN:10 stp=b
			create MEMBER:10:E0 tagging=untagged`,
			rows: `
			delete COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10
			delete APPL_DB VLAN_TABLE:Vlan10
			set STATE_DB VLAN_TABLE|Vlan10 -state -mtu
			set COUNTERS_DB COUNTERS_VLAN_NAME_MAP:Vlan10 =oid:5
			set STATE_DB VLAN_TABLE|Vlan10 state=ok
			set APPL_DB VLAN_TABLE:Vlan10 state=b`},
	)
}

func TestDeferredCycle(t *testing.T) {
	run(t, ports("E0", "E1"),
		step{write: []db.Write{tMirror.Set("m", mirrorRow{Type: "span", Port: "E0", From: "E0"})}, log: `
			create MIRROR:m@E0 type=span
			update PORT:E0 mirror=MIRROR:m@E0`},
		step{write: []db.Write{tMirror.Set("m", mirrorRow{Type: "erspan", Port: "E0", From: "E0"})}, log: `
			update PORT:E0 mirror=<nil>
			remove MIRROR:m@E0
			create MIRROR:m@E0 type=erspan
			update PORT:E0 mirror=MIRROR:m@E0`},
		step{write: []db.Write{tMirror.Del("m")}, log: `
			update PORT:E0 mirror=<nil>
			remove MIRROR:m@E0`},
	)
}

func TestCycleOfCreatedObjects(t *testing.T) {
	port := tPort.Set("E9", portRow{MTU: 1, Owned: true})
	mirror := tMirror.Set("m", mirrorRow{Type: "span", Port: "E9", From: "E9"})
	run(t, ports(),
		step{write: []db.Write{port, mirror}, log: `
			create PORT:E9 mtu=1
			create MIRROR:m@E9 type=span
			update PORT:E9 mirror=MIRROR:m@E9`},
		step{write: []db.Write{tPort.Del("E9"), tMirror.Del("m")}, log: `
			update PORT:E9 mirror=<nil>
			remove MIRROR:m@E9
			remove PORT:E9`},
	)
}

func TestQuarantine(t *testing.T) {
	run(t, ports("E0", "E1"),
		step{write: []db.Write{
			tPort.Set("E0", portRow{MTU: -1}), tPort.Set("E1", portRow{MTU: 9000}),
			{Table: tMember.Schema, Key: "10|E0", Fields: []db.Field{{Name: "other", Value: "x"}}},
			{Table: tVlan.Schema, Key: "abc", Fields: []db.Field{{Name: "stp", Value: "x"}}},
		}, log: `update PORT:E1 mtu=9000`, status: `
			QUARANTINED PORT|E0 field mtu -1: is negative
			QUARANTINED VLAN_MEMBER|10|E0 field tagging : is missing
			QUARANTINED VLAN|abc: is not a number from -9223372036854775808 to 9223372036854775807`},
		step{write: []db.Write{tPort.Set("E0", portRow{MTU: 100}), tVlan.Del(1), {Table: tVlan.Schema, Key: "abc", Delete: true}}, log: `
			update PORT:E0 mtu=100`, status: `
			QUARANTINED VLAN_MEMBER|10|E0 field tagging : is missing`},
		// A row that becomes malformed stays as it was.
		step{write: []db.Write{{Table: tPort.Schema, Key: "E0", Fields: []db.Field{{Name: "mtu", Value: "many"}}}}, status: `
			QUARANTINED PORT|E0 field mtu many: is not a number from -9223372036854775808 to 9223372036854775807
			QUARANTINED VLAN_MEMBER|10|E0 field tagging : is missing`},
		step{write: []db.Write{tPort.Set("E0", portRow{MTU: 666}), {Table: tMember.Schema, Key: "10|E0", Delete: true}}, log: `
			update PORT:E0 mtu=1500`, status: `
			QUARANTINED PORT|E0: panic: the number of the beast at toy_test.go:LINE`},
		step{write: []db.Write{tPort.Del("E0"), tPort.Del("E1")}, log: `update PORT:E1 mtu=1500`},
	)
}

func TestChoice(t *testing.T) {
	target := ports("E0", "E1")
	target.Room = map[*engine.Kind]int{kindGroup: 1}
	hop := func(port, ip, mac string) db.Write { return tHop.Set(hopID{port, ip}, hopRow{mac}) }
	route := func(p string, via ...string) db.Write { return tRoute.Replace(routeID{"v", p}, routeRow{Via: via}) }
	run(t, target,
		step{write: []db.Write{route("10/8", "E0@1", "E1@2")},
			status: `
			BLOCKED GROUP:E0@1+E1@2 waits for HOP:E0:1, HOP:E1:2
			BLOCKED ROUTE:v:10/8 waits for GROUP:E0@1+E1@2, HOP:E0:1, HOP:E1:2`},
		step{write: []db.Write{hop("E1", "2", "x")}, log: `
			create HOP:E1:2 mac=x
			create ROUTE:v:10/8 via=HOP:E1:2`,
			status: `BLOCKED GROUP:E0@1+E1@2 waits for HOP:E0:1`},
		step{write: []db.Write{hop("E0", "1", "y")}, log: `
			create HOP:E0:1 mac=y
			create GROUP:E0@1+E1@2 type=ecmp
			update ROUTE:v:10/8 via=GROUP:E0@1+E1@2`},
		// The next hop is made anew: the route goes to the other one meanwhile, and the group with its route comes back.
		step{write: []db.Write{hop("E0", "1", "z")}, log: `
			update ROUTE:v:10/8 via=HOP:E1:2
			remove GROUP:E0@1+E1@2
			remove HOP:E0:1
			create HOP:E0:1 mac=z
			create GROUP:E0@1+E1@2 type=ecmp
			update ROUTE:v:10/8 via=GROUP:E0@1+E1@2`},
		step{write: []db.Write{route("11/8", "E1@2", "E0@1")}, log: `
			refused create GROUP:E1@2+E0@1 type=ecmp: no room for more than 1
			create ROUTE:v:11/8 via=HOP:E1:2`,
			status: `FAILED GROUP:E1@2+E0@1: no room for more than 1`},
		step{write: []db.Write{route("10/8", "E1@2")}, log: `
			update ROUTE:v:10/8 via=HOP:E1:2
			remove GROUP:E0@1+E1@2
			create GROUP:E1@2+E0@1 type=ecmp
			update ROUTE:v:11/8 via=GROUP:E1@2+E0@1`},
		step{write: []db.Write{tPort.Set("E0", portRow{MTU: 1500, Up: true}), tPort.Set("E1", portRow{MTU: 1500, Up: true})}, log: `
			create GM:E1@2+E0@1:E0:1 weight=10
			create GM:E1@2+E0@1:E1:2 weight=10`},
		step{write: []db.Write{tPort.Set("E0", portRow{MTU: 1500}), tPort.Del("E0")}, log: `
			remove GM:E1@2+E0@1:E0:1`},
		step{write: []db.Write{tRoute.Replace(routeID{"v", "11/8"}, routeRow{Drop: true}), tRoute.Del(routeID{"v", "10/8"})}, log: `
			remove ROUTE:v:10/8
			remove GM:E1@2+E0@1:E1:2
			update ROUTE:v:11/8 action=drop via=<nil>
			remove GROUP:E1@2+E0@1`},
	)
}
