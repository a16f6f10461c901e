package rehearsal

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Operation is one operation on one object, as it goes to syncd: with ids, not names.
type Operation struct {
	Verb   string // create, set, remove, flush
	Type   string // SAI_OBJECT_TYPE_VLAN
	ID     string // oid:0x..., or the JSON object of an entry
	Fields []db.Field
}

func (o Operation) String() string {
	text := o.Verb + " " + o.Type + ":" + o.ID
	for _, f := range o.Fields {
		text += " " + f.Name + "=" + f.Value
	}
	return text
}

// Tap notes what a client of syncd sends.
type Tap struct {
	db.Keyspace

	mu   sync.Mutex // the client sends, somebody else looks
	sent []Operation
}

// Inbox implements db.Server.
func (t *Tap) Inbox(ctx context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	in, err := t.Keyspace.Inbox(ctx, id, table, answers)
	if err != nil || id != db.Asic || answers != wire.Commands {
		return in, err
	}
	return &tappedInbox{in, t}, nil
}

type tappedInbox struct {
	db.Inbox
	tap *Tap
}

// Commit implements db.Inbox.
func (b *tappedInbox) Commit(ctx context.Context, c db.Commit) error {
	b.tap.mu.Lock()
	for i := range c.Answers {
		b.tap.note(&c.Answers[i])
	}
	b.tap.mu.Unlock()
	return b.Inbox.Commit(ctx, c)
}

func (t *Tap) note(c *db.Command) {
	typ, id, _ := strings.Cut(c.Key, ":")
	fields, _ := wire.DecodeFields(nil, bytes.Clone(c.Value)) // a removal has {} for none
	fields = cloned(slices.DeleteFunc(fields, func(f db.Field) bool { return f.Name == wire.Null }))
	typ, id = strings.Clone(typ), strings.Clone(id)
	switch c.Op {
	case wire.Create, wire.Remove, wire.Set, wire.Flush:
		t.sent = append(t.sent, Operation{c.Op, typ, id, fields})
	case wire.BulkCreate, wire.BulkRemove, wire.BulkSet:
		for _, f := range fields {
			attrs := slices.DeleteFunc(wire.Split(nil, f.Value), func(f db.Field) bool { return f.Name == wire.Null })
			t.sent = append(t.sent, Operation{strings.TrimPrefix(c.Op, "bulk"), typ, f.Name, attrs})
		}
	}
}

// cloned copies fields out of the buffer that they alias.
func cloned(fields []db.Field) []db.Field {
	for i, f := range fields {
		fields[i] = db.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)}
	}
	return fields
}

// Reset forgets what was sent.
func (t *Tap) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = nil
}

// Operations are those that were sent since.
func (t *Tap) Operations() []Operation {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.sent)
}
