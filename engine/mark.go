package engine

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// marks are on their way through the engine: who published one and hears it from Marked knows that what it wrote before has been carried out.
type marks struct {
	feeds  map[string]int // how many feeds have delivered a mark
	passed []string       // all have
}

// maxMarks bounds the marks that some feed has not delivered: those whose feed lost its server never are.
const maxMarks = 64

func (m *marks) delivered(e *Engine, ids []string) {
	if e.config.Marked == nil {
		return
	}
	for _, id := range ids {
		if m.feeds == nil || len(m.feeds) > maxMarks {
			m.feeds = map[string]int{}
		}
		if m.feeds[id]++; m.feeds[id] == e.markedFeeds() {
			delete(m.feeds, id)
			m.passed = append(m.passed, id)
		}
	}
}

// markedFeeds is how many feeds deliver marks: all but those of the process's own facts.
func (e *Engine) markedFeeds() (n int) {
	for _, f := range e.feeds {
		if slices.ContainsFunc(f.tables, func(t *table) bool { return t.schema.Database != db.Local }) {
			n++
		}
	}
	return n
}

// tell lets those know who wait for marks, if what they asked for is done. Rows that feeds have brought since may wait to be taken: they are not theirs.
func (m *marks) tell(e *Engine) {
	if len(m.passed) == 0 || len(e.stale)+len(e.staleUrgent)+len(e.dirty)+e.queued > 0 || e.underWay() {
		return
	}
	for _, s := range e.sinks {
		if s.rows || len(s.ready) > 0 {
			return
		}
	}
	ops := uint64(0)
	for _, k := range e.ranked {
		ops += k.count.failures
		for _, n := range k.count.ops {
			ops += n
		}
	}
	e.config.Marked(m.passed, ops)
	m.passed = nil
}
