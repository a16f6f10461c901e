package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// ref is a row to read; gone if its transport says so whatever the database holds.
type ref struct {
	table *db.Schema
	key   string
	gone  bool
}

// readRows appends the rows of refs, all in one database, to changes. A key that holds something else than a hash has no row.
func readRows(conn *wire.Conn, changes []db.Change, refs []ref) ([]db.Change, error) {
	if err := askRows(conn, refs); err != nil {
		return changes, err
	}
	if err := conn.Flush(); err != nil {
		return changes, err
	}
	return takeRows(conn, changes, refs)
}

// askRows appends the reading of rows to the pipeline.
func askRows(conn *wire.Conn, refs []ref) error {
	p := &pipe{Conn: conn}
	for _, r := range refs {
		if r.gone {
			continue
		}
		p.Begin(2)
		p.Arg("HGETALL")
		p.Arg3(r.table.Name, r.table.Database.Separator(), r.key)
		if err := p.sent(1); err != nil {
			return err
		}
	}
	return nil
}

// takeRows appends the rows that askRows asked for to changes.
func takeRows(conn *wire.Conn, changes []db.Change, refs []ref) ([]db.Change, error) {
	for _, r := range refs {
		c := db.Change{Table: r.table, Key: r.key}
		if !r.gone {
			var err error
			if c.Fields, err = hash(conn); err != nil {
				return changes, conn.Break(err)
			}
		}
		c.Gone = len(c.Fields) == 0
		changes = append(changes, c)
	}
	return changes, nil
}

// hash reads the reply of HGETALL.
func hash(conn *wire.Conn) ([]db.Field, error) {
	fields, err := conn.Fields()
	var refused wire.Error
	if errors.As(err, &refused) && strings.HasPrefix(string(refused), "WRONGTYPE") {
		return nil, nil
	}
	return fields, err
}

// scanCount is how many keys a SCAN looks at: some hundred microseconds.
const scanCount = "1000"

// scan reads one batch of keys; the cursor is "0" at the end.
func scan(conn *wire.Conn, cursor, pattern string, keys []string) (string, []string, error) {
	conn.Cmd("SCAN", cursor, "MATCH", pattern, "COUNT", scanCount)
	if err := conn.Flush(); err != nil {
		return "", keys, err
	}
	if _, err := conn.Array(); err != nil {
		return "", keys, err
	}
	next, _, err := conn.String()
	if err != nil {
		return "", keys, err
	}
	keys, err = conn.Strings(keys)
	return next, keys, err
}

// Read implements db.Store.
func (c *Client) Read(ctx context.Context, t *db.Schema) (changes []db.Change, err error) {
	err = c.do(ctx, t.Database, func(conn *wire.Conn) error {
		changes = nil
		if t.Transport == db.Map {
			return readMap(conn, t, func(f db.Field) {
				changes = append(changes, db.Change{Table: t, Key: f.Name, Fields: []db.Field{{Value: f.Value}}})
			})
		}
		return readTable(conn, t, &changes)
	})
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", t.Database, t.Name, err)
	}
	return changes, nil
}

func readMap(conn *wire.Conn, t *db.Schema, f func(db.Field)) error {
	conn.Cmd("HGETALL", t.Name)
	if err := conn.Flush(); err != nil {
		return err
	}
	fields, err := hash(conn)
	for _, field := range fields {
		f(field)
	}
	return err
}

func readTable(conn *wire.Conn, t *db.Schema, changes *[]db.Change) error {
	prefix := t.Name + t.Database.Separator()
	seen := map[string]struct{}{}
	if t.Transport == db.StateTable {
		pending, err := pendingKeys(conn, t)
		if err != nil {
			return err
		}
		for _, k := range pending {
			seen[prefix+k] = struct{}{}
		}
		if err := readPending(conn, t, pending, changes); err != nil {
			return err
		}
	}
	for cursor := "0"; ; {
		next, keys, err := scan(conn, cursor, prefix+"*", nil)
		if err != nil {
			return err
		}
		var refs []ref
		for _, full := range keys {
			if _, twice := seen[full]; !twice {
				seen[full] = struct{}{}
				refs = append(refs, ref{table: t, key: full[len(prefix):]})
			}
		}
		from := len(*changes)
		if *changes, err = readRows(conn, *changes, refs); err != nil {
			return err
		}
		*changes = dropGone(*changes, from)
		if cursor = next; cursor == "0" {
			return nil
		}
	}
}

// pendingKeys are the rows of a state table that no consumer has popped.
func pendingKeys(conn *wire.Conn, t *db.Schema) ([]string, error) {
	conn.Cmd("SMEMBERS", keySet(t))
	if err := conn.Flush(); err != nil {
		return nil, err
	}
	return conn.Strings(nil)
}

// readPending appends rows as they will be when they are popped, or are if they have been popped meanwhile.
func readPending(conn *wire.Conn, t *db.Schema, keys []string, changes *[]db.Change) error {
	p, temp := &pipe{Conn: conn}, tempPrefix(t)
	for _, k := range keys {
		p.Begin(7)
		p.Arg("EVAL")
		p.Arg(pendingScript)
		p.Arg("3")
		p.Arg2(temp, k)
		p.Arg2(temp[1:], k)
		p.Arg(delSet(t))
		p.Arg(k)
		if err := p.sent(1); err != nil {
			return err
		}
	}
	if err := p.Flush(); err != nil {
		return err
	}
	for _, k := range keys {
		fields, err := conn.Fields()
		if err != nil {
			return conn.Break(err)
		}
		if len(fields) > 0 {
			*changes = append(*changes, db.Change{Table: t, Key: k, Fields: fields})
		}
	}
	return nil
}

// dropGone removes rows that vanished between their listing and their reading.
func dropGone(changes []db.Change, from int) []db.Change {
	kept := changes[:from]
	for _, c := range changes[from:] {
		if !c.Gone {
			kept = append(kept, c)
		}
	}
	return kept
}

// Get implements db.Store.
func (c *Client) Get(ctx context.Context, t *db.Schema, keys []string) (changes []db.Change, err error) {
	err = c.do(ctx, t.Database, func(conn *wire.Conn) (err error) {
		if t.Transport == db.Map {
			changes, err = getMap(conn, t, keys)
			return err
		}
		refs := make([]ref, len(keys))
		for i, k := range keys {
			refs[i] = ref{table: t, key: k}
		}
		changes, err = readRows(conn, make([]db.Change, 0, len(keys)), refs)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("get %s %s: %w", t.Database, t.Name, err)
	}
	return changes, nil
}

func getMap(conn *wire.Conn, t *db.Schema, keys []string) ([]db.Change, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	conn.Begin(2 + len(keys))
	conn.Arg("HMGET")
	conn.Arg(t.Name)
	for _, k := range keys {
		conn.Arg(k)
	}
	if err := conn.Flush(); err != nil {
		return nil, err
	}
	if _, err := conn.Array(); err != nil {
		return nil, err
	}
	changes := make([]db.Change, len(keys))
	for i, k := range keys {
		changes[i] = db.Change{Table: t, Key: k, Gone: true}
		v, ok, err := conn.String()
		if err != nil {
			return nil, err
		}
		if ok {
			changes[i].Fields, changes[i].Gone = []db.Field{{Value: v}}, false
		}
	}
	return changes, nil
}
