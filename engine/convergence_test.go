package engine_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

var toyPorts = []string{"E0", "E1", "E2"}

// anyWrite draws a change of one row of the toy tables, now and then a malformed one.
func anyWrite(t *rapid.T) db.Write {
	port := func() string { return rapid.SampledFrom(append(toyPorts, "P9")).Draw(t, "port") }
	id := func() vlanID { return vlanID(rapid.IntRange(1, 3).Draw(t, "vlan")) }
	word := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
	flip := func() bool { return rapid.Bool().Draw(t, "flip") }
	hop := func() hopID { return hopID{port(), word("1", "2")} }
	var w db.Write
	switch rapid.IntRange(0, 5).Draw(t, "table") {
	case 0:
		w = tVlan.Replace(id(), vlanRow{STP: word("a", "b"), Learn: flip()})
	case 1:
		w = tMember.Replace(memberID{id(), port()}, memberRow{word("tagged", "untagged")})
	case 2:
		name := port()
		w = tPort.Replace(name, portRow{MTU: rapid.SampledFrom([]int{1500, 9100, -1, 666}).Draw(t, "mtu"), Up: flip(), Owned: name == "P9"})
	case 3:
		w = tMirror.Replace(word("m", "n"), mirrorRow{Type: word("span", "erspan"), Port: port(), From: word("", "E0", "P9")})
	case 4:
		w = tHop.Replace(hop(), hopRow{word("x", "y")})
	default:
		r := routeRow{Drop: rapid.IntRange(0, 4).Draw(t, "drop") == 0}
		for range rapid.IntRange(1, 3).Draw(t, "hops") {
			h := hop()
			r.Via = append(r.Via, h.Port+"@"+h.IP)
		}
		w = tRoute.Replace(routeID{word("v", "E0", "P9"), word("10/8", "11/8", "12/8")}, r)
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind of change") {
	case 0, 1, 2:
		w.Fields = nil
	case 3:
		w.Fields = []db.Field{{Name: "mtu", Value: "junk"}, {Name: "drop", Value: "junk"}}
	}
	return w
}

// everything is all rows that others refer to.
func everything() (out []db.Write) {
	for id := vlanID(1); id <= 3; id++ {
		out = append(out, tVlan.Set(id, vlanRow{STP: "a"}))
	}
	for _, p := range append(toyPorts, "P9") {
		out = append(out, tHop.Set(hopID{p, "1"}, hopRow{"x"}), tHop.Set(hopID{p, "2"}, hopRow{"x"}))
	}
	return append(out, tPort.Set("P9", portRow{MTU: 1500, Owned: true}))
}

// chaos fails operations and writes at random while it is on.
type chaos struct {
	on   atomic.Bool
	rand *rand.Rand // used by the engine's goroutine and the sink's under their targets' locks
	out  *rand.Rand
}

func (c *chaos) fail(k *engine.Kind, op engine.Op) error {
	if !c.on.Load() || c.rand.IntN(4) > 0 {
		return nil
	}
	class := []engine.Class{engine.Transient, engine.Full, engine.Invalid}[c.rand.IntN(3)]
	if op.Verb != engine.Create && class == engine.Full {
		class = engine.Transient
	}
	return &engine.Error{Class: class, Err: errors.New("chaos")}
}

func (c *chaos) refuse([]db.Write) error {
	if c.on.Load() && c.out.IntN(3) == 0 {
		return errors.New("chaos")
	}
	return nil
}

func toyTarget() *enginetest.Target {
	t := enginetest.NewTarget()
	t.StableIDs = true
	for _, p := range toyPorts {
		t.Put(portKey{p}, true, portAttrs...)
	}
	return t
}

var portAttrs = []engine.AttrValue{{ID: 1, Value: 1}, {ID: 2, Value: 1500}}

func TestConvergence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { converges(t, generic, func(*enginetest.Target) {}) })
}

// TestApartConvergence has a goroutine of its own call the target.
func TestApartConvergence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { converges(t, generic, func(x *enginetest.Target) { x.Apart = true }) })
}

// TestDenseConvergence has the dense store do what the generic one does in the clean run.
func TestDenseConvergence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pipelined := rapid.Bool().Draw(t, "pipelined")
		converges(t, dense, func(x *enginetest.Target) { x.Pipelined = pipelined })
	})
}

func converges(t *rapid.T, register func(*engine.Engine), bind func(*enginetest.Target)) {
	seed := rapid.Uint64().Draw(t, "seed")
	c := &chaos{rand: rand.New(rand.NewPCG(seed, 1)), out: rand.New(rand.NewPCG(seed, 2))}
	store, out, target := enginetest.NewStore(), enginetest.NewStore(), toyTarget()
	store.Rand = rand.New(rand.NewPCG(seed, 3))
	bind(target)
	target.Fail, out.Refuse = c.fail, c.refuse
	c.on.Store(true)

	w := newWorld(t, store, out, target, register).start()
	for range rapid.IntRange(1, 12).Draw(t, "rounds") {
		var writes []db.Write
		for range rapid.IntRange(1, 8).Draw(t, "writes") {
			writes = append(writes, anyWrite(t))
		}
		if err := store.Write(w.ctx, writes); err != nil {
			t.Fatal(err)
		}
		switch rapid.IntRange(0, 7).Draw(t, "event") {
		case 0:
			w.end(t)
			w = newWorld(t, store, out, target, register).start()
		case 1:
			store.Relist()
		case 2:
			out.Lose()
		case 3:
			w.settle()
			flap := portKey{rapid.SampledFrom(toyPorts).Draw(t, "flap")}
			target.Vanish(w.ctx, flap)
			w.settle()
			w.write(anyWrite(t), anyWrite(t))
			target.Appear(w.ctx, flap, portAttrs...)
		case 4, 5:
			w.settle()
		}
	}
	c.on.Store(false)
	if rapid.Bool().Draw(t, "complete") {
		w.write(everything()...)
	}
	w.settle()
	w.heal(t)
	w.forget()
	got, rows, status := target.Text(), out.Text(), w.statuses()
	w.end(t)

	clean, cleanOut, cleanStore := toyTarget(), enginetest.NewStore(), store.Copy()
	w = newWorld(t, cleanStore, cleanOut, clean).start()
	w.settle()
	// What waits for a new reference keeps the old one, and that depends on the past.
	if cleanStatus := w.statuses(); !strings.Contains(cleanStatus, "BLOCKED") {
		expect(t, "objects", got, clean.Text())
		expect(t, "rows", rows, cleanOut.Text())
		expect(t, "status", withoutWaits(status), withoutWaits(cleanStatus))
	}
	w.end(t)

	target.Log()
	out.Writes()
	w = newWorld(t, store, out, target, register).start()
	w.settle()
	if ops := target.Log(); len(ops) > 0 {
		t.Fatalf("operations of a restart:\n%s\nbefore, status:\n%s\nobjects:\n%s\nrows:\n%s", strings.Join(ops, "\n"), status, got, store.Text())
	}
	expect(t, "writes of a restart", strings.Join(out.Writes(), "\n"), "")
	expect(t, "status after a restart", withoutWaits(w.statuses()), withoutWaits(status))
	w.end(t)
}

// withoutWaits leaves out what routes wait for: of several things that are missing the dense store tells those that were so when it last looked.
func withoutWaits(status string) string {
	lines := strings.Split(status, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "BLOCKED ROUTE") {
			lines[i], _, _ = strings.Cut(l, " waits")
		}
	}
	return strings.Join(lines, "\n")
}

// heal has everything tried again that chaos refused: rows are written once more, and room is made in every kind.
func (w *world) heal(t *rapid.T) {
	for range 100 {
		w.store.Rewrite()
		w.settle()
		if !strings.Contains(w.statuses(), "chaos") {
			return
		}
	}
	t.Fatalf("not healed:\n%s", w.statuses())
}

// forget deletes malformed rows: what is in force in their place depends on the past.
func (w *world) forget() {
	for again := true; again; {
		var deletions []db.Write
		w.Metrics() // the engine's goroutine has answered, so what it told before is visible
		for _, s := range w.status {
			for _, schema := range allSources {
				if s.State == engine.Quarantined && schema.Name == s.Table {
					deletions = append(deletions, db.Write{Table: schema, Key: s.Key, Delete: true})
				}
			}
		}
		if again = len(deletions) > 0; again {
			w.write(deletions...)
		}
	}
}
