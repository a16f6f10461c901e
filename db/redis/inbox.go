package redis

import (
	"context"
	"math/rand/v2"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// inbox has two connections: one waits, one works.
type inbox struct {
	c       *Client
	id      db.ID
	table   string
	queue   string
	answers string
	waiter  *wire.Conn   // nil: to be made again
	asked   question     // that the waiter has not answered yet
	stash   []db.Command // taken for a Take that was given up
	worker  *wire.Conn
	epoch   string // of the data that the worker last saw
	// known is how many commands the worker's server surely holds: what it saw there, less what it took.
	known int
	// ahead are commands that were read along with a commit: those behind the first seen ones of the queue. peeks is how many at most.
	ahead []db.Command
	seen  int
	peeks int
	// token and commits name the commits of this inbox, so that a commit whose reply was lost is not made twice.
	token   string
	commits uint64
	closed  bool
}

// commitKey is a hash in the commands' database: the last commit of each inbox's table.
const commitKey = "HYPERSONIC_COMMIT"

// Inbox implements db.Server. It does not wait for the server.
func (c *Client) Inbox(_ context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	return &inbox{c: c, id: id, table: table, queue: db.Queue(table), answers: answers, token: strconv.FormatUint(rand.Uint64(), 36)}, nil
}

// Close implements db.Inbox. It does not interrupt the other methods; the end of their context does.
func (b *inbox) Close() error {
	b.closed = true
	b.dropWaiter()
	b.dropWorker()
	return nil
}

func (b *inbox) dropWaiter() {
	if b.waiter != nil {
		_ = b.waiter.Close()
	}
	b.waiter, b.asked = nil, nothing
}

func (b *inbox) dropWorker() {
	if b.worker != nil {
		_ = b.worker.Close()
	}
	b.worker, b.known, b.ahead, b.seen = nil, 0, nil, 0
}

// work runs f on the worker until the connection survives it. f leaves no outstanding replies.
func (b *inbox) work(ctx context.Context, f func(*wire.Conn) error) error {
	for {
		if b.closed {
			return errClosed
		}
		if b.worker == nil {
			conn, epoch, err := b.c.redial(ctx)
			if err != nil {
				return err
			}
			b.worker, b.epoch, b.known = conn, epoch, 0
		}
		release := b.worker.Bind(ctx)
		b.worker.Select(b.id)
		err := f(b.worker)
		release()
		if !b.worker.Broken() {
			return err
		}
		b.dropWorker()
		if err := wait(ctx, minPause); err != nil {
			return err
		}
	}
}

// Peek implements db.Inbox. What was read along with the last commit is not read again.
func (b *inbox) Peek(ctx context.Context, skip, max int) (commands []db.Command, err error) {
	if max <= 0 {
		return nil, nil
	}
	b.peeks = max
	if skip == b.seen && len(b.ahead) > 0 {
		n := min(max, len(b.ahead))
		commands, b.ahead = b.ahead[:n:n], b.ahead[n:]
		b.seen += n
		return commands, ctx.Err()
	}
	err = b.work(ctx, func(conn *wire.Conn) error {
		b.peek(conn, skip, max)
		if err := conn.Flush(); err != nil {
			return err
		}
		if commands, err = readCommands(conn, true); len(commands) > 0 {
			b.known = skip + len(commands)
		}
		return err
	})
	b.ahead, b.seen = nil, skip+len(commands)
	return commands, err
}

// peek asks for what follows the first skip commands.
func (b *inbox) peek(conn *wire.Conn, skip, max int) {
	conn.Cmd("LRANGE", b.queue, strconv.Itoa(-3*(skip+max)), strconv.Itoa(-3*skip-1))
}

// readCommands reads a reply of items: in the order of the list, from its head, if listed, else as they were popped.
func readCommands(conn *wire.Conn, listed bool) ([]db.Command, error) {
	n, err := conn.Array()
	if err != nil || n <= 0 {
		return nil, err
	}
	commands := make([]db.Command, n/3)
	for i := range n {
		item, _, err := conn.Bytes()
		if err != nil {
			return nil, err
		}
		at := i
		if listed {
			at = n - 1 - i
		}
		if at/3 == len(commands) {
			continue // half a command: not SONiC's doing
		}
		c := &commands[at/3]
		switch at % 3 {
		case 0:
			c.Key = string(item)
		case 1:
			c.Value = append([]byte(nil), item...)
		case 2:
			c.Op = db.ParseCommand("", nil, string(item)).Op
		}
	}
	return commands, nil
}
