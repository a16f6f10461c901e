package redis

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// chunk is how many rows go into one transaction: a millisecond in which the server serves nobody else.
const chunk = 512

// flushAt is how many bytes are gathered before they are sent.
const flushAt = 64 << 10

// pipe is a pipeline being filled: replies are counted and read at the end, while the server works on what was sent.
type pipe struct {
	*wire.Conn
	replies int
}

// sent counts n more replies and sends what was gathered if it is much.
func (p *pipe) sent(n int) error {
	p.replies += n
	if p.Buffered() < flushAt {
		return nil
	}
	return p.Flush()
}

// finish sends the rest and reads the replies that were counted. The error is the first that the server replied with.
func (p *pipe) finish() error {
	if err := p.Flush(); err != nil {
		return err
	}
	n := p.replies
	p.replies = 0
	return p.Skip(n)
}

// Write implements db.Store.
func (c *Client) Write(ctx context.Context, writes []db.Write) error {
	tables := tablesOf(writes)
	for len(tables) > 0 {
		id := tables[0].Database
		err := c.do(ctx, id, func(conn *wire.Conn) error {
			p := &pipe{Conn: conn}
			for _, t := range tables {
				if t.Database != id {
					continue
				}
				if err := p.table(ctx, t, writes); err != nil {
					return err
				}
			}
			return p.finish()
		})
		if err != nil {
			return fmt.Errorf("write %s: %w", id, err)
		}
		rest := tables[:0]
		for _, t := range tables {
			if t.Database != id {
				rest = append(rest, t)
			}
		}
		tables = rest
	}
	return nil
}

// tablesOf are the tables of writes, in order of their first row. There are few.
func tablesOf(writes []db.Write) []*db.Schema {
	var tables []*db.Schema
	var last *db.Schema
next:
	for i := range writes {
		t := writes[i].Table
		if t == last {
			continue
		}
		last = t
		for _, known := range tables {
			if same(known, t) {
				continue next
			}
		}
		tables = append(tables, t)
	}
	return tables
}

// same reports whether two schemas are of one table: several owners of a table's rows have their own.
func same(a, b *db.Schema) bool {
	return a == b || a.Database == b.Database && a.Name == b.Name
}

// table appends those of writes that belong to t, in chunks. If they are many, the table's consumer sets the pace.
func (p *pipe) table(ctx context.Context, t *db.Schema, writes []db.Write) error {
	rows := make([]*db.Write, 0, min(chunk, len(writes)))
	var x throng
	since := 0 // the last look at the consumer
	for i := range writes {
		if !same(writes[i].Table, t) {
			continue
		}
		if rows = append(rows, &writes[i]); len(rows) < chunk {
			continue
		}
		if err := p.rows(t, rows); err != nil {
			return err
		}
		if since += len(rows); since >= portion && t.Transport == db.StateTable {
			if err := p.finishUncrowded(ctx, t, &x); err != nil {
				return err
			}
			since = 0
		}
		rows = rows[:0]
	}
	return p.rows(t, rows)
}

func (p *pipe) rows(t *db.Schema, rows []*db.Write) error {
	switch {
	case len(rows) == 0:
		return nil
	case t.Transport == db.StateTable:
		return p.produce(t, rows)
	case t.Transport == db.Map:
		return p.mapped(t, rows)
	}
	return p.plain(t, rows)
}

// plain is Table.set of SONiC: one HSET a row.
func (p *pipe) plain(t *db.Schema, rows []*db.Write) error {
	prefix := t.Name + t.Database.Separator()
	for len(rows) > 0 {
		n, replies := 0, 1
		for n < len(rows) && deletes(rows[n]) {
			n++
		}
		if n > 0 {
			p.Begin(1 + n)
			p.Arg("DEL")
			for _, w := range rows[:n] {
				p.Arg2(prefix, w.Key)
			}
		} else {
			n, replies = 1, p.plainRow(prefix, rows[0])
		}
		rows = rows[n:]
		if err := p.sent(replies); err != nil {
			return err
		}
	}
	return nil
}

// deletes reports whether the write leaves nothing of the row.
func deletes(w *db.Write) bool { return w.Delete && len(w.Fields) == 0 }

// plainRow appends a write that leaves something of the row; it returns how many replies there will be.
func (p *pipe) plainRow(prefix string, w *db.Write) (replies int) {
	if w.Delete {
		p.Begin(4 + 2*len(w.Fields))
		p.Arg("EVAL")
		p.Arg(replaceScript)
		p.Arg("1")
		p.Arg2(prefix, w.Key)
		p.ArgFields(w.Fields)
		return 1
	}
	both := len(w.Fields) > 0 && len(w.Remove) > 0
	if both {
		p.Cmd("MULTI")
		replies += 2
	}
	if len(w.Fields) > 0 {
		p.Begin(2 + 2*len(w.Fields))
		p.Arg("HSET")
		p.Arg2(prefix, w.Key)
		p.ArgFields(w.Fields)
		replies++
	}
	if len(w.Remove) > 0 {
		p.Begin(2 + len(w.Remove))
		p.Arg("HDEL")
		p.Arg2(prefix, w.Key)
		for _, name := range w.Remove {
			p.Arg(name)
		}
		replies++
	}
	if both {
		p.Cmd("EXEC")
	}
	return replies
}

// mapped writes fields of the one hash of a Map table.
func (p *pipe) mapped(t *db.Schema, rows []*db.Write) error {
	for len(rows) > 0 {
		n := 1
		gone := len(rows[0].Fields) == 0
		for n < len(rows) && (len(rows[n].Fields) == 0) == gone {
			n++
		}
		if gone {
			p.Begin(2 + n)
			p.Arg("HDEL")
		} else {
			p.Begin(2 + 2*n)
			p.Arg("HSET")
		}
		p.Arg(t.Name)
		for _, w := range rows[:n] {
			p.Arg(w.Key)
			if !gone {
				p.Arg(w.Fields[0].Value)
			}
		}
		rows = rows[n:]
		if err := p.sent(1); err != nil {
			return err
		}
	}
	return nil
}
