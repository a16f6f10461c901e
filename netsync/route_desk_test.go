package netsync

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// desk is Routes without goroutines: the test hands over messages and takes what is to be written.
type desk struct {
	*Routes
	out    chan routeBatch
	rows   map[string]map[string]string // what APPL_DB holds, TABLE:key
	writes int
	away   bool // APPL_DB does not take anything
	held   []routeBatch
}

func newDesk(o RouteOptions) *desk {
	o.Store, o.Facts = nullStore{}, nullStore{}
	d := &desk{Routes: NewRoutes(o), out: make(chan routeBatch, maxWriting), rows: map[string]map[string]string{}}
	d.linkFact("Ethernet0", tables.LinkFact{Index: 10})
	d.linkFact("Ethernet4", tables.LinkFact{Index: 11})
	d.linkFact("eth0", tables.LinkFact{Index: 2})
	d.linkFact("VrfRed", tables.LinkFact{Index: 20, Kind: "vrf", VrfTable: 1001})
	d.linkFact("mgmt", tables.LinkFact{Index: 21, Kind: "vrf", VrfTable: 6000})
	return d
}

// work writes all there is.
func (d *desk) work() {
	for {
		d.flush(d.out)
		if len(d.out) > 0 {
			d.held = append(d.held, <-d.out)
			continue
		}
		if d.away || len(d.held) == 0 {
			return
		}
		b := d.held[0]
		d.held = d.held[1:]
		for _, w := range b.writes {
			d.write1(w)
		}
		d.written(b)
	}
}

func (d *desk) write1(w db.Write) {
	d.writes++
	key := w.Table.Name + ":" + w.Key
	row := d.rows[key]
	if row == nil || w.Delete {
		row = map[string]string{}
	}
	for _, f := range w.Fields {
		row[f.Name] = f.Value
	}
	d.rows[key] = row
	if len(row) == 0 {
		delete(d.rows, key)
	}
}

// say hands routes over as zebra would, and writes.
func (d *desk) say(ms ...fpm.Message) {
	d.messages(ms)
	d.work()
}

func (d *desk) connect() {
	d.handle(routeEvent{conn: &fpm.Conn{}, done: make(chan struct{})}, time.Unix(1000, 0))
}

func (d *desk) text() string {
	var lines []string
	for key, row := range d.rows {
		line := key
		for _, f := range slices.Sorted(maps.Keys(row)) {
			line += " " + f + "=" + row[f]
		}
		lines = append(lines, line+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func (d *desk) want(t testing.TB, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(d.text()), "\n")); diff != "" {
		t.Errorf("APPL_DB (-want +have):\n%s", diff)
	}
}

func add(prefix string, hops ...fpm.Nexthop) fpm.Message {
	return fpm.Message{Kind: fpm.KindRoute, Route: fpm.Route{
		Type: fpm.Unicast, Protocol: 186, Table: 254, Priority: 20, Dst: netip.MustParsePrefix(prefix), Nexthops: hops,
	}}
}

func in(table uint32, m fpm.Message) fpm.Message {
	m.Route.Table = table
	return m
}

func drop(prefix string, t fpm.RouteType) fpm.Message {
	m := add(prefix)
	m.Route.Type, m.Route.Protocol = t, 196
	return m
}

func del(prefix string) fpm.Message {
	return fpm.Message{Kind: fpm.KindRoute, Route: fpm.Route{Del: true, Protocol: 186, Table: 254, Dst: netip.MustParsePrefix(prefix)}}
}

func hop(gateway string, index int32) fpm.Nexthop {
	h := fpm.Nexthop{Ifindex: index, Weight: 1}
	if gateway != "" {
		h.Gateway = netip.MustParseAddr(gateway)
	}
	return h
}
