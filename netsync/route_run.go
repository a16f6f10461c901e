package netsync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// inputs are the channels on which the owner hears, beside zebra.
type inputs struct {
	facts, config <-chan db.Batch
	responses     <-chan []db.Notification
	written       <-chan routeBatch
}

// Run loads what is known and serves zebra until the context ends.
func (r *Routes) Run(ctx context.Context) error {
	facts, err := r.o.Facts.Watch(ctx, tables.FactLink.Schema)
	if err != nil {
		return fmt.Errorf("routes: facts: %w", err)
	}
	defer facts.Close()
	config, err := r.o.Store.Watch(ctx, tables.ConfigDeviceMetadata.Schema, tables.ConfigWarmRestart.Schema)
	if err != nil {
		return fmt.Errorf("routes: configuration: %w", err)
	}
	defer config.Close()
	var answers db.Notifications
	if r.o.Ack { // before anything is written: what is answered while nobody listens is lost
		if answers, err = r.o.Store.Subscribe(ctx, routeResponses); err != nil {
			return fmt.Errorf("routes: answers: %w", err)
		}
		defer answers.Close()
	}
	r.losses, r.nextLoss = r.o.Store.Lost() // before the routes are read
	if err := r.load(ctx, facts, config); err != nil {
		return err
	}
	return r.serve(ctx, facts, config, answers)
}

// serve runs the goroutines: the owner, and one for each partner that may keep us waiting.
func (r *Routes) serve(ctx context.Context, facts, config db.Feed, answers db.Notifications) error {
	g, ctx := errgroup.WithContext(ctx)
	factBatches, configBatches := make(chan db.Batch), make(chan db.Batch)
	batches, written := make(chan routeBatch, maxWriting), make(chan routeBatch)
	acks := make(chan ackBatch)
	in := inputs{facts: factBatches, config: configBatches, written: written}
	if answers != nil {
		responses := make(chan []db.Notification)
		in.responses = responses
		g.Go(func() error { return listen(ctx, answers, responses) })
		g.Go(func() error { return r.tell(ctx, acks) })
	}
	g.Go(func() error { return pump(ctx, facts, factBatches) })
	g.Go(func() error { return pump(ctx, config, configBatches) })
	g.Go(func() error { return r.write(ctx, batches, written) })
	g.Go(func() error {
		defer close(r.ended) // the server may be in the middle of a call
		return r.loop(ctx, in, batches, acks)
	})
	if r.o.Server != nil {
		g.Go(func() error { return r.o.Server.Serve(ctx, r) })
	}
	return g.Wait()
}

// loop owns the state.
func (r *Routes) loop(ctx context.Context, in inputs, batches chan<- routeBatch, acks chan<- ackBatch) error {
	check := time.NewTicker(max(r.o.Quiet/4, time.Millisecond))
	defer check.Stop()
	r.began = time.Now()
	for {
		r.flush(batches)
		out, tell := chan<- ackBatch(nil), ackBatch{}
		if len(r.acks) > 0 {
			out, tell = acks, ackBatch{conn: r.conn, routes: r.acks}
		}
		select {
		case e := <-r.events:
			r.handle(e, time.Now())
		case b := <-in.facts:
			r.linkFacts(b)
		case b := <-in.config:
			r.configuration(b)
		case ns := <-in.responses:
			r.responses(ns)
		case b := <-in.written:
			r.written(b)
		case out <- tell:
			r.acks = nil
		case now := <-check.C:
			r.sweep(now)
		case <-r.nextLoss:
			before := r.losses
			if r.losses, r.nextLoss = r.o.Store.Lost(); r.losses != before {
				r.republish()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// load reads names, configuration and the routes that APPL_DB holds, before zebra is let in.
func (r *Routes) load(ctx context.Context, facts, config db.Feed) error {
	if err := listing(ctx, facts, r.linkFacts); err != nil {
		return fmt.Errorf("routes: facts: %w", err)
	}
	if err := listing(ctx, config, r.configuration); err != nil {
		return fmt.Errorf("routes: configuration: %w", err)
	}
	err := r.retry(ctx, "reading routes", func() error { return r.read(ctx) })
	r.log.Info("routes found in APPL_DB", "routes", len(r.v4.m)+len(r.v6.m))
	return err
}

// listing takes a feed's first listing.
func listing(ctx context.Context, f db.Feed, take func(db.Batch)) error {
	for {
		b, err := f.Next(ctx, 0)
		if err != nil {
			return err
		}
		take(b)
		if b.Listed {
			return nil
		}
	}
}

func (r *Routes) read(ctx context.Context) error {
	rows, err := r.o.Store.Read(ctx, tables.ApplRoute.Schema)
	if err != nil {
		return err
	}
	for _, c := range rows {
		if k, row, err := tables.ApplRoute.Decode(c.Key, c.Fields); err == nil {
			r.found(k, cloneRow(row))
		} else {
			r.log.Warn("route in APPL_DB", "error", err)
		}
	}
	groups, err := r.o.Store.Read(ctx, tables.ApplNexthopGroup.Schema)
	if err != nil {
		return err
	}
	for _, c := range groups {
		name, row, err := tables.ApplNexthopGroup.Decode(c.Key, c.Fields)
		if id, perr := strconv.ParseUint(name, 10, 32); err == nil && perr == nil {
			r.rows.written[uint32(id)] = row
		}
	}
	if !r.o.Ack || !r.suppress {
		return nil
	}
	accepted, err := r.o.Store.Read(ctx, tables.ApplStateRoute.Schema)
	for _, c := range accepted {
		if k, err := tables.ApplStateRoute.DecodeKey(c.Key); err == nil {
			r.markAccepted(k)
		}
	}
	return err
}

// found takes a route that APPL_DB holds.
func (r *Routes) found(k tables.RouteKey, row tables.RouteRow) {
	text := r.texts.intern(row)
	if k.Prefix.Addr().Is4() {
		r.v4.found(newKey4(r.names.vrf(k.Vrf), k.Prefix), text)
	} else {
		r.v6.found(newKey6(r.names.vrf(k.Vrf), k.Prefix), text)
	}
}

// markAccepted notes that the ASIC has a route that was found.
func (r *Routes) markAccepted(k tables.RouteKey) {
	vrf, known := r.names.byName[k.Vrf]
	switch {
	case !known:
	case k.Prefix.Addr().Is4():
		r.v4.markOffloaded(newKey4(vrf, k.Prefix))
	default:
		r.v6.markOffloaded(newKey6(vrf, k.Prefix))
	}
}

func (r *Routes) linkFacts(b db.Batch) {
	for _, c := range b.Changes {
		if c.Gone {
			continue // its routes' withdrawals need the name yet
		}
		if name, f, err := tables.FactLink.Decode(c.Key, c.Fields); err == nil {
			r.linkFact(name, f)
		}
	}
	r.resettle()
}

// configuration takes rows of DEVICE_METADATA and WARM_RESTART. One that is malformed leaves things as they are; the engines tell.
func (r *Routes) configuration(b db.Batch) {
	for _, c := range b.Changes {
		if c.Table.Name == tables.ConfigWarmRestart.Name {
			r.warmRestart(c)
		} else {
			r.metadata(c)
		}
	}
}

// metadata takes the two switches of DEVICE_METADATA.
func (r *Routes) metadata(c db.Change) {
	row, ok := rowOf(tables.ConfigDeviceMetadata, c, tables.Localhost)
	if !ok {
		return
	}
	r.setSuppress(row.SuppressFIBPending != nil && bool(*row.SuppressFIBPending))
	r.setGroups(row.NexthopGroup != nil && bool(*row.NexthopGroup))
}

func (r *Routes) warmRestart(c db.Change) {
	row, ok := rowOf(tables.ConfigWarmRestart, c, tables.WarmRestartBgp)
	if !ok || warmRestart(nil, c.Key, row) != nil {
		return
	}
	if r.hold = r.o.Hold; row.BgpTimer != nil {
		r.hold = time.Duration(*row.BgpTimer) * time.Second
	}
}

// rowOf is what a change makes of the row with a key: the zero value if it is gone, and not ok if it is another row's or malformed.
func rowOf[R any](t db.Table[string, R], c db.Change, key string) (row R, ok bool) {
	if c.Key != key || c.Gone {
		return row, c.Key == key
	}
	_, row, err := t.Decode(c.Key, c.Fields)
	return row, err == nil
}

func (r *Routes) setSuppress(on bool) {
	was := r.suppress
	if r.suppress = on; was && !on && r.o.Ack {
		r.acknowledgeAll()
	}
}

func (r *Routes) setGroups(on bool) {
	if r.groups == on {
		return
	}
	r.groups = on
	r.rows.touchAll(&r.objects)
	for _, id := range slices.Collect(maps.Keys(r.sets.byObject)) {
		r.update(r.sets.byObject[id])
	}
	r.resettle()
}

// sweep withdraws what zebra has not announced since it connected, when it had time enough and has fallen silent. A zebra that never comes
// has nothing to tell either.
func (r *Routes) sweep(now time.Time) {
	switch {
	case r.conn == nil && r.gen == 0 && !r.began.IsZero() && now.Sub(r.began) >= r.hold:
		r.began, r.complete = time.Time{}, true
		return
	case !r.stale || r.conn == nil || now.Sub(r.since) < r.hold || now.Sub(r.last) < r.o.Quiet:
		return
	}
	r.stale, r.complete = false, true
	n := r.v4.sweep(r.gen) + r.v6.sweep(r.gen)
	r.rows.touchAll(&r.objects)
	r.stats.swept.Add(uint64(n))
	r.log.Info("stale routes withdrawn", "routes", n)
}

// republish writes everything again, because the database came back empty.
func (r *Routes) republish() {
	r.v4.lost()
	r.v6.lost()
	r.rows.lost(&r.objects)
	r.complete = true
	r.log.Warn("the database lost its data, all routes are written again", "routes", len(r.v4.m)+len(r.v6.m))
}

// listen passes orchagent's answers on.
func listen(ctx context.Context, from db.Notifications, to chan<- []db.Notification) error {
	for {
		ns, err := from.Next(ctx)
		if err != nil {
			return fmt.Errorf("routes: answers: %w", err)
		}
		select {
		case to <- ns:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
