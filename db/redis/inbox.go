package redis

import (
	"context"
	"errors"
	"fmt"
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
	waiter  *wire.Conn // nil: to be made again
	asked   bool       // the waiter's question is not answered yet
	worker  *wire.Conn
	epoch   string // of the data that the worker last saw
	// known is how many commands the worker's server surely holds: what it saw there, less what it took.
	known   int
	drained bool // the last Take left the queue empty
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
	b.waiter, b.asked = nil, false
}

func (b *inbox) dropWorker() {
	if b.worker != nil {
		_ = b.worker.Close()
	}
	b.worker, b.known = nil, 0
}

// Wait implements db.Inbox. The server answers when the list has an item, by moving it from the list's end to the list's end.
func (b *inbox) Wait(ctx context.Context) error {
	for {
		if b.closed {
			return errClosed
		}
		err := b.wait(ctx)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		b.dropWaiter()
		if err := wait(ctx, minPause); err != nil {
			return err
		}
	}
}

func (b *inbox) wait(ctx context.Context) error {
	if b.waiter == nil {
		conn, _, err := b.c.redial(ctx)
		if err != nil {
			return err
		}
		b.waiter = conn
	}
	if !b.asked {
		b.waiter.Select(b.id)
		if err := one(b.waiter, "BLMOVE", b.queue, b.queue, "RIGHT", "RIGHT", "0"); err != nil {
			return err
		}
		b.asked = true
	}
	if err := b.waiter.Wait(ctx); err != nil {
		return err
	}
	release := b.waiter.Bind(ctx)
	err := b.waiter.Skip(1)
	release()
	b.asked = false
	return err
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

// Peek implements db.Inbox.
func (b *inbox) Peek(ctx context.Context, skip, max int) (commands []db.Command, err error) {
	if max <= 0 {
		return nil, nil
	}
	err = b.work(ctx, func(conn *wire.Conn) error {
		err := one(conn, "LRANGE", b.queue, strconv.Itoa(-3*(skip+max)), strconv.Itoa(-3*skip-1))
		if err != nil {
			return err
		}
		if commands, err = readCommands(conn, true); len(commands) > 0 {
			b.known = skip + len(commands)
		}
		return err
	})
	return commands, err
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

// Take implements db.Inbox. A queue that was left empty is waited for at once. What was on its way when the connection broke is lost.
func (b *inbox) Take(ctx context.Context, max int) (commands []db.Command, err error) {
	for {
		if b.drained {
			if err := b.Wait(ctx); err != nil {
				return nil, err
			}
		}
		err = b.work(ctx, func(conn *wire.Conn) (err error) {
			conn.Cmd("RPOP", b.queue, strconv.Itoa(3*max))
			conn.Cmd("LLEN", b.queue)
			if err := conn.Flush(); err != nil {
				return err
			}
			if commands, err = readCommands(conn, false); err != nil {
				return errors.Join(err, conn.Skip(1))
			}
			left, err := conn.Int()
			b.known, b.drained = int(left)/3, left == 0
			return err
		})
		if err != nil || len(commands) > 0 {
			return commands, err
		}
	}
}

// Commit implements db.Inbox.
func (b *inbox) Commit(ctx context.Context, c db.Commit) error {
	b.commits++
	name := b.token + "." + strconv.FormatUint(b.commits, 10)
	before, tried := b.epoch, false
	return b.work(ctx, func(conn *wire.Conn) error {
		if before != "" && b.epoch != before && c.Taken > 0 {
			return db.ErrTakenAway
		}
		before = b.epoch
		if tried {
			if done, err := b.committed(conn, name); done || err != nil {
				return err
			}
		}
		if b.known < c.Taken {
			if err := b.count(conn); err != nil {
				return err
			}
			if b.known < c.Taken {
				return db.ErrTakenAway
			}
		}
		tried = true
		return b.commit(conn, name, &c)
	})
}

// committed asks whether a commit whose reply was lost has happened.
func (b *inbox) committed(conn *wire.Conn, name string) (bool, error) {
	if err := one(conn, "HGET", commitKey, b.table); err != nil {
		return false, err
	}
	last, _, err := conn.Bytes()
	return string(last) == name, err
}

func (b *inbox) count(conn *wire.Conn) error {
	if err := one(conn, "LLEN", b.queue); err != nil {
		return err
	}
	n, err := conn.Int()
	b.known = int(n) / 3
	return err
}

func (b *inbox) commit(conn *wire.Conn, name string, c *db.Commit) error {
	p := &pipe{Conn: conn}
	p.Cmd("MULTI")
	p.Cmd("HSET", commitKey, b.table, name)
	p.replies = 3
	if err := p.raw(c.Writes); err != nil {
		return err
	}
	if c.Taken > 0 {
		p.Cmd("LTRIM", b.queue, "0", strconv.Itoa(-3*c.Taken-1)) // RPOP would send the commands once more
		p.replies++
	}
	if len(c.Answers) > 0 {
		p.push(db.Queue(b.answers), c.Answers)
		p.Cmd("PUBLISH", db.Channel(b.id, b.answers), "G")
		p.replies += 2
	}
	if err := p.publish(c.Publish); err != nil {
		return err
	}
	p.Cmd("EXEC")
	if err := p.finish(); err != nil {
		var refused wire.Error
		if errors.As(err, &refused) {
			return fmt.Errorf("commit to %s: %w", b.id, err)
		}
		return err
	}
	b.known -= c.Taken
	return nil
}

// push appends commands to a queue.
func (p *pipe) push(queue string, commands []db.Command) {
	p.Begin(2 + 3*len(commands))
	p.Arg("LPUSH")
	p.Arg(queue)
	for i := range commands {
		key, value, op := db.FormatCommand(&commands[i])
		p.Arg(key)
		p.ArgBytes(value)
		p.Arg(op)
	}
}
