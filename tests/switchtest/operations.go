package switchtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// tap counts what a client of syncd sends, one entry for each object.
type tap struct {
	db.Keyspace

	mu   sync.Mutex // the client sends, the test looks
	sent []string
}

// Inbox implements db.Server.
func (t *tap) Inbox(ctx context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	in, err := t.Keyspace.Inbox(ctx, id, table, answers)
	if err != nil || id != db.Asic || answers != wire.Commands {
		return in, err
	}
	return &tappedInbox{in, t}, nil
}

type tappedInbox struct {
	db.Inbox
	tap *tap
}

// Commit implements db.Inbox.
func (b *tappedInbox) Commit(ctx context.Context, c db.Commit) error {
	b.tap.mu.Lock()
	for i := range c.Answers {
		b.tap.count(&c.Answers[i])
	}
	b.tap.mu.Unlock()
	return b.Inbox.Commit(ctx, c)
}

func (t *tap) count(c *db.Command) {
	switch c.Op {
	case wire.Create, wire.Remove, wire.Set, wire.Flush:
		t.sent = append(t.sent, fmt.Sprintf("%s %s %.200s", c.Op, c.Key, c.Value))
	case wire.BulkCreate, wire.BulkRemove, wire.BulkSet:
		_, n, _ := strings.Cut(c.Key, ":")
		objects, _ := strconv.Atoi(n)
		for i := range objects {
			t.sent = append(t.sent, fmt.Sprintf("%s %s, %d of %.200s", c.Op, c.Key, i, c.Value))
		}
	}
}

func (t *tap) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = nil
}

func (t *tap) operations() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.sent...)
}
