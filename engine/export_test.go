package engine

import (
	"context"
	"fmt"
)

// Audit checks what must hold when everything is settled: both ends of every edge agree, holders are counted right, nothing that could be done is
// left, and what was told is so.
func (e *Engine) Audit(ctx context.Context) (wrong []string, err error) {
	done := make(chan struct{})
	err = e.ask(ctx, func() {
		defer close(done)
		a := audit{e: e, held: map[*node]int32{}}
		a.run()
		wrong = a.wrong
	})
	if err == nil {
		<-done
	}
	return wrong, err
}

type audit struct {
	e     *Engine
	held  map[*node]int32
	wrong []string
}

func (a *audit) errorf(format string, args ...any) {
	a.wrong = append(a.wrong, fmt.Sprintf(format, args...))
}

func (a *audit) run() {
	e := a.e
	if len(e.dirty) > 0 || len(e.stale)+len(e.staleUrgent) > 0 || e.queued > 0 {
		a.errorf("%d dirty, %d stale, %d queued", len(e.dirty), len(e.stale), e.queued)
	}
	for _, d := range e.dense {
		d.(interface{ audit(*audit) }).audit(a)
	}
	for _, x := range e.handles.list {
		if x == nil {
			continue
		}
		for _, s := range x.slots {
			if s.have > 0 {
				a.held[s.node]++
			}
		}
	}
	for _, k := range e.ranked {
		for key, n := range k.nodes {
			if n.key != key {
				a.errorf("%s is at the wrong place", n.text())
			}
			a.edges(n)
		}
	}
	for _, k := range e.ranked {
		for _, n := range k.nodes {
			if n.held != a.held[n] {
				a.errorf("%s is held by %d, and counts %d", n.text(), a.held[n], n.held)
			}
			a.plan(n)
		}
	}
}

func (a *audit) edges(n *node) {
	for i, r := range n.refs {
		if u := r.to.users[r.back]; u.node != n || int(u.slot) != i {
			a.errorf("%s refers to %s, which does not know", n.text(), r.to.text())
		}
		if a.e.lookup(r.to.key) != r.to {
			a.errorf("%s refers to %s, which is forgotten", n.text(), r.to.text())
		}
		if r.flags&held != 0 {
			a.held[r.to]++
			if !n.is(exists) {
				a.errorf("%s does not exist and holds %s", n.text(), r.to.text())
			}
		}
	}
}

func (a *audit) plan(n *node) {
	before := n.flags
	act := a.e.plan(n)
	const transient = inUnsure | inGarbage | isDirty
	if act != nothing || n.flags&^transient != before&^transient {
		a.errorf("%s could do %d, flags %b -> %b", n.text(), act, before, n.flags)
	}
	s, bad := a.e.statusOf(n)
	told, known := a.e.told[n.text()]
	if bad != known || bad && !sameStatus(&told.status, &s) {
		a.errorf("%s was told %v %v, is %v %v (flags %b)", n.text(), known, told.status, bad, s, n.flags)
	}
}

func (d *dense[K, R, O, V]) audit(a *audit) {
	have := map[*node]int32{}
	for i, en := range d.all {
		if en.flags&(entryQueued|entryFlight) != 0 {
			a.errorf("entry %v is not at rest: %b", en.object, en.flags)
		}
		if p := d.plan(i, en); p.act != nothing {
			a.errorf("entry %v could do %d, flags %b", en.object, p.act, en.flags)
		}
		switch {
		case en.flags&entryForeign != 0:
			hold := func(k Key) bool {
				a.held[a.e.lookup(k)]++
				return true
			}
			for _, v := range d.foreign[i] {
				eachRef(v.Value, hold)
			}
			d.foreignKey(en).Refs(hold)
		case en.flags&entryExists != 0:
			for _, h := range d.handles(en.object, en.have) {
				have[a.e.handles.get(h).slots[d.slotOf(h, en.slot)].node]++
			}
		}
	}
	slots := map[*node]int32{}
	for _, x := range a.e.handles.list {
		if x == nil {
			continue
		}
		for _, s := range x.slots {
			if s.node != nil && s.have > 0 {
				slots[s.node] += s.have
			}
		}
	}
	for n, count := range have {
		if slots[n] != count {
			a.errorf("%s has %d dense holders, slots count %d", n.text(), count, slots[n])
		}
		delete(slots, n)
	}
	for n, count := range slots {
		a.errorf("%s has no dense holders, slots count %d", n.text(), count)
	}
}
