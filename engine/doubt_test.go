package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// lamp is an object with two attributes, which its target sets one after the other.
type lamp struct{ name string }

var lampKind = &engine.Kind{Name: "LAMP", Attr: func(id uint16) engine.AttrInfo {
	return engine.AttrInfo{Name: fmt.Sprint("colour ", id), Default: uint32(0), HasDefault: true}
}, Parse: func(text string) (engine.Key, error) { return lamp{text}, nil }}

func (lamp) Kind() *engine.Kind         { return lampKind }
func (lamp) Refs(func(engine.Key) bool) {}
func (l lamp) String() string           { return l.name }

// lampTarget refuses the second attribute of an update while broken is set.
type lampTarget struct {
	mu     sync.Mutex // the engine sets, the test looks
	broken engine.Class
	breaks bool
	state  map[engine.Key]map[uint16]any
}

func (t *lampTarget) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]error, len(ops))
	for i, op := range ops {
		if op.Verb == engine.Remove {
			delete(t.state, op.Key)
			continue
		}
		if op.Verb == engine.Create {
			t.state[op.Key] = map[uint16]any{}
		}
		for _, a := range op.Attrs {
			if op.Verb == engine.Update && t.breaks && a.ID == 2 {
				out[i] = &engine.Error{Class: t.broken, Err: errors.New("broken")}
				break
			}
			t.state[op.Key][a.ID] = a.Value
		}
	}
	return out
}

func (t *lampTarget) set(breaks bool, class engine.Class) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.breaks, t.broken = breaks, class
}

func (t *lampTarget) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprint(t.state[lamp{"a"}][1], " ", t.state[lamp{"a"}][2])
}

type lampRow struct {
	One uint32 `db:"one"`
	Two uint32 `db:"two"`
}

// TestPartlyUpdated has an update fail half way, and then wants what was before.
func TestPartlyUpdated(t *testing.T) {
	table := db.Define[string, lampRow](db.Config, "LAMP")
	generic := func(e *engine.Engine) {
		engine.On(e, table, func(tx *engine.Tx, k string, r lampRow) error {
			engine.Want(tx, lamp{k}, engine.Attr[lamp]{ID: 1, Value: r.One}, engine.Attr[lamp]{ID: 2, Value: r.Two})
			return nil
		})
	}
	dense := func(e *engine.Engine) {
		engine.OnDense(e, table, engine.Dense[string, lampRow, [1]byte, lampRow]{
			Kind:    lampKind,
			Object:  func(k string) ([1]byte, error) { return [1]byte{k[0]}, nil },
			Value:   func(_ string, r lampRow) (lampRow, bool, error) { return r, true, nil },
			Handles: func([1]byte, lampRow, func(engine.Handle)) {},
			Encode: func(o [1]byte, v lampRow, _ func(engine.Handle) engine.Key, attrs []engine.AttrValue) (engine.Key, []engine.AttrValue) {
				return lamp{string(o[:])}, append(attrs, engine.AttrValue{ID: 1, Value: v.One}, engine.AttrValue{ID: 2, Value: v.Two})
			},
			Decode: func(k engine.Key) ([1]byte, bool) { return [1]byte{k.String()[0]}, true },
		})
	}
	for name, register := range map[string]func(*engine.Engine){"generic": generic, "dense": dense} {
		for _, class := range []engine.Class{engine.Transient, engine.Invalid} {
			t.Run(fmt.Sprint(name, class), func(t *testing.T) { partlyUpdated(t, table, register, class) })
		}
	}
}

func partlyUpdated(t *testing.T, table db.Table[string, lampRow], register func(*engine.Engine), class engine.Class) {
	s, target := enginetest.NewStore(), &lampTarget{state: map[engine.Key]map[uint16]any{}}
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan engine.Status, 100)
	e := engine.New(engine.Config{Name: "test", Status: func(list []engine.Status) {
		for _, s := range list {
			failed <- s
		}
	}})
	e.Bind(target, lampKind)
	e.Source(s, engine.Normal, table.Schema)
	register(e)
	var g errgroup.Group
	g.Go(func() error { return e.Run(ctx) })
	write := func(r lampRow) {
		if err := s.Write(ctx, []db.Write{table.Set("a", r)}); err != nil {
			t.Fatal(err)
		}
	}
	await := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); target.text() != want; <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("got %s, want %s", target.text(), want)
			}
		}
	}
	write(lampRow{1, 1})
	await("1 1")
	target.set(true, class)
	write(lampRow{2, 2})
	await("2 1")
	for s := range failed { // the engine has heard of it
		if s.State == engine.Failed && !s.OK {
			break
		}
	}
	target.set(false, class)
	write(lampRow{1, 1})
	await("1 1")
	cancel()
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
