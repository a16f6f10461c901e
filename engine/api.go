package engine

import (
	"context"
)

// Kind describes a type of object. Kinds are package-level values (generated for SAI, by hand for the kernel); an Engine binds each to a Target.
type Kind struct {
	Name string // unique, for example SAI_OBJECT_TYPE_VLAN
	Rank int    // creations go from the lowest rank up, removals from the highest down
	// Depth breaks ties within a rank for hierarchical objects (a scheduler group below another); nil means 0.
	Depth func(Key) int
	// Attr gives the facts of an attribute.
	Attr func(id uint16) AttrInfo
	// Parse reverses Key.String.
	Parse func(text string) (Key, error)
}

// AttrInfo holds the facts of an attribute that the engine acts on.
type AttrInfo struct {
	Name       string
	Default    any  // the value to return to when nobody contributes any more
	HasDefault bool // without one, the value read at adoption (or before the first Set) is restored
	CreateOnly bool // a change means: remove and create again
	Deferred   bool // set in a second pass after all creations, because the reference may be part of a cycle
}

// Key is an object's natural key: a comparable struct that identifies the object by what it is (VLAN 100, not an OID).
type Key interface {
	Kind() *Kind
	// Refs yields the objects that must exist before this one, and that cannot go before it.
	Refs(yield func(Key) bool)
	// String is the canonical text, reversible by Kind.Parse; it names the object in status, logs and the adoption map.
	String() string
}

// Attr is an attribute of objects of type K: an attribute of another object does not compile. Value is a plain comparable Go value, a slice
// type with an Equal method (Equaler), a Key (a reference: the object waits for it), a Choice, or a list of references with a method like Key.Refs.
type Attr[K Key] struct {
	ID    uint16
	Value any
}

// AttrValue is an attribute without its type, as targets see it. In operations no Choice is left: it has been resolved to one Key.
type AttrValue struct {
	ID    uint16
	Value any
}

// Choice is a reference to the first of its keys that exists. When a better one comes into being, the attribute changes to it.
// It serves a route whose next-hop group cannot be made yet.
type Choice []Key

// Verb is what an operation does.
type Verb uint8

// The verbs of operations.
const (
	Create Verb = iota // Attrs are all wanted attributes
	Update             // Attrs are the changed ones
	Remove             // Attrs is empty
)

// Op is one operation on one object.
type Op struct {
	Verb  Verb
	Key   Key
	Attrs []AttrValue
}

// Target makes operations real. Bulk is the only form: all ops are of kind k and of one verb, and result i is for op i (nil: done). A
// target may fail some and do others. It is called from the engine's goroutine only, or from its own (BindApart).
type Target interface {
	Apply(ctx context.Context, k *Kind, ops []Op) []error
}

// Actual is an object found in a target. An attribute that is not listed is at its default.
type Actual struct {
	Key   Key
	Attrs []AttrValue
	// Permanent objects (the switch, the default VLAN) are never created or removed, only set.
	Permanent bool
	Gone      bool // in events: the object vanished by itself, and with it whatever refers to it
}

// Adopter is a Target that can list what exists, so that a restarted daemon touches only differences. It is asked once, before the first operation.
type Adopter interface {
	Adopt(ctx context.Context, kinds []*Kind) ([]Actual, error)
}

// Observer is a Target whose objects come and go by themselves (kernel links). Events arrive on the channel until ctx ends; the engine reads it.
type Observer interface {
	Observe(ctx context.Context) <-chan []Actual
}

// Identifier is a Target that assigns identities (SAI: the VID). Identity is the text that PublishIdentity and PublishByIdentity write; ok is false if
// the object does not exist. Identified reverses it; ok is false for a text that is no identity of an object.
type Identifier interface {
	Identity(k Key) (id string, ok bool)
	Identified(id string) (k Key, ok bool)
}

// Class says what an error means to the engine.
type Class uint8

// The error classes.
const (
	// Invalid: refused for what it is. Status, no retry until the wanted object changes or its row is written once more. A refused removal counts as
	// Transient, since no row is left that somebody could correct.
	Invalid   Class = iota
	Transient       // may succeed later without a change: repeated with back-off
	Full            // no room: parked until something of the kind is freed
	Fatal           // the target is unusable: Run ends with the error, the supervisor restarts, the restart is hitless
)

// Error is a target's error with its class. Other errors count as Invalid.
type Error struct {
	Class Class
	Err   error
	Kind  *Kind // Full: the kind that must give room; nil means the object's own
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Lane orders sources: a batch of a higher lane is translated and applied before the next slice of a lower one.
type Lane uint8

// The lanes.
const (
	Bulk   Lane = iota // routes, FDB: large tables
	Normal             // configuration
	Urgent             // link, LAG and BFD state
)

// State is what a status tells of an object or row that is not as wanted. As wanted has no status.
type State uint8

// The states.
const (
	Blocked     State = iota // waits for another object
	Failed                   // refused by the target
	Quarantined              // the row is malformed, or its translation failed
	Conflict                 // two rows want different values; the first is in force
)

// Status is one object or row that is not as wanted.
type Status struct {
	Object                   string // the object's text; for a row: TABLE|key with the database's separator
	State                    State
	OK                       bool     // the object is as wanted again (or nobody wants it): the status row goes
	Waits                    []string // Blocked: the missing objects' texts
	Reason                   string   // Failed, Quarantined, Conflict
	Table, Key, Field, Value string   // Quarantined: what is wrong, where
	Owners                   []string // the rows that want the object
}

// Config is what an Engine is built with.
type Config struct {
	Name string // the daemon, for status, logs and Republished
	// Status is called from the engine's goroutine with every change; it must not block for long.
	Status func([]Status)
	// Marked is called from the engine's goroutine with marks (db.Batch.Marks) that all feeds have delivered, when all that rows before them asked for has been
	// carried out as far as it can: what is left has a status, or is of dense tables, or tried again later. ops counts operations since the
	// start, so that who asks twice sees whether anything happened in between. It must not block. nil: nobody asks.
	Marked func(marks []string, ops uint64)
	// MaxOps and MaxTime bound one Apply slice (defaults 1000 operations) and one round of work before higher lanes are looked at (default 2 ms).
	MaxOps  int
	MaxTime int64 // nanoseconds
	Clock   Clock // nil: the machine's
}
