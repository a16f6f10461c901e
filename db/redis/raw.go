package redis

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

type raw struct {
	c  *Client
	id db.ID
}

// Raw implements db.Keyspace.
func (c *Client) Raw(id db.ID) db.Raw { return raw{c, id} }

func (r raw) do(ctx context.Context, what string, f func(*wire.Conn) error) error {
	if err := r.c.do(ctx, r.id, f); err != nil {
		return fmt.Errorf("%s %s: %w", what, r.id, err)
	}
	return nil
}

// one sends a command and leaves its reply to be read.
func one(conn *wire.Conn, args ...string) error {
	conn.Cmd(args...)
	return conn.Flush()
}

func (r raw) Write(ctx context.Context, writes []db.RawWrite) error {
	return r.do(ctx, "write", func(conn *wire.Conn) error {
		p := &pipe{Conn: conn, replies: 2}
		p.Cmd("MULTI")
		if err := p.raw(writes); err != nil {
			return err
		}
		p.Cmd("EXEC")
		return p.finish()
	})
}

// raw appends writes in order.
func (p *pipe) raw(writes []db.RawWrite) error {
	for len(writes) > 0 {
		n, replies := 0, 1
		for n < min(len(writes), chunk) && writes[n].Delete && len(writes[n].Fields) == 0 {
			n++
		}
		if n > 0 {
			p.Begin(1 + n)
			p.Arg("DEL")
			for i := range writes[:n] {
				p.Arg(writes[i].Key)
			}
		} else {
			n, replies = 1, p.rawHash(&writes[0])
		}
		writes = writes[n:]
		if err := p.sent(replies); err != nil {
			return err
		}
	}
	return nil
}

func (p *pipe) rawHash(w *db.RawWrite) (replies int) {
	if w.Delete {
		p.Cmd("DEL", w.Key)
		replies++
	}
	if len(w.Fields) > 0 {
		p.Begin(2 + 2*len(w.Fields))
		p.Arg("HSET")
		p.Arg(w.Key)
		p.ArgFields(w.Fields)
		replies++
	}
	if len(w.Remove) > 0 {
		p.Begin(2 + len(w.Remove))
		p.Arg("HDEL")
		p.Arg(w.Key)
		for _, name := range w.Remove {
			p.Arg(name)
		}
		replies++
	}
	return replies
}

func (r raw) Hashes(ctx context.Context, keys []string) (hashes [][]db.Field, err error) {
	err = r.do(ctx, "read", func(conn *wire.Conn) error {
		p := &pipe{Conn: conn}
		for _, k := range keys {
			p.Cmd("HGETALL", k)
			if err := p.sent(1); err != nil {
				return err
			}
		}
		if err := p.Flush(); err != nil {
			return err
		}
		hashes = make([][]db.Field, len(keys))
		for i := range keys {
			var err error
			if hashes[i], err = hash(conn); err != nil {
				return conn.Break(err)
			}
		}
		return nil
	})
	return hashes, err
}

func (r raw) Get(ctx context.Context, key string) (value string, ok bool, err error) {
	err = r.do(ctx, "get "+key, func(conn *wire.Conn) error {
		if err := one(conn, "GET", key); err != nil {
			return err
		}
		b, there, err := conn.Bytes()
		value, ok = string(b), there
		return err
	})
	return value, ok, err
}

func (r raw) Set(ctx context.Context, key, value string) error {
	return r.do(ctx, "set "+key, func(conn *wire.Conn) error {
		if err := one(conn, "SET", key, value); err != nil {
			return err
		}
		return conn.Skip(1)
	})
}

func (r raw) Delete(ctx context.Context, keys []string) error {
	writes := make([]db.RawWrite, len(keys))
	for i, k := range keys {
		writes[i] = db.RawWrite{Key: k, Delete: true}
	}
	return r.Write(ctx, writes)
}

// Add may add twice if the connection broke meanwhile: numbers are skipped then, none is given twice.
func (r raw) Add(ctx context.Context, key string, n int64) (sum int64, err error) {
	err = r.do(ctx, "add "+key, func(conn *wire.Conn) error {
		if err := one(conn, "INCRBY", key, strconv.FormatInt(n, 10)); err != nil {
			return err
		}
		var err error
		sum, err = conn.Int()
		return err
	})
	return sum, err
}

func (r raw) Keys(ctx context.Context, pattern string, f func([]string) error) error {
	for cursor := "0"; ; {
		var keys []string
		err := r.do(ctx, "scan", func(conn *wire.Conn) (err error) {
			cursor, keys, err = scan(conn, cursor, pattern, nil)
			return err
		})
		if err != nil {
			return err
		}
		if len(keys) > 0 {
			if err := f(keys); err != nil {
				return err
			}
		}
		if cursor == "0" {
			return nil
		}
	}
}
