package flex

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

const (
	// wholeEvery is how many polls later a row is written whole again.
	wholeEvery = 60
	// maxRows bounds a write, and maxObjects a request to the ASIC, which others wait for.
	maxRows    = 512
	maxObjects = 256
)

func counters(name string) *db.Schema {
	return &db.Schema{Database: db.Counters, Name: name, Transport: db.Plain}
}

// round is one time that something is due.
type round struct {
	*poller
	now      time.Time
	writes   []db.Write
	counts   *db.Schema
	rates    *db.Schema
	smooth   map[string]smoothing
	requests []sai.StatsRequest
}

// poll polls the groups that are due, and writes what they tell.
func (p *poller) poll(ctx context.Context) error {
	if lost, _ := p.store.Lost(); lost != p.losses {
		p.losses = lost
		p.forget()
	}
	if err := p.translate(ctx); err != nil {
		return err
	}
	r := &round{poller: p, now: p.clock.Now(), counts: counters("COUNTERS"), rates: counters("RATES"), smooth: map[string]smoothing{}}
	r.bury()
	for _, name := range sorted(p.groups) {
		g := p.groups[name]
		if !g.active() || g.due.After(r.now) {
			continue
		}
		if g.due = g.due.Add(g.interval); !g.due.After(r.now) {
			g.due = r.now.Add(g.interval) // late: what was missed is not made up for
		}
		if err := r.group(ctx, g); err != nil {
			return err
		}
	}
	if err := r.write(ctx, 1); err != nil {
		return err
	}
	p.gone = p.gone[:0]
	return nil
}

// bury deletes the rows of objects that nobody polls any more, unless they are polled again.
func (r *round) bury() {
	for _, vid := range r.gone {
		if slices.ContainsFunc(sorted(r.groups), func(name string) bool { return r.groups[name].objects[vid] != nil }) {
			continue
		}
		r.writes = append(r.writes, db.Write{Table: r.counts, Key: vid, Delete: true}, db.Write{Table: r.rates, Key: vid, Delete: true})
		for _, name := range watermarkTables() {
			r.writes = append(r.writes, db.Write{Table: counters(name), Key: vid, Delete: true})
		}
		for _, k := range rateKinds() {
			r.writes = append(r.writes, db.Write{Table: r.rates, Key: vid + ":" + k.name, Delete: true})
		}
	}
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// forget has all rows written whole.
func (p *poller) forget() {
	for _, g := range p.groups {
		for _, o := range g.objects {
			o.forget()
		}
		g.last = time.Time{}
	}
}

func (o *object) forget() { o.last, o.kept, o.phase, o.measured = nil, nil, rateUnknown, false }

// translate finds the real ids of new objects. Those that the ASIC does not know any more are looked for now and then.
func (p *poller) translate(ctx context.Context) error {
	if !p.fresh || p.clock.Now().Sub(p.sought) < retry && !p.sought.IsZero() {
		return nil
	}
	rows, err := p.store.Raw(db.Asic).Hashes(ctx, []string{"VIDTORID"})
	if err != nil {
		return fmt.Errorf("object ids: %w", err)
	}
	rids := make(map[string]string, len(rows[0]))
	for _, f := range rows[0] {
		rids[f.Name] = f.Value
	}
	p.fresh, p.sought = false, p.clock.Now()
	for _, g := range p.groups {
		for _, o := range g.objects {
			if o.rid != 0 {
				continue
			}
			rid, err := sai.ParseOID(rids[o.vid])
			if err != nil || rid == 0 {
				p.fresh = true
				continue
			}
			o.rid = rid
			g.due = p.sought // nobody waits a minute for the first counters of a new object
		}
	}
	return nil
}

// group asks for the counters of all objects of a group, type by type and list by list.
func (r *round) group(ctx context.Context, g *group) error {
	by := map[*list][]*object{}
	var lists []*list
	for _, vid := range sorted(g.objects) {
		o := g.objects[vid]
		if o.rid == 0 {
			continue
		}
		if by[o.list] == nil {
			lists = append(lists, o.list)
		}
		by[o.list] = append(by[o.list], o)
	}
	whole := g.polls%wholeEvery == 0
	g.polls++
	elapsed := time.Duration(0)
	if !g.last.IsZero() {
		elapsed = r.now.Sub(g.last)
	}
	g.last = r.now
	for _, l := range lists {
		for some := range slices.Chunk(by[l], maxObjects) {
			r.ask(ctx, g, l, some, whole, elapsed)
			if err := r.write(ctx, maxRows); err != nil {
				return err
			}
		}
		kind := strings.TrimPrefix(l.object.String(), "SAI_OBJECT_TYPE_")
		r.writes = append(r.writes, db.Write{Table: r.counts, Key: "TIME_STAMP", Fields: []db.Field{
			{Name: g.name + "_" + kind + "_time_stamp", Value: strconv.FormatInt(r.now.UnixNano(), 10)},
		}})
		if err := r.mark(ctx, l, by[l]); err != nil {
			return err
		}
		if l.rates == nil {
			continue
		}
		if err := r.rate(ctx, l, by[l]); err != nil {
			return err
		}
	}
	return nil
}

// ask reads, and with a group that clears, clears. The rates of an object come before its last values are replaced.
func (r *round) ask(ctx context.Context, g *group, l *list, objects []*object, whole bool, elapsed time.Duration) {
	if l.attrs != nil {
		r.askAttrs(ctx, l, objects, whole)
		return
	}
	r.requests = r.requests[:0]
	for _, o := range objects {
		r.requests = append(r.requests, sai.StatsRequest{Object: sai.Object{Type: l.object, OID: o.rid}, Stats: l.stats})
	}
	results := r.api.GetStats(ctx, l.object, r.requests)
	if g.clears {
		r.api.ClearStats(ctx, l.object, r.requests)
	}
	for i, o := range objects {
		switch result := results[i]; {
		case result.Status == sai.StatusSuccess:
			r.counted(o, result.Values, whole, elapsed)
		case result.Status == sai.StatusItemNotFound || result.Status == sai.StatusInvalidObjectID:
			o.rid, r.fresh = 0, true
		default:
			r.refused(ctx, o, result.Status)
		}
	}
}

// askAttrs reads objects that count in attributes. One that does not tell all of them is left out.
func (r *round) askAttrs(ctx context.Context, l *list, objects []*object, whole bool) {
	requests := make([]sai.GetRequest, len(objects))
	for i, o := range objects {
		requests[i] = sai.GetRequest{Object: sai.Object{Type: l.object, OID: o.rid}, Attrs: slices.Clone(l.attrs)}
	}
	for i, result := range r.api.Get(ctx, l.object, requests) {
		o := objects[i]
		if result.Status != sai.StatusSuccess || len(result.Attrs) != len(l.attrs) {
			if result.Status == sai.StatusItemNotFound || result.Status == sai.StatusInvalidObjectID {
				o.rid, r.fresh = 0, true
			}
			continue
		}
		values := make([]uint64, len(l.attrs))
		for j, a := range result.Attrs {
			values[j], _ = a.Value.(uint64)
		}
		r.counted(o, values, whole, 0)
	}
}

// counted writes the counters that have changed.
func (r *round) counted(o *object, values []uint64, whole bool, elapsed time.Duration) {
	o.refuse = false
	l := o.list
	if o.last != nil && l.rates != nil {
		l.rates.measure(o, values, elapsed)
	}
	var fields []db.Field
	for i, v := range values {
		if whole || o.last == nil || o.last[i] != v {
			fields = append(fields, db.Field{Name: l.names[i], Value: strconv.FormatUint(v, 10)})
		}
	}
	o.last = append(o.last[:0], values...)
	if len(fields) > 0 {
		r.writes = append(r.writes, db.Write{Table: r.counts, Key: o.vid, Fields: fields})
	}
}

// refused finds out which counters the ASIC has, if it refused to tell all of them: those are asked for from now on.
func (r *round) refused(ctx context.Context, o *object, status sai.Status) {
	if o.refuse {
		return
	}
	o.refuse = true
	l := &list{object: o.list.object}
	for i, stat := range o.list.stats {
		request := []sai.StatsRequest{{Object: sai.Object{Type: l.object, OID: o.rid}, Stats: []int32{stat}}}
		if r.api.GetStats(ctx, l.object, request)[0].Status == sai.StatusSuccess {
			l.stats, l.names = append(l.stats, stat), append(l.names, o.list.names[i])
		}
	}
	r.log.Warn("counters refused", "object", o.vid, "type", l.object, "status", status, "of", len(o.list.stats), "told", len(l.stats))
	if len(l.stats) == 0 || len(l.stats) == len(o.list.stats) {
		return
	}
	key := strings.Join(l.names, ",")
	if known := r.lists[key]; known != nil {
		l = known
	} else {
		l.rates = ratesOf(l)
		r.lists[key] = l
	}
	o.list = l
	o.forget()
}

// write writes if there are so many rows.
func (r *round) write(ctx context.Context, least int) error {
	if len(r.writes) < least {
		return nil
	}
	err := r.store.Write(ctx, r.writes)
	r.writes = r.writes[:0]
	if err != nil {
		return errors.Join(errors.New("COUNTERS_DB"), err)
	}
	return nil
}
