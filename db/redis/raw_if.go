package redis

import (
	"context"
	"errors"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// WriteIf watches the hashes while it compares them, so that the server itself refuses what has changed between the comparison and the write. A change that
// went back again in that moment makes it compare anew.
func (r raw) WriteIf(ctx context.Context, was []db.RawRow, writes []db.RawWrite) (changed []string, err error) {
	err = r.do(ctx, "write", func(conn *wire.Conn) error {
		for done := false; !done; {
			if changed, err = watch(conn, was); err != nil || len(changed) > 0 {
				return err
			}
			if done, err = execute(conn, writes); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// watch has the next transaction depend on the hashes, and compares them. With a difference nothing is watched any more.
func watch(conn *wire.Conn, was []db.RawRow) (changed []string, err error) {
	if len(was) == 0 {
		return nil, nil
	}
	p := &pipe{Conn: conn}
	p.Begin(1 + len(was))
	p.Arg("WATCH")
	for i := range was {
		p.Arg(was[i].Key)
	}
	for i := range was {
		p.Cmd("HGETALL", was[i].Key)
	}
	if err := p.Flush(); err != nil {
		return nil, err
	}
	if err := conn.Skip(1); err != nil {
		return nil, conn.Break(err)
	}
	for i := range was {
		row, err := hash(conn)
		if err != nil {
			return nil, conn.Break(err)
		}
		if !db.SameFields(row, was[i].Fields) {
			changed = append(changed, was[i].Key)
		}
	}
	if len(changed) > 0 {
		return changed, unwatch(conn)
	}
	return nil, nil
}

func unwatch(conn *wire.Conn) error {
	if err := one(conn, "UNWATCH"); err != nil {
		return err
	}
	return conn.Skip(1)
}

// execute runs writes as one transaction; done is false if what is watched has changed.
func execute(conn *wire.Conn, writes []db.RawWrite) (done bool, err error) {
	p := &pipe{Conn: conn, replies: 1}
	p.Cmd("MULTI")
	if err := p.raw(writes); err != nil {
		return false, err
	}
	p.Cmd("EXEC")
	queued := p.finish()
	if conn.Broken() {
		return false, queued
	}
	n, err := conn.Array()
	switch {
	case err != nil:
		return false, errors.Join(queued, err)
	case n < 0:
		return false, nil
	}
	return true, conn.Skip(n)
}
