package enginetest

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Target is a target in memory. It checks what a real one would: an object is created once, after what it refers to, and removed after what
// refers to it. What it is told wrongly is a violation. It is an Adopter, an Observer and an Identifier as well.
type Target struct {
	// Fail may refuse an operation; nil lets everything pass. It is called before the checks.
	Fail func(k *engine.Kind, op engine.Op) error
	// Room bounds the objects of a kind; beyond it creations are refused as Full.
	Room map[*engine.Kind]int
	// StableIDs makes identities depend on keys only, not on the order of creation.
	StableIDs bool
	// Pipelined is for tests to remember that they bind a Pipeline.
	Pipelined bool
	// Apart is for tests to remember that they bind the target with a goroutine of its own.
	Apart bool

	mu         sync.Mutex // tests look while the engine works
	objects    map[engine.Key]*object
	log        []string
	violations []string
	events     chan []engine.Actual
	ids        int
	ops        int
}

type object struct {
	id        string
	attrs     map[uint16]any
	permanent bool
	external  bool
	users     map[engine.Key]int
	refs      map[engine.Key]bool
}

// NewTarget is an empty target.
func NewTarget() *Target {
	return &Target{objects: map[engine.Key]*object{}, events: make(chan []engine.Actual)}
}

// Put places an object in the target, as if it had been there before: permanent ones are never created or removed.
func (t *Target) Put(k engine.Key, permanent bool, attrs ...engine.AttrValue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(k, attrs).permanent = permanent
}

func (t *Target) put(k engine.Key, attrs []engine.AttrValue) *object {
	t.ids++
	o := &object{id: fmt.Sprintf("oid:%d", t.ids), attrs: map[uint16]any{}, users: map[engine.Key]int{}, refs: map[engine.Key]bool{}}
	for _, a := range attrs {
		o.attrs[a.ID] = a.Value
	}
	t.objects[k] = o
	t.relink(k, o)
	return o
}

// relink makes o's references what its key and attributes say.
func (t *Target) relink(k engine.Key, o *object) {
	for to := range o.refs {
		if x := t.objects[to]; x != nil {
			delete(x.users, k)
		}
	}
	clear(o.refs)
	for _, to := range refs(k, o.attrs) {
		o.refs[to] = true
		if x := t.objects[to]; x != nil {
			x.users[k] = 1
		}
	}
}

func refs(k engine.Key, attrs map[uint16]any) (out []engine.Key) {
	add := func(to engine.Key) bool {
		out = append(out, to)
		return true
	}
	k.Refs(add)
	for _, v := range attrs {
		if to, ok := v.(engine.Key); ok {
			out = append(out, to)
		} else if list, ok := v.(interface{ Refs(func(engine.Key) bool) }); ok {
			list.Refs(add)
		}
	}
	return out
}

// Apply implements engine.Target.
func (t *Target) Apply(_ context.Context, k *engine.Kind, ops []engine.Op) []error {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]error, len(ops))
	for i, op := range ops {
		t.ops++
		if op.Verb != ops[0].Verb || op.Key.Kind() != k {
			t.violate("mixed operations: %s", opText(op))
		}
		if t.Fail != nil {
			if out[i] = t.Fail(k, op); out[i] != nil {
				t.log = append(t.log, "refused "+opText(op)+": "+out[i].Error())
				continue
			}
		}
		if out[i] = t.do(k, op); out[i] == nil {
			t.log = append(t.log, opText(op))
		} else {
			t.log = append(t.log, "refused "+opText(op)+": "+out[i].Error())
		}
	}
	return out
}

func (t *Target) do(k *engine.Kind, op engine.Op) error {
	o := t.objects[op.Key]
	switch op.Verb {
	case engine.Create:
		if room, bounded := t.Room[k]; bounded && t.count(k) >= room {
			return &engine.Error{Class: engine.Full, Err: fmt.Errorf("no room for more than %d", room)}
		}
		if o != nil {
			return t.violate("created twice: %s", opText(op))
		}
		attrs := map[uint16]any{}
		for _, a := range op.Attrs {
			attrs[a.ID] = a.Value
		}
		if err := t.checkRefs(op, attrs); err != nil {
			return err
		}
		t.put(op.Key, op.Attrs)
		return nil
	case engine.Update:
		if o == nil || len(op.Attrs) == 0 {
			return t.violate("update of nothing: %s", opText(op))
		}
		for _, a := range op.Attrs {
			if k.Attr != nil && k.Attr(a.ID).CreateOnly {
				return t.violate("update of a create-only attribute: %s", opText(op))
			}
			o.attrs[a.ID] = a.Value
			if a.Value == nil {
				delete(o.attrs, a.ID)
			}
		}
		t.relink(op.Key, o)
		return t.checkRefs(op, o.attrs)
	}
	switch {
	case o == nil:
		return t.violate("removal of nothing: %s", opText(op))
	case o.permanent || o.external:
		return t.violate("removal of what is not ours: %s", opText(op))
	case len(o.users) > 0:
		return t.violate("removal of what is in use: %s, used by %v", opText(op), users(o))
	case len(op.Attrs) > 0:
		t.violate("a removal with attributes: %s", opText(op))
	}
	t.unlink(op.Key, o)
	return nil
}

func users(o *object) (out []string) {
	for k := range o.users {
		out = append(out, k.String())
	}
	slices.Sort(out)
	return out
}

func (t *Target) unlink(k engine.Key, o *object) {
	o.attrs = nil
	for to := range o.refs {
		if x := t.objects[to]; x != nil {
			delete(x.users, k)
		}
	}
	delete(t.objects, k)
}

func (t *Target) checkRefs(op engine.Op, attrs map[uint16]any) error {
	for _, to := range refs(op.Key, attrs) {
		if to.Kind().Name != "ROW" && t.objects[to] == nil {
			return t.violate("%s refers to %s, which does not exist", opText(op), to)
		}
	}
	return nil
}

func (t *Target) violate(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	t.violations = append(t.violations, text)
	return &engine.Error{Class: engine.Invalid, Err: fmt.Errorf("violation: %s", text)}
}

func (t *Target) count(k *engine.Kind) (n int) {
	for key := range t.objects {
		if key.Kind() == k {
			n++
		}
	}
	return n
}

// Adopt implements engine.Adopter.
func (t *Target) Adopt(_ context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []engine.Actual
	for k, o := range t.objects {
		if slices.Contains(kinds, k.Kind()) {
			out = append(out, engine.Actual{Key: k, Attrs: o.list(), Permanent: o.permanent || o.external})
		}
	}
	return out, nil
}

func (o *object) list() (out []engine.AttrValue) {
	for id, v := range o.attrs {
		out = append(out, engine.AttrValue{ID: id, Value: v})
	}
	slices.SortFunc(out, func(a, b engine.AttrValue) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Observe implements engine.Observer.
func (t *Target) Observe(context.Context) <-chan []engine.Actual { return t.events }

// Identity implements engine.Identifier.
func (t *Target) Identity(k engine.Key) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.objects[k]; o != nil {
		if t.StableIDs {
			return "oid of " + k.String(), true
		}
		return o.id, true
	}
	return "", false
}

// Identified implements engine.Identifier.
func (t *Target) Identified(id string) (engine.Key, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, o := range t.objects {
		if o.id == id || t.StableIDs && "oid of "+k.String() == id {
			return k, true
		}
	}
	return nil, false
}

// Appear makes an object come by itself and tells the engine.
func (t *Target) Appear(ctx context.Context, k engine.Key, attrs ...engine.AttrValue) {
	t.mu.Lock()
	if t.objects[k] == nil {
		t.put(k, attrs).external = true
		t.log = append(t.log, "appeared "+k.String())
	}
	t.mu.Unlock()
	t.send(ctx, engine.Actual{Key: k, Attrs: attrs})
}

// Vanish makes an object go by itself, with all that refers to it, and tells the engine.
func (t *Target) Vanish(ctx context.Context, k engine.Key) {
	t.mu.Lock()
	t.vanish(k)
	t.log = append(t.log, "vanished "+k.String())
	t.mu.Unlock()
	t.send(ctx, engine.Actual{Key: k, Gone: true})
}

func (t *Target) vanish(k engine.Key) {
	o := t.objects[k]
	if o == nil {
		return
	}
	all := users(o)
	t.unlink(k, o)
	for _, text := range all {
		for user, u := range t.objects {
			if user.String() != text {
				continue
			}
			if !u.permanent && !u.external {
				t.vanish(user)
				break
			}
			for id, v := range u.attrs {
				if v == any(k) {
					delete(u.attrs, id)
				}
			}
			t.relink(user, u)
		}
	}
}

// send returns when the engine has the event: whoever takes the empty one after it has handed it over.
func (t *Target) send(ctx context.Context, a engine.Actual) {
	for _, list := range [][]engine.Actual{{a}, nil} {
		select {
		case t.events <- list:
		case <-ctx.Done():
		}
	}
}

// Text lists the objects with their attributes, one a line, sorted. An attribute at its default is left out: whether it was ever set does not count.
func (t *Target) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	for k, o := range t.objects {
		lines = append(lines, k.String()+attrText(k.Kind(), notDefault(k.Kind(), o.list()))+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Log lists the operations since the last call of Log, one a line, in order.
func (t *Target) Log() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.log
	t.log = nil
	return out
}

// Ops counts all operations so far.
func (t *Target) Ops() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ops
}

// Violations lists what the target was told wrongly.
func (t *Target) Violations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.violations)
}

func opText(op engine.Op) string {
	verb := [...]string{engine.Create: "create ", engine.Update: "update ", engine.Remove: "remove "}[op.Verb]
	return verb + op.Key.String() + attrText(op.Key.Kind(), op.Attrs)
}

func attrText(k *engine.Kind, attrs []engine.AttrValue) string {
	var b strings.Builder
	for _, a := range attrs {
		name := fmt.Sprint(a.ID)
		if k.Attr != nil {
			name = k.Attr(a.ID).Name
		}
		fmt.Fprintf(&b, " %s=%v", name, a.Value)
	}
	return b.String()
}

func notDefault(k *engine.Kind, attrs []engine.AttrValue) []engine.AttrValue {
	return slices.DeleteFunc(attrs, func(a engine.AttrValue) bool {
		if k.Attr == nil {
			return false
		}
		i := k.Attr(a.ID)
		return i.HasDefault && reflect.DeepEqual(i.Default, a.Value)
	})
}
