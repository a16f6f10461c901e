package engine

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// rowTrouble is why a row is not translated, as one view or owner sees it.
type rowTrouble struct {
	cause  any
	status Status
}

// rowBad and rowGood keep what is wrong with rows. They are told at the end of the round.
func (e *Engine) rowBad(text string, cause any, s Status) {
	list := e.rowTroubles[text]
	i := slices.IndexFunc(list, func(t rowTrouble) bool { return t.cause == cause })
	if i < 0 {
		list = append(list, rowTrouble{cause, s})
	} else {
		list[i].status = s
	}
	e.rowTroubles[text] = list
	e.untold = append(e.untold, text)
	e.metrics.rowErrors++
}

func (e *Engine) rowGood(text string, cause any) {
	list, ok := e.rowTroubles[text]
	if !ok {
		return
	}
	list = slices.DeleteFunc(list, func(t rowTrouble) bool { return t.cause == cause })
	if len(list) == 0 {
		delete(e.rowTroubles, text)
	} else {
		e.rowTroubles[text] = list
	}
	e.untold = append(e.untold, text)
}

// setConflicts notes whose values for n are not in force.
func (e *Engine) setConflicts(n *node, losers []*owner) {
	for _, o := range e.conflicts[n] {
		if !slices.Contains(losers, o) {
			e.rowGood(o.text(), n)
		}
	}
	for _, o := range losers {
		e.rowBad(o.text(), n, e.conflictStatus(n, o))
	}
	if len(losers) == 0 {
		delete(e.conflicts, n)
	} else {
		e.conflicts[n] = losers
	}
}

func (e *Engine) conflictStatus(n *node, loser *owner) Status {
	s := Status{Object: loser.text(), State: Conflict, Owners: []string{loser.text()}}
	var b strings.Builder
	for _, c := range n.contribs {
		if c.owner != loser {
			continue
		}
		for _, a := range c.attrs {
			in, _ := find(n.desired, a.ID)
			if same(in, a.Value) {
				continue
			}
			if b.Len() > 0 {
				b.WriteString("; ")
			}
			winner, _ := n.winner(a.ID)
			fmt.Fprintf(&b, "%s %s: %s is wanted, but %s of %s is in force", n.text(), n.kind.info(a.ID).Name, valueText(a.Value), valueText(in), winner.text())
		}
	}
	s.Reason = b.String()
	return s
}

// winner is the owner whose value of an attribute is in force.
func (n *node) winner(id uint16) (*owner, bool) {
	for _, c := range n.contribs {
		if _, ok := find(c.attrs, id); ok {
			return c.owner, true
		}
	}
	return nil, false
}

// told is what has been told of an object, so that only changes are.
type told struct {
	status Status
	since  time.Time
}

// tell reports what has changed since the last round: only what is still so at its end.
func (e *Engine) tell() {
	for _, n := range e.unsure {
		n.clear(inUnsure)
		s, bad := e.statusOf(n)
		e.tellOne(s, bad)
		if !bad {
			e.discard(n)
		}
	}
	for _, d := range e.dense {
		d.tell()
	}
	clear(e.unsure)
	e.unsure = e.unsure[:0]
	sort.Strings(e.untold)
	for _, text := range slices.Compact(e.untold) {
		if list := e.rowTroubles[text]; len(list) > 0 {
			e.tellOne(gravest(list), true)
		} else {
			e.tellOne(Status{Object: text}, false)
		}
	}
	e.untold = e.untold[:0]
	if len(e.statusQ) > 0 {
		q := e.statusQ
		e.statusQ = nil
		if e.config.Status != nil {
			e.config.Status(q)
		}
	}
}

// gravest is what is told of a row: that it is malformed rather than that the last good one, which is in force, is in conflict with another.
func gravest(list []rowTrouble) Status {
	return slices.MinFunc(list, func(a, b rowTrouble) int { return cmp.Compare(a.status.State, b.status.State) }).status
}

// tellOne queues a status if it differs from what was told.
func (e *Engine) tellOne(s Status, bad bool) {
	before, known := e.told[s.Object]
	if !bad {
		if known {
			delete(e.told, s.Object)
			e.statusQ = append(e.statusQ, Status{Object: s.Object, State: before.status.State, OK: true})
		}
		return
	}
	if known && sameStatus(&before.status, &s) {
		return
	}
	since := e.config.Clock.Now()
	if known && before.status.State == s.State {
		since = before.since
	}
	e.told[s.Object] = told{s, since}
	e.statusQ = append(e.statusQ, s)
}

func sameStatus(a, b *Status) bool {
	return a.State == b.State && a.Reason == b.Reason && a.Field == b.Field && a.Value == b.Value && slices.Equal(a.Waits, b.Waits) &&
		slices.Equal(a.Owners, b.Owners)
}

// maxListed bounds the texts in one status.
const maxListed = 16

// statusOf is the status of an object; bad is false if it is as wanted, or nobody wants it.
func (e *Engine) statusOf(n *node) (s Status, bad bool) {
	s = Status{Object: n.text()}
	if n.wants == 0 && !n.is(leaving) {
		if n.is(exists) && n.trouble != nil { // a Set that was refused
			return e.failedStatus(n, s), true
		}
		return s, false
	}
	switch {
	case n.trouble.blocks():
		return e.failedStatus(n, s), true
	case n.is(parked), n.is(mirror) && n.is(leaving):
		s.State = Blocked
		for to := range n.blockers {
			if text := to.text(); len(s.Waits) < maxListed && !slices.Contains(s.Waits, text) {
				s.Waits = append(s.Waits, text)
			}
		}
		slices.Sort(s.Waits)
		if n.is(leaving) && len(s.Waits) == 0 && n.held > 0 {
			s.Waits = []string{"dense objects that refer to it"}
		}
		s.Owners = n.owners()
		return s, true
	case n.trouble != nil:
		return e.failedStatus(n, s), true
	case n.kind.dense != nil && n.kind.dense.rivals(n):
		s.State, s.Reason, s.Owners = Conflict, "a row of a dense table wants this object as well", n.owners()
		return s, true
	}
	return s, false
}

func (e *Engine) failedStatus(n *node, s Status) Status {
	s.State = Failed
	s.Reason = n.trouble.err.Error()
	s.Owners = n.owners()
	return s
}

// owners are the texts of the rows that want n, or that set something on it.
func (n *node) owners() []string {
	var out []string
	for _, c := range n.contribs {
		if len(out) < maxListed {
			out = append(out, c.owner.text())
		}
	}
	return out
}

// valueText is an attribute's value for people.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case Choice:
		texts := make([]string, len(v))
		for i, k := range v {
			texts[i] = k.String()
		}
		return "first of " + strings.Join(texts, ", ")
	case identity:
		return "identity of " + v.of.String()
	case string:
		return fmt.Sprintf("%q", v)
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}
