package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// Commit implements db.Inbox.
func (b *inbox) Commit(ctx context.Context, c db.Commit) error {
	b.commits++
	name := b.token + "." + strconv.FormatUint(b.commits, 10)
	before, tried := b.epoch, false
	var ahead []db.Command
	err := b.work(ctx, func(conn *wire.Conn) error {
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
		list, err := b.commit(conn, name, &c)
		ahead = list
		return err
	})
	if err == nil {
		gone := min(max(0, c.Taken-b.seen), len(b.ahead))
		b.seen, b.ahead = max(0, b.seen-c.Taken), append(b.ahead[gone:], ahead...)
	}
	return err
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

// commit gives the commands that follow those that were read before, if commands are peeked at: who has done with some wants more.
func (b *inbox) commit(conn *wire.Conn, name string, c *db.Commit) (ahead []db.Command, err error) {
	p := &pipe{Conn: conn}
	p.Cmd("MULTI")
	p.Cmd("HSET", commitKey, b.table, name)
	p.replies = 3
	if err := p.raw(c.Writes); err != nil {
		return nil, err
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
		return nil, err
	}
	p.Cmd("EXEC")
	skip, more := max(0, b.seen+len(b.ahead)-c.Taken), b.peeks-len(b.ahead)
	peek := c.Taken > 0 && more > 0
	if peek {
		b.peek(conn, skip, more)
	}
	if err := p.finish(); err != nil {
		if peek {
			err = errors.Join(err, p.Skip(1))
		}
		var refused wire.Error
		if errors.As(err, &refused) {
			return nil, fmt.Errorf("commit to %s: %w", b.id, err)
		}
		return nil, err
	}
	b.known -= c.Taken
	if peek {
		if ahead, err = readCommands(conn, true); len(ahead) > 0 {
			b.known = skip + len(ahead)
		}
	}
	return ahead, err
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
