package db

import (
	"context"
	"slices"
)

// Field is one field of a row as Redis holds it.
type Field struct{ Name, Value string }

// Change is the newest state of one key. Fields holds the whole row (not only what changed); it is empty when Gone.
// Fields and their strings may alias the buffer they were read from: keep a copy (strings.Clone) of what outlives the batch.
type Change struct {
	Table  *Schema
	Key    string // without table name and separator
	Fields []Field
	Gone   bool
}

// Batch is what a Feed delivers at once. A listing (the first one, and one after every reconnect) starts with a batch
// that has Listing set and ends with one that has Listed set (they may be the same batch): a key that was known before and is not in the
// listing is gone. Batches outside a listing carry changes only.
type Batch struct {
	Changes []Change
	Listing bool // this batch starts a full listing of all tables of the feed
	Listed  bool // this batch completes the listing
	// Marks are the ops of notifications on MarkChannel that came since the last ones, in a feed that was opened with the schema Marks: all that
	// was written before them has been delivered, with this batch or earlier. A feed whose server goes meanwhile may lose marks.
	Marks []string
}

// MarkChannel is where Publish has feeds deliver a mark (Batch.Marks). Ours, not SONiC's.
const MarkChannel = "HYPERSONIC_MARK"

// Marks stands for marks among the tables of Watch: a feed without it is not woken by them.
var Marks = &Schema{Name: MarkChannel}

// Feed delivers the content of tables and then their changes, coalesced by key: a key that changed twice between two calls comes once.
// Order between keys is not kept (SONiC's state tables do not keep it either).
type Feed interface {
	// Next blocks until there is something, and returns at most max changes (max <= 0: the implementation's own bound).
	// A lost connection is not an error: Next waits for the server and starts a new listing. Next ends with the context's error.
	Next(ctx context.Context, max int) (Batch, error)
	Close() error
}

// Write is one row operation. Exactly one of Set (Fields), Remove or Delete applies; Set and Remove may go together.
type Write struct {
	Table  *Schema
	Key    string
	Fields []Field  // fields to set; others of the row stay
	Remove []string // fields to remove, without touching others
	Delete bool     // delete the whole row; with Fields: replace the row by Fields
}

// Store reads and writes tables. Each table goes by its own transport (Schema.Transport). All methods are safe for concurrent use.
type Store interface {
	// Write applies all writes in one pipeline, with one publish for each table. Rows are independent: an error means that the
	// server could not be reached or refused, and the caller repeats the whole batch (writes are idempotent).
	Write(ctx context.Context, w []Write) error
	// Watch opens a feed of the tables. A state table (StateTable transport) is consumed by it: one feed a table at a time.
	Watch(ctx context.Context, tables ...*Schema) (Feed, error)
	// Read lists the rows of a table, unordered, without side effects. What a state table's consumer has not taken yet counts: a publisher finds
	// what it has written.
	Read(ctx context.Context, t *Schema) ([]Change, error)
	// Get reads single rows of a table; a missing row comes back Gone. One result per key, in order.
	Get(ctx context.Context, t *Schema, keys []string) ([]Change, error)
	// Lost counts how often the server came back without its data (restarted empty). A publisher that sees the count grow writes all its
	// rows again. The channel is closed at the next loss.
	Lost() (count int, next <-chan struct{})
	// Publish sends a notification: the JSON array [op, data, field, value, ...] on a channel of SONiC's (sonic-contract 2.8).
	Publish(ctx context.Context, n ...Notification) error
	// Subscribe opens the notifications of channels; what is sent while nobody listens is lost.
	Subscribe(ctx context.Context, channels ...string) (Notifications, error)
}

// Notification is a message of SONiC's NotificationProducer.
type Notification struct {
	Channel  string
	Op, Data string
	Fields   []Field
}

// Notifications is an open subscription. Next blocks for at least one message.
type Notifications interface {
	Next(ctx context.Context) ([]Notification, error)
	Close() error
}

// Command is one element of the queue of a table of commands (sonic-contract 2.7).
type Command struct {
	Key    string
	Op     string // without its prefix: create, bulkset, getresponse ... (ops remove and DEL travel with prefix D, all others with S)
	Fields []Field
	// Value is the JSON array of Fields (AppendArray). A sender that has it already gives it, and Fields is not looked at then.
	Value []byte
}

// RawWrite changes one hash by its full key.
type RawWrite struct {
	Key    string
	Fields []Field
	Remove []string
	Delete bool // the whole hash first
}

// RawRow is one hash as a reader found it; without fields it was not there.
type RawRow struct {
	Key    string
	Fields []Field
}

// SameFields tells whether two hashes have the same fields with the same values, in any order.
func SameFields(a, b []Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] == b[i] {
			continue // mostly the order is the same too
		}
		if !slices.Contains(b, a[i]) {
			return false
		}
	}
	return true
}

// Raw reaches the keys of a database that are no rows of tables: ASIC_STATE objects, VIDTORID, VIDCOUNTER, CONFIG_DB_INITIALIZED.
// Keys are full keys. All methods are safe for concurrent use.
type Raw interface {
	// Write applies all writes in order, in one transaction: others see all of them or none.
	Write(ctx context.Context, w []RawWrite) error
	// WriteIf is Write if the hashes of was are still as they were read. Otherwise nothing is written, and changed names those that are not. (If the
	// connection breaks in the middle, what was written already may come back as changed.)
	WriteIf(ctx context.Context, was []RawRow, w []RawWrite) (changed []string, err error)
	// Hashes reads whole hashes: one result per key, in order, nil for a missing one.
	Hashes(ctx context.Context, keys []string) ([][]Field, error)
	// Get reads a string key; ok is false if there is none.
	Get(ctx context.Context, key string) (value string, ok bool, err error)
	Set(ctx context.Context, key, value string) error
	// Delete removes keys of any type.
	Delete(ctx context.Context, keys []string) error
	// Add adds n to a counter and returns the sum; a missing key counts as 0. A block of n numbers is allocated that way.
	Add(ctx context.Context, key string, n int64) (int64, error)
	// Keys calls f with the keys that match a Redis pattern, in batches, unordered; a key that changes meanwhile may come twice.
	Keys(ctx context.Context, pattern string, f func(keys []string) error) error
}

// Keyspace is a Store with the rest that daemons and tests need. Implementations: redis.Client and mem.Client.
type Keyspace interface {
	Store
	Server
	Raw(id ID) Raw
	// Republished tells the readers that wait for it (redis.Options.WaitFor) that a publisher has written all its rows since the data was lost.
	Republished(ctx context.Context, publisher string) error
	Close() error
}
