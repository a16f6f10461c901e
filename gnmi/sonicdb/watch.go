package sonicdb

import (
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Watch implements origin.Origin.
func (o *Origin) Watch(q origin.Query) (origin.Watch, error) {
	at, err := o.parse(q.Path)
	if err != nil {
		return nil, err
	}
	w := &watch{place: at, query: q.Path}
	switch {
	case at.virtual():
		w.sources = o.virtualSources(at)
	case at.table == "" || wild(at.table):
		if at.id != db.Config {
			return nil, o.refuse(q.Path, codes.Unimplemented, "names no table: the changes of a whole database are told of CONFIG_DB only")
		}
		for _, t := range tables.Config() {
			if fits(at.table, t.Name) {
				w.sources = append(w.sources, origin.Source{Table: schema(at.id, t.Name)})
			}
		}
	default:
		s := origin.Source{Table: schema(at.id, at.table)}
		if at.key != "" && !wild(at.key) && at.more == nil {
			s.Key = at.key
		}
		w.sources = []origin.Source{s}
	}
	return w, nil
}

// virtualSources are the counters and what names them.
func (o *Origin) virtualSources(at *place) []origin.Source {
	table := at.table
	if table == interfaceCounters {
		table = counters
	}
	out := []origin.Source{{Table: schema(db.Counters, table)}, {Table: portNames.Schema}}
	if part, ok := at.part(); ok {
		out = append(out, origin.Source{Table: partNames[part].Schema})
	}
	return out
}

// watch follows one path.
type watch struct {
	*place
	query   *gpb.Path
	sources []origin.Source
}

// Sources implements origin.Watch.
func (w *watch) Sources() []origin.Source { return w.sources }

// Sampled implements origin.Watch: SONiC refuses TARGET_DEFINED, so there is no example; what counts is sampled.
func (w *watch) Sampled() bool { return w.id == db.Counters }

// Affected implements origin.Watch.
func (w *watch) Affected(c db.Change) []*gpb.Path {
	if w.virtual() {
		return []*gpb.Path{w.query} // which port an identity is of is known to who reads
	}
	if isMap(c.Table.Database, c.Table.Name) {
		if !fits(w.key, c.Key) {
			return nil
		}
		return []*gpb.Path{w.at(c.Table.Name, "", c.Key)}
	}
	switch {
	case w.more != nil:
		whole := strings.Join(w.more, w.id.Separator())
		if !strings.HasPrefix(whole, c.Key) && !(len(w.more) == 1 && glob(w.key, c.Key)) {
			return nil
		}
		if wild(w.key) {
			break
		}
		return []*gpb.Path{w.query}
	case !fits(w.key, c.Key):
		return nil
	}
	if w.field == "" {
		return []*gpb.Path{w.at(c.Table.Name, c.Key)}
	}
	if w.index != noIndex {
		return []*gpb.Path{w.query}
	}
	return []*gpb.Path{w.at(c.Table.Name, c.Key, w.field)}
}
