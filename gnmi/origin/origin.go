// Package origin is the seam between the gNMI server and what it serves: an Origin turns gNMI paths into rows of SONiC's databases and rows into
// leaves. The server owns transactions, subscriptions, encodings and the wire; an origin owns what a path means. Origins are pure but for the View
// that they read through: no clocks, no goroutines, no state that outlives a call.
package origin

import (
	"context"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Leaf is one value at one path. The path is absolute, without origin and target, and has no wildcard. The value is a scalar or a leaf-list.
type Leaf struct {
	Path  *gpb.Path
	Value *gpb.TypedValue
}

// View reads rows of all databases. A db.Keyspace is one (Redis, and db/mem in tests); the server hands a View that remembers what it has read to a
// call or a round of renderings, so reading a row twice costs once. Tables that the schema does not know are read with a db.Schema of one's own.
type View interface {
	// Read lists the rows of a table, unordered.
	Read(ctx context.Context, t *db.Schema) ([]db.Change, error)
	// Get reads single rows; a missing one comes back Gone. One result a key, in order.
	Get(ctx context.Context, t *db.Schema, keys []string) ([]db.Change, error)
	// Raw reaches keys that are no rows of tables. An origin only reads through it.
	Raw(id db.ID) db.Raw
}

// Query is what is to be read.
type Query struct {
	Path *gpb.Path               // absolute, without origin and target; may have wildcards: * for an element, a key's value, ... for any depth
	Type gpb.GetRequest_DataType // ALL, CONFIG (config true), STATE (config false), OPERATIONAL (config false that no config leaf mirrors)
}

// Config is the candidate of a Set: CONFIG_DB as it would be. Keys are without table name and separator.
type Config interface {
	// Keys are the keys of a table's rows, naturally ordered.
	Keys(table string) []string
	// Tables are the names of the tables that have rows, sorted.
	Tables() []string
	// Row is a row, nil if there is none. The caller does not change it.
	Row(table, key string) []db.Field
	// Put makes fields the whole row; without fields the row goes. The cause, if it is known, is what errors about the row are blamed on.
	Put(cause *Operation, table, key string, fields []db.Field)
}

// Action is what a Set does at a path.
type Action uint8

// The actions, in the order in which a Set applies them. A union_replace reaches an origin as Update on an empty candidate: the server joins what the
// origins make of it.
const (
	Delete  Action = iota // what is at the path and below goes; nothing there is fine
	Replace               // what is at the path and below becomes the value; what the value does not mention goes, or returns to its default
	Update                // what the value mentions is set; the rest stays
)

// Operation is one step of a Set.
type Operation struct {
	Action Action
	Path   *gpb.Path       // absolute (prefix joined), without origin and target; * only in a Delete, if the origin takes it there
	Value  *gpb.TypedValue // nil for Delete. Any encoding that gNMI has for it: json_val, json_ietf_val, scalars, leaf-lists
}

// Origin is one way to name what the switch holds. Methods may be called by several goroutines.
type Origin interface {
	// Names are the spellings of the origin, the preferred one first: openconfig.
	Names() []string
	// Models are what Capabilities tells of it.
	Models() []*gpb.ModelData
	// Edit applies the operations in order to the candidate. The candidate is checked as a whole afterwards, by the same rules as at every other
	// door; Edit refuses what is no path, no value of the path's type, or not supported. Errors are *Error, joined if there are several (errors.Join):
	// the candidate is thrown away then.
	Edit(c Config, ops []Operation) error
	// Read yields the leaves at and below the query's path, grouped by list entry; yield returns false to end. A path of the schema with nothing there
	// yields nothing; a path that is not of the schema is an *Error.
	Read(ctx context.Context, v View, q Query, yield func(Leaf) bool) error
	// JSON renders leaves (of one Read with this path, perhaps fewer of them: the server cuts at the depth that was asked for) as one value at path: a
	// tree in RFC 7951 form, or the bare value if the path is a leaf. Without ietf the names have no module prefix where gNMI's JSON has none.
	JSON(path *gpb.Path, leaves []Leaf, ietf bool) ([]byte, error)
	// Watch tells what has to be followed for a query in a subscription. A path that is not of the schema is an *Error.
	Watch(q Query) (Watch, error)
}

// Atomic is an Origin whose models have nodes that are told as a whole (oc-ext:telemetry-atomic).
type Atomic interface {
	// Whole is how many elements of a leaf's path name the outermost such node; 0: the leaf stands for itself.
	Whole(leaf *gpb.Path) int
}

// WholeOf is how many elements of a leaf's path name the node of an origin that is told as a whole to a subscription of depth elements; 0: there is none at or
// below what was subscribed to.
func WholeOf(o Origin, leaf *gpb.Path, depth int) int {
	a, ok := o.(Atomic)
	if !ok {
		return 0
	}
	if n := a.Whole(leaf); n >= depth {
		return n
	}
	return 0
}

// Handing is an Origin with rows besides the configuration's: they are handed to a daemon as they are.
type Handing interface {
	// Hand makes rows of operations that are all such; none if they are configuration.
	Hand(ops []Operation) ([]Handed, error)
}

// Handed is a row to be handed over.
type Handed struct {
	Write db.Write
	Cause *Operation
}

// Watch is what a subscription of one query follows. It is immutable.
type Watch interface {
	// Sources are the tables of which a change may change the answer. The server keeps one feed a table, however many follow it.
	Sources() []Source
	// Affected are the paths, at or below the query's, whose leaves may differ after the change of a row; the server reads those and tells what differs. As narrow
	// as can be told without reading: a leaf, a container, a list entry; they may have wildcards. None if the row does not matter. It is called for
	// every change of the sources, so it is cheap; a row that is Gone has no fields.
	Affected(c db.Change) []*gpb.Path
	// Sampled is true if the target prefers to tell it at intervals (counters): TARGET_DEFINED samples it then.
	Sampled() bool
}

// Source is a table to follow. Key is the one row that matters; empty: all.
type Source struct {
	Table *db.Schema
	Key   string
}

// Style is how answers look where an origin is used to something else than the specification's leaves.
type Style struct {
	// Trees: subscriptions in JSON get the tree at the path that was subscribed to, and after a change the tree of the rows that changed, instead of leaf by leaf.
	Trees bool
	// Classic: answers are json_ietf_val whatever encoding was asked for, a bare leaf is string_val, and a row that went comes as an empty object too, as
	// SONiC's telemetry has them.
	Classic bool
}

// Styled is an Origin with a style.
type Styled interface{ Style() Style }

// StyleOf is an origin's style.
func StyleOf(o Origin) Style {
	if s, ok := o.(Styled); ok {
		return s.Style()
	}
	return Style{}
}
