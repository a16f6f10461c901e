package mem

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/db"
)

// inbox is guarded by its server's mutex.
type inbox struct {
	s       *Server
	id      db.ID
	queue   string
	answers string // the table
	wake    chan struct{}
	closed  bool
}

// Inbox implements db.Server.
func (c *Client) Inbox(ctx context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	b := &inbox{s: c.s, id: id, queue: db.Queue(table), answers: answers, wake: make(chan struct{}, 1)}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.inboxes[b] = struct{}{}
	return b, ctx.Err()
}

// Close implements db.Inbox.
func (b *inbox) Close() error {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.closed = true
	delete(b.s.inboxes, b)
	notify(b.wake)
	return nil
}

// Wait implements db.Inbox.
func (b *inbox) Wait(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ready, err := b.ready(); ready || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-b.wake:
		}
	}
}

func (b *inbox) ready() (bool, error) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if b.closed {
		return false, errClosed
	}
	return len(b.s.space(b.id).lists[b.queue]) > 0, nil
}

// Peek implements db.Inbox.
func (b *inbox) Peek(ctx context.Context, skip, max int) ([]db.Command, error) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.peek(skip, max), ctx.Err()
}

func (b *inbox) peek(skip, max int) []db.Command {
	list := b.s.space(b.id).lists[b.queue]
	var commands []db.Command
	for i := 3 * skip; i+2 < len(list) && len(commands) < max; i += 3 {
		commands = append(commands, db.ParseCommand(list[i], []byte(list[i+1]), list[i+2]))
	}
	return commands
}

// Take implements db.Inbox.
func (b *inbox) Take(ctx context.Context, max int) ([]db.Command, error) {
	for {
		if err := b.Wait(ctx); err != nil {
			return nil, err
		}
		if commands := b.take(max); len(commands) > 0 {
			return commands, nil
		}
	}
}

func (b *inbox) take(max int) []db.Command {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	commands := b.peek(0, max)
	if len(commands) > 0 {
		b.s.rpop(b.id, b.queue, 3*len(commands))
	}
	return commands
}

// Commit implements db.Inbox.
func (b *inbox) Commit(ctx context.Context, c db.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	if len(b.s.space(b.id).lists[b.queue]) < 3*c.Taken {
		return db.ErrTakenAway
	}
	b.s.writeRaw(b.id, c.Writes)
	if c.Taken > 0 {
		b.s.rpop(b.id, b.queue, 3*c.Taken)
	}
	for i := range c.Answers {
		key, value, op := db.FormatCommand(&c.Answers[i])
		b.s.lpush(b.id, db.Queue(b.answers), key, string(value), op)
	}
	if len(c.Answers) > 0 {
		b.s.publish(db.Channel(b.id, b.answers), "G")
	}
	for i := range c.Publish {
		b.s.publish(c.Publish[i].Channel, string(db.AppendNotification(nil, &c.Publish[i])))
	}
	return nil
}
