package redis

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

const defaultMax = 1024

// feed has two connections: one hears what changes, the other reads it. It has no goroutine: what happens between two calls of Next waits in the
// first connection.
type feed struct {
	c      *Client
	tables []*table
	topics map[string]topic
	events map[db.ID]map[string]*table // Plain tables by name, for events

	sub, cmd *wire.Conn // nil: to be made again
	popSHA   string
	epoch    string // of the data that the reader knows
	current  string // of the data behind cmd
	pause    time.Duration
	closed   bool

	phase   phase
	scans   []keyScan
	pending []ref // to be read and delivered
	queued  map[ref]struct{}
	changes []db.Change // of Map tables, to be delivered
	marks   []string    // to be delivered behind what was heard before them
}

// phase is how far a feed has come since it connected.
type phase uint8

const (
	holding phase = iota // the data was lost, and its owners have not written it again
	begin                // the listing's first batch comes next
	listing
	live
)

// table is what a feed keeps of a table.
type table struct {
	*db.Schema
	dirty bool              // a state table may have rows to pop, a Map may have changed
	known map[string]string // what was delivered of a Map
}

// topic is what a message on a channel means.
type topic struct {
	table  *table // a state table or Map that changed
	id     db.ID  // else: the payload is a key of this database
	loaded bool   // CONFIG_DB was loaded anew
	ready  bool   // a publisher has written its rows again
	mark   bool   // the payload is a mark
}

// keyEvents are the keyspace events after which a hash may differ. Their channels are subscribed to by name: a pattern would cost every
// command of every client a comparison.
var keyEvents = []string{"hset", "hdel", "del", "hincrby", "hincrbyfloat", "rename_from", "rename_to", "expired", "evicted", "restore", "copy_to",
	"move_from", "move_to"}

// Watch implements db.Store. It does not wait for the server; Next does.
func (c *Client) Watch(ctx context.Context, tables ...*db.Schema) (db.Feed, error) {
	f := &feed{c: c, topics: map[string]topic{}, events: map[db.ID]map[string]*table{}, queued: map[ref]struct{}{}, pause: minPause}
next:
	for _, s := range tables {
		if s == db.Marks {
			f.topics[db.MarkChannel] = topic{mark: true}
			continue
		}
		for _, known := range f.tables {
			if same(known.Schema, s) {
				continue next
			}
		}
		f.add(&table{Schema: s})
	}
	if len(c.options.WaitFor) > 0 {
		f.topics["__keyspace@"+db.State.Number()+"__:"+readyKey] = topic{ready: true}
	}
	return f, ctx.Err()
}

func (f *feed) add(t *table) {
	f.tables = append(f.tables, t)
	id := t.Database
	switch t.Transport {
	case db.StateTable:
		f.topics[db.Channel(id, t.Name)] = topic{table: t}
	case db.Map:
		f.topics["__keyspace@"+id.Number()+"__:"+t.Name] = topic{table: t}
	default:
		if f.events[id] == nil {
			f.events[id] = map[string]*table{}
			for _, e := range keyEvents {
				f.topics["__keyevent@"+id.Number()+"__:"+e] = topic{id: id}
			}
		}
		f.events[id][t.Name] = t
	}
	if id == db.Config {
		f.topics["__keyspace@"+id.Number()+"__:"+initializedKey] = topic{loaded: true, ready: true}
	}
}

// Close implements db.Feed. It does not interrupt Next; the end of Next's context does.
func (f *feed) Close() error {
	f.closed = true
	f.drop()
	return nil
}

func (f *feed) drop() {
	for _, conn := range []*wire.Conn{f.sub, f.cmd} {
		if conn != nil {
			_ = conn.Close()
		}
	}
	f.sub, f.cmd = nil, nil
}

// Next implements db.Feed.
func (f *feed) Next(ctx context.Context, max int) (db.Batch, error) {
	if max <= 0 {
		max = defaultMax
	}
	for {
		if f.closed {
			return db.Batch{}, errClosed
		}
		if err := ctx.Err(); err != nil {
			return db.Batch{}, err
		}
		b, ready, err := f.step(ctx, max)
		switch {
		case err == nil && ready:
			f.pause = minPause
			return b, nil
		case err == nil:
			continue
		case ctx.Err() != nil:
			if f.sub != nil && (f.sub.Broken() || f.cmd.Broken()) {
				f.drop()
			}
			return db.Batch{}, ctx.Err()
		}
		f.c.log.Warn("a feed lost its server", "err", err)
		f.drop()
		if err := wait(ctx, f.pause); err != nil {
			return db.Batch{}, err
		}
		f.pause = min(2*f.pause, maxPause)
	}
}

// step does one thing towards the next batch; ready if it is b.
func (f *feed) step(ctx context.Context, max int) (b db.Batch, ready bool, err error) {
	if f.sub == nil {
		return b, false, f.connect(ctx)
	}
	release := f.cmd.Bind(ctx)
	idle := false
	switch err = f.hear(ctx); {
	case err != nil:
	case f.phase == holding:
		idle, err = f.hold()
	default:
		b, err = f.batch(max)
		ready = b.Listing || b.Listed || len(b.Changes)+len(b.Marks) > 0
		idle = !ready
	}
	release()
	if err == nil && idle {
		err = f.sub.Wait(ctx)
	}
	return b, ready && err == nil, err
}

// connect makes both connections; what happens from then on is heard.
func (f *feed) connect(ctx context.Context) error {
	sub, _, err := f.c.redial(ctx)
	if err != nil {
		return err
	}
	cmd, epoch, err := f.c.redial(ctx)
	if err != nil {
		_ = sub.Close()
		return err
	}
	f.sub, f.cmd, f.current = sub, cmd, epoch
	releaseSub, releaseCmd := sub.Bind(ctx), cmd.Bind(ctx)
	defer releaseCmd()
	defer releaseSub()
	// A server that came back may have forgotten what it was told. One that does not permit it is configured by its owner.
	if err := configure(cmd); err != nil && cmd.Broken() {
		return err
	}
	if len(f.topics) > 0 {
		if err := subscribe(sub, slices.Collect(maps.Keys(f.topics))); err != nil {
			return err
		}
	}
	if err := one(cmd, "SCRIPT", "LOAD", popScript); err != nil {
		return err
	}
	if f.popSHA, _, err = cmd.String(); err != nil {
		return err
	}
	f.relist()
	if f.epoch != "" && f.epoch != epoch {
		f.phase = holding
	}
	return nil
}

// relist makes the next batch start a listing.
func (f *feed) relist() {
	f.phase = begin
	f.pending, f.changes, f.scans = nil, nil, nil
	clear(f.queued)
}

// hold reports whether the lost data is still not written again, for which the reader must not see what is left of it.
func (f *feed) hold() (still bool, err error) {
	f.cmd.Select(db.State)
	if err := one(f.cmd, "HKEYS", readyKey); err != nil {
		return true, err
	}
	ready, err := f.cmd.Strings(nil)
	if err != nil {
		return true, err
	}
	f.cmd.Select(db.Config)
	if err := one(f.cmd, "GET", initializedKey); err != nil {
		return true, err
	}
	loaded, _, err := f.cmd.Bytes()
	if err != nil {
		return true, err
	}
	for _, t := range f.tables {
		if t.Database == db.Config && string(loaded) != "1" {
			return true, nil
		}
		for _, publisher := range f.c.options.WaitFor[t.Database] {
			if !slices.Contains(ready, publisher) {
				return true, nil
			}
		}
	}
	f.phase = begin
	return false, nil
}
