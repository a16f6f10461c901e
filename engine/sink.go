package engine

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// maxWrites bounds the rows of one write.
const maxWrites = 8192

// sink is a store for published rows. One goroutine does its input and output, one job at a time, so that a slow server delays rows only;
// what changes meanwhile is written once, by the next job.
type sink struct {
	store   db.Store
	tables  []*rowTable
	rest    bool // takes the tables that no sink names
	ready   []*node
	outputs []Output
	backlog int // writes and notifications in outputs
	jobs    chan job
	busy    bool
	rows    bool // the job under way writes published rows
	epoch   int  // counts losses of the store's data that the engine knows of
	losses  int  // Store.Lost, when the engine last heard of it
	// limit is how many rows a write may have. It shrinks when writes fail, until a row that the server refuses stands alone.
	limit     int
	turn      bool // of the output, after a failure
	trouble   *trouble
	republish bool
}

// Republisher is a Store that wants to know when a publisher, by its name (Config.Name), has written all its rows again after a loss, and
// for the first time after its start.
type Republisher interface {
	Republished(ctx context.Context, name string) error
}

type job struct {
	sink    *sink
	epoch   int
	table   *rowTable // to be read
	pending []pending
	writes  []db.Write
	output  []Output
	told    bool // Republished
	rows    []db.Change
	err     error
}

type pending struct {
	node  *node
	verb  Verb
	attrs []AttrValue
}

// want queues a row to be written.
func (s *sink) want(n *node) {
	if s != nil && !n.is(inSets) {
		n.set(inSets)
		s.ready = append(s.ready, n)
	}
}

// stepSinks hands over what is ready to sinks that are idle. It returns false if there was nothing to hand over.
func (e *Engine) stepSinks() (progress bool) {
	for _, s := range e.sinks {
		if s.busy || s.trouble.blocks() {
			continue
		}
		j := e.nextJob(s)
		if j == nil {
			continue
		}
		s.busy = true
		j.sink, j.epoch, s.rows = s, s.epoch, len(j.pending) > 0
		s.jobs <- *j // has room, since the sink is idle
		progress = true
	}
	return progress
}

func (e *Engine) nextJob(s *sink) *job {
	for _, t := range s.tables {
		if t.state == unread {
			t.state = reading
			return &job{table: t}
		}
	}
	if !e.mayApply {
		return nil
	}
	j := &job{}
	// After a failure rows and output go separately, in turns, so that neither keeps the other back.
	s.turn = !s.turn
	if s.limit > 1 || s.turn || len(s.ready) == 0 {
		j.output, s.outputs, s.backlog = s.outputs, nil, 0
	}
	if s.limit > 1 || len(j.output) == 0 {
		e.takeReady(s, j)
	}
	if len(j.writes) > 0 || len(j.output) > 0 {
		return j
	}
	if s.republish && len(s.ready) == 0 && e.mayPrune {
		s.republish = false
		if _, ok := s.store.(Republisher); ok {
			return &job{told: true}
		}
	}
	return nil
}

// takeReady fills a job with rows. One that was refused alone waits until no other is ready.
func (e *Engine) takeReady(s *sink, j *job) {
	sick := func(n *node) bool { return n.trouble != nil }
	slices.SortFunc(s.ready, func(a, b *node) int {
		if sick(a) != sick(b) {
			return cmp.Compare(count(sick(a)), count(sick(b)))
		}
		return strings.Compare(a.text(), b.text())
	})
	taken := 0
	for taken < len(s.ready) && len(j.writes) < s.limit {
		n := s.ready[taken]
		if sick(n) && len(j.writes) > 0 {
			break
		}
		taken++
		n.clear(inSets)
		e.addWrite(j, n)
		if sick(n) {
			break
		}
	}
	s.ready = append(s.ready[:0:0], s.ready[taken:]...)
}

func (e *Engine) addWrite(j *job, n *node) {
	p := pending{node: n}
	switch e.plan(n) {
	case doRemove:
		p.verb = Remove
	case doCreate:
		p.verb, p.attrs = Create, e.wholeValue(n)
		e.holdAll(n) // from now on, so that what it tells of does not go before it
	case doUpdate:
		p.verb = Update
		e.changes(n, &p.attrs)
	default:
		return
	}
	n.set(inFlight)
	j.pending = append(j.pending, p)
	j.writes = append(j.writes, n.kind.rows.write(n, e.textOf(n), p.verb, p.attrs))
}

// serve does a sink's jobs.
func (s *sink) serve(ctx context.Context, name string, results chan<- job) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case j := <-s.jobs:
			j.err = s.do(ctx, name, &j)
			select {
			case results <- j:
			case <-ctx.Done():
				return nil
			}
		}
	}
}

func (s *sink) do(ctx context.Context, name string, j *job) (err error) {
	if j.table != nil {
		j.rows, err = s.store.Read(ctx, j.table.schema)
		return err
	}
	if j.told {
		return s.store.(Republisher).Republished(ctx, name)
	}
	writes := j.writes
	var notes []db.Notification
	for _, o := range j.output {
		writes = append(writes, o.Writes...)
		notes = append(notes, o.Notifications...)
	}
	if len(writes) > 0 {
		if err := s.store.Write(ctx, writes); err != nil {
			return err
		}
	}
	if len(notes) > 0 {
		return s.store.Publish(ctx, notes...)
	}
	return nil
}

// done makes a job's result the state of its rows.
func (e *Engine) done(j job) {
	s := j.sink
	s.busy, s.rows = false, false
	if j.err != nil {
		e.jobFailed(j)
		return
	}
	if s.trouble != nil {
		slog.Info("rows are written again", "daemon", e.config.Name)
	}
	s.trouble, s.limit = nil, min(2*s.limit, maxWrites)
	if j.table != nil && j.epoch != s.epoch {
		j.table.state = unread
	} else if j.table != nil {
		j.table.state = read
		e.adoptRows(j.table, j.rows)
	}
	for _, p := range j.pending {
		lost := j.epoch != s.epoch || p.node.is(doubted) // it was written perhaps before the data was lost
		p.node.clear(inFlight | doubted)
		p.node.kind.count.done(p.verb, nil)
		switch {
		case p.verb == Remove:
			delete(p.node.kind.rows.written, p.node.key.(rowKey).of)
			e.removed(p.node)
		case lost:
			e.lose(p.node)
		case p.verb == Create:
			e.created(p.node, p.attrs)
		default:
			e.updated(p.node, p.attrs)
		}
	}
}

// jobFailed has everything of the job repeated later. A row that fails alone is in the way of no other.
func (e *Engine) jobFailed(j job) {
	s := j.sink
	if j.table != nil {
		j.table.state = unread
	}
	s.republish = s.republish || j.told
	s.outputs = append(j.output, s.outputs...)
	for _, o := range j.output {
		s.backlog += len(o.Writes) + len(o.Notifications)
	}
	alone := len(j.pending) == 1 && len(j.output) == 0
	for _, p := range j.pending {
		p.node.clear(inFlight | doubted)
		p.node.kind.count.done(p.verb, j.err)
		switch p.verb { // the server may have taken it all the same
		case Create:
			e.relink(p.node) // it holds nothing
		case Update:
			p.node.attrs = doubtful(p.node.attrs, p.attrs)
		case Remove:
			p.node.attrs = doubtful(p.node.attrs, p.node.attrs)
		}
		if alone {
			e.failed(p.node, p.verb, &Error{Class: Transient, Err: j.err})
		}
		e.touch(p.node)
	}
	s.limit = max(1, s.limit/8)
	if s.trouble == nil {
		s.trouble = &trouble{class: Transient, since: e.config.Clock.Now()}
		slog.Warn("rows could not be written, they will be written again", "daemon", e.config.Name, "rows", len(j.pending), "error", j.err)
	}
	s.trouble.err, s.trouble.waiting = j.err, true
	e.retries.later(e, s.trouble, func() {})
}

// watchLoss tells the engine each time that the store came back without its data.
func (s *sink) watchLoss(ctx context.Context, last int, lost chan<- loss) error {
	count, next := s.store.Lost()
	for {
		if count != last {
			last = count
			select {
			case lost <- loss{s, count}:
			case <-ctx.Done():
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-next:
		}
		count, next = s.store.Lost()
	}
}

// loss is the news that a sink's store has lost its data.
type loss struct {
	sink  *sink
	count int
}

// lostAll has all rows of a sink written again. What refers to them stays: the rows are gone by accident, not by anybody's will. The tables are
// read first, because a write that was under way may have come after the loss.
func (e *Engine) lostAll(l loss) {
	s := l.sink
	s.losses = l.count
	s.epoch++
	s.republish = true
	rows := 0
	for _, t := range s.tables {
		if t.state == read {
			t.state = unread
		}
		for _, n := range t.kind.nodes {
			if n.is(exists) {
				rows++
				e.lose(n)
			}
		}
	}
	for _, d := range e.dense {
		d.answerAll()
	}
	slog.Info("a store has lost its data, writing all rows again", "daemon", e.config.Name, "rows", rows)
}

func (e *Engine) lose(n *node) {
	n.clear(exists | adopted | leaving | recreate | forced)
	n.attrs, n.base = nil, nil
	e.relink(n)
	e.touch(n)
}

// maxBacklog is how much output of dense tables may wait for a sink before their operations do.
const maxBacklog = 1 << 16

// output hands what Done said to the sinks.
func (e *Engine) output(o Output) {
	if len(e.sinks) == 0 {
		return
	}
	if len(e.sinks) == 1 {
		e.sinks[0].put(o)
		return
	}
	e.sinks[0].put(Output{Notifications: o.Notifications})
	for len(o.Writes) > 0 { // writes of one table mostly come together
		n := 1
		for n < len(o.Writes) && o.Writes[n].Table == o.Writes[0].Table {
			n++
		}
		e.sinkFor(o.Writes[0].Table).put(Output{Writes: o.Writes[:n]})
		o.Writes = o.Writes[n:]
	}
}

// sinkFor is the sink that names a table, or the one without tables.
func (e *Engine) sinkFor(t *db.Schema) *sink {
	if rt := e.rowTables[t]; rt != nil && rt.sink != nil {
		return rt.sink
	}
	for _, s := range e.sinks {
		if s.rest {
			return s
		}
	}
	return e.sinks[0]
}

func (s *sink) put(o Output) {
	if n := len(o.Writes) + len(o.Notifications); n > 0 {
		s.outputs = append(s.outputs, o)
		s.backlog += n
	}
}

func (e *Engine) outputFull() bool {
	for _, s := range e.sinks {
		if s.backlog > maxBacklog {
			return true
		}
	}
	return false
}
