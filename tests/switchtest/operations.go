package switchtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

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

func (s *script) operations(args []string) error {
	if len(args) != 1 && len(args) != 2 {
		return fmt.Errorf("usage: operations N [TYPE]")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	other := func(string) bool { return false }
	if len(args) == 2 {
		other = func(op string) bool { return !strings.Contains(op, "SAI_OBJECT_TYPE_"+args[1]+":") }
	}
	// One too many may come late, so nothing must have come for a while.
	var got []string
	same := 0
	err = s.await(func(context.Context) (bool, error) {
		now, err := s.sw.Operations()
		now = slices.DeleteFunc(slices.Clone(now), other)
		if same++; len(now) != len(got) {
			got, same = now, 0
		}
		return len(got) >= want && time.Duration(same)*poll > settleTime, err
	})
	if err == errLate || err == nil && len(got) != want {
		return fmt.Errorf("%d operations, not %d:\n%s", len(got), want, strings.Join(got[:min(len(got), 50)], "\n"))
	}
	return err
}
