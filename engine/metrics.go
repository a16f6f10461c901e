package engine

import "time"

// Metrics is a snapshot of what an engine has done and holds.
type Metrics struct {
	Rows         uint64 // changes taken from feeds
	RowErrors    uint64 // rows that were malformed or whose translation failed, and conflicts
	Translations uint64 // runs of translation functions
	Adopted      uint64 // objects found at the start
	Observed     uint64 // events of targets
	Turns        uint64 // slices of work
	LongestTurn  time.Duration
	Stale        int // rows to be translated
	NotAsWanted  int // objects and rows with a status
	Kinds        map[string]KindMetrics
}

// KindMetrics counts the objects and operations of a kind.
type KindMetrics struct {
	Objects  int // existing
	Parked   int // waiting for another object
	Full     int // waiting for room
	Creates  uint64
	Updates  uint64
	Removes  uint64
	Failures uint64 // of operations
}

type counters struct {
	rows, rowErrors, translations, adopted, observed, turns uint64
	longest                                                 time.Duration
}

type kindCounters struct {
	ops      [3]uint64
	failures uint64
}

func (c *kindCounters) done(v Verb, err error) {
	if err != nil {
		c.failures++
		return
	}
	c.ops[v]++
}

// Metrics may be called from any goroutine, at any time. It counts objects, which takes a moment when there are many.
func (e *Engine) Metrics() Metrics {
	if !e.hub.started.Load() {
		return e.snapshot()
	}
	var m Metrics
	done := make(chan struct{})
	select {
	case e.hub.requests <- func() { m = e.snapshot(); close(done) }:
		<-done
	case <-e.hub.stopped:
		m = e.snapshot()
	}
	return m
}

func (e *Engine) snapshot() Metrics {
	c := e.metrics
	m := Metrics{
		Rows: c.rows, RowErrors: c.rowErrors, Translations: c.translations, Adopted: c.adopted, Observed: c.observed,
		Turns: c.turns, LongestTurn: c.longest, Stale: len(e.stale) + len(e.staleUrgent), NotAsWanted: len(e.told), Kinds: map[string]KindMetrics{},
	}
	for _, k := range e.ranked {
		s := KindMetrics{Creates: k.count.ops[Create], Updates: k.count.ops[Update], Removes: k.count.ops[Remove], Failures: k.count.failures, Full: len(k.full)}
		for _, n := range k.nodes {
			if n.is(exists) && !n.is(mirror) {
				s.Objects++
			}
			if n.is(parked) {
				s.Parked++
			}
		}
		if k.dense != nil {
			k.dense.count(&s)
		}
		m.Kinds[k.Name] = s
	}
	return m
}
