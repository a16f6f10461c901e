package sonicdb

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// COUNTERS_DB holds counters by the identities of objects. SONiC's telemetry lets people say names instead:
//
//	COUNTERS/Ethernet0          counters of a port, by its name or its vendor's (alias); Ethernet* for all
//	COUNTERS/Ethernet0/FIELD    one of them
//	COUNTERS/Ethernet0/Queues   of its queues; Pfcwd: of the queues that the PFC watchdog looks after; PriorityGroups
//	RATES/Ethernet0             and the other tables that are kept by identity, likewise
//	INTERFACE_COUNTERS          counters of all ports
//
// With Ethernet* the answer has the vendor's names where ports have one, as SONiC's has.
const (
	interfaceCounters = "INTERFACE_COUNTERS"
	counters          = "COUNTERS"
	queues            = "Queues"
	pfcwd             = "Pfcwd"
	priorityGroups    = "PriorityGroups"
)

// byIdentity are the tables of COUNTERS_DB that are kept by identity.
var byIdentity = []string{counters, "RATES", "USER_WATERMARKS", "PERSISTENT_WATERMARKS", "PERIODIC_WATERMARKS", "PORT_PHY_ATTR"}

// names are the maps from names to identities: of ports, and of what belongs to a port, by the last element of the path.
var (
	portNames = mapTable("COUNTERS_PORT_NAME_MAP")
	partNames = map[string]db.Table[string, string]{
		queues: mapTable("COUNTERS_QUEUE_NAME_MAP"), pfcwd: mapTable("COUNTERS_QUEUE_NAME_MAP"), priorityGroups: mapTable("COUNTERS_PG_NAME_MAP"),
	}
)

func mapTable(name string) db.Table[string, string] {
	return db.Define[string, string](db.Counters, name, db.WithTransport(db.Map))
}

// The tables that say which queues the watchdog looks after.
var (
	watchdog   = schema(db.Config, "PFC_WD")
	qosMaps    = schema(db.Config, "PORT_QOS_MAP")
	priorities = schema(db.Config, "MAP_PFC_PRIORITY_TO_QUEUE")
)

// oid begins the text of an identity.
const oid = "oid:"

// virtual tells whether the path says a name where the table has identities.
func (at *place) virtual() bool {
	if at.id != db.Counters {
		return false
	}
	if at.table == interfaceCounters {
		return true
	}
	return slices.Contains(byIdentity, at.table) && at.key != "" && at.key != origin.Any && !strings.HasPrefix(at.key, oid)
}

// part is the name of what belongs to a port, if the path ends in one.
func (at *place) part() (string, bool) {
	_, ok := partNames[at.field]
	return at.field, ok
}

// member is a row of counters: its identity, the port, and for what belongs to a port its own name.
type member struct{ oid, port, name string }

func (r *reader) virtual(ctx context.Context) error {
	if r.table == interfaceCounters {
		r.field, r.key = r.key, "*"
	}
	list, err := r.members(ctx)
	if err != nil {
		return err
	}
	table := r.table
	if table == interfaceCounters {
		table = counters
	}
	ids := make([]string, len(list))
	for i, m := range list {
		ids[i] = m.oid
	}
	rows, err := r.view.Get(ctx, schema(db.Counters, table), ids)
	if err != nil {
		return err
	}
	_, ofPart := r.part()
	for i, m := range list {
		for _, f := range rows[i].Fields {
			path := r.at(r.table, m.port, f.Name)
			switch {
			case ofPart:
				path = r.at(r.table, m.port, r.field, m.name, f.Name)
			case r.field != "" && !glob(r.field, f.Name):
				continue
			}
			if !r.yield(origin.Leaf{Path: path, Value: text(f.Value)}) {
				return nil
			}
		}
	}
	return nil
}

// members are the rows that the path stands for, in order of their names.
func (r *reader) members(ctx context.Context) ([]member, error) {
	ports, err := r.view.Read(ctx, portNames.Schema)
	if err != nil {
		return nil, err
	}
	alias, err := r.aliases(ctx)
	if err != nil {
		return nil, err
	}
	all, wanted := wild(r.key), r.key
	if !all {
		if name, ok := alias.name[r.key]; ok {
			wanted = name
		}
	}
	var list []member
	for _, p := range ports {
		if glob(wanted, p.Key) {
			list = append(list, member{oid: p.Fields[0].Value, port: p.Key})
		}
	}
	if len(list) == 0 && !all {
		return nil, r.refuse(r.path, codes.NotFound, "there is no port "+r.key+" with counters")
	}
	if _, ok := r.part(); ok {
		if list, err = r.parts(ctx, list, alias, all); err != nil {
			return nil, err
		}
	}
	for i := range list {
		switch shown := alias.of[list[i].port]; {
		case !all:
			list[i].port = r.key
		case shown != "" && r.table != interfaceCounters && r.target != noTarget:
			list[i].port = shown
		}
	}
	slices.SortFunc(list, func(a, b member) int { return strings.Compare(a.port+a.name, b.port+b.name) })
	return list, nil
}

// parts are what belongs to the ports: rows of the map whose name begins with a port's, a colon and a number.
func (r *reader) parts(ctx context.Context, ports []member, alias aliases, all bool) ([]member, error) {
	watched, err := r.watched(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := r.view.Read(ctx, partNames[r.field].Schema)
	if err != nil {
		return nil, err
	}
	var out []member
	for _, p := range ports {
		for _, row := range rows {
			number, ok := strings.CutPrefix(row.Key, p.port+":")
			if !ok || r.field == pfcwd && !watched[p.port][number] {
				continue
			}
			shown := r.key
			if all {
				if shown = alias.of[p.port]; shown == "" || r.target == noTarget {
					shown = p.port
				}
			}
			out = append(out, member{oid: row.Fields[0].Value, port: p.port, name: shown + ":" + number})
		}
	}
	return out, nil
}

// watched are the queues of each port that the PFC watchdog looks after.
func (r *reader) watched(ctx context.Context) (map[string]map[string]bool, error) {
	if r.field != pfcwd {
		return nil, nil
	}
	out := map[string]map[string]bool{}
	ports, err := r.view.Read(ctx, watchdog)
	if err != nil {
		return nil, err
	}
	maps, err := r.view.Read(ctx, qosMaps)
	if err != nil {
		return nil, err
	}
	toQueue, err := r.view.Get(ctx, priorities, []string{"AZURE"})
	if err != nil {
		return nil, err
	}
	for _, p := range ports {
		for _, m := range maps {
			if m.Key != p.Key {
				continue
			}
			out[p.Key] = map[string]bool{}
			for priority := range strings.SplitSeq(fieldOf(m.Fields, "pfc_enable"), ",") {
				if q := fieldOf(toQueue[0].Fields, priority); q != "" {
					out[p.Key][q] = true
				}
			}
		}
	}
	return out, nil
}

func fieldOf(fields []db.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// aliases are the vendor's names of ports, both ways.
type aliases struct{ of, name map[string]string }

func (r *reader) aliases(ctx context.Context) (aliases, error) {
	a := aliases{of: map[string]string{}, name: map[string]string{}}
	ports, err := r.view.Read(ctx, tables.ConfigPort.Schema)
	for _, p := range ports {
		if alias := fieldOf(p.Fields, "alias"); alias != "" {
			a.of[p.Key], a.name[alias] = alias, p.Key
		}
	}
	return a, err
}
