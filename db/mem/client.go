package mem

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Client is a client of a Server; it implements db.Keyspace. Nothing of it ever fails, but for the end of a context.
type Client struct{ s *Server }

var _ db.Keyspace = (*Client)(nil)

// Client makes a client of the server.
func (s *Server) Client() *Client { return &Client{s} }

// Close does nothing: a client holds nothing.
func (c *Client) Close() error { return nil }

// Lost never happens.
func (c *Client) Lost() (int, <-chan struct{}) { return 0, nil }

// Republished has nobody to tell, since nothing is ever lost.
func (c *Client) Republished(context.Context, string) error { return nil }

// Write implements db.Store.
func (c *Client) Write(ctx context.Context, writes []db.Write) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var published []*db.Schema
	for i := range writes {
		w := &writes[i]
		switch w.Table.Transport {
		case db.StateTable:
			c.s.produce(w)
			if !slices.Contains(published, w.Table) {
				published = append(published, w.Table)
			}
		case db.Map:
			c.s.writeMap(w)
		default:
			c.s.writePlain(w)
		}
	}
	for _, t := range published {
		c.s.publish(db.Channel(t.Database, t.Name), "G")
	}
	return nil
}

func fullKey(t *db.Schema, key string) string { return t.Name + t.Database.Separator() + key }
func tempKey(t *db.Schema, key string) string { return "_" + fullKey(t, key) }
func keySet(t *db.Schema) string              { return t.Name + "_KEY_SET" }
func delSet(t *db.Schema) string              { return t.Name + "_DEL_SET" }

// produce is ProducerStateTable (sonic-contract 2.4). The protocol cannot remove a field, so a write that does so replaces the row.
func (s *Server) produce(w *db.Write) {
	id, temp := w.Table.Database, tempKey(w.Table, w.Key)
	fields, replace := w.Fields, w.Delete
	if len(w.Remove) > 0 && !w.Delete {
		fields, replace = s.without(w), true
	}
	s.sadd(id, keySet(w.Table), w.Key)
	if replace {
		s.sadd(id, delSet(w.Table), w.Key)
		s.del(id, temp)
	}
	s.hset(id, temp, fields)
}

// without is the row as it will be once it is popped, with w applied.
func (s *Server) without(w *db.Write) []db.Field {
	id := w.Table.Database
	row := &hash{}
	if _, wiped := s.space(id).sets[delSet(w.Table)][w.Key]; !wiped {
		row.fields = s.hgetall(id, fullKey(w.Table, w.Key))
	}
	for _, f := range slices.Concat(s.hgetall(id, tempKey(w.Table, w.Key)), w.Fields) {
		row.set(f)
	}
	for _, n := range w.Remove {
		row.remove(n)
	}
	return row.fields
}

func (s *Server) writePlain(w *db.Write) {
	id, key := w.Table.Database, fullKey(w.Table, w.Key)
	switch {
	case w.Delete && len(w.Fields) == 0:
		s.del(id, key)
	case w.Delete:
		var gone []string
		for _, f := range s.hgetall(id, key) {
			if !slices.ContainsFunc(w.Fields, func(n db.Field) bool { return n.Name == f.Name }) {
				gone = append(gone, f.Name)
			}
		}
		s.hset(id, key, w.Fields)
		s.hdel(id, key, gone)
	default:
		s.hset(id, key, w.Fields)
		s.hdel(id, key, w.Remove)
	}
}

func (s *Server) writeMap(w *db.Write) {
	id := w.Table.Database
	if len(w.Fields) == 0 {
		s.hdel(id, w.Table.Name, []string{w.Key})
		return
	}
	s.hset(id, w.Table.Name, []db.Field{{Name: w.Key, Value: w.Fields[0].Value}})
}

// Read implements db.Store.
func (c *Client) Read(ctx context.Context, t *db.Schema) ([]db.Change, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	pending := map[string]struct{}{}
	if t.Transport == db.StateTable {
		pending = c.s.space(t.Database).sets[keySet(t)]
	}
	var changes []db.Change
	for _, k := range c.s.keys(t) {
		if _, later := pending[k]; !later {
			changes = append(changes, c.s.row(t, k))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(pending)) {
		if fields := c.s.without(&db.Write{Table: t, Key: k}); len(fields) > 0 {
			changes = append(changes, db.Change{Table: t, Key: k, Fields: fields})
		}
	}
	return changes, nil
}

// Get implements db.Store.
func (c *Client) Get(ctx context.Context, t *db.Schema, keys []string) ([]db.Change, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	changes := make([]db.Change, len(keys))
	for i, k := range keys {
		changes[i] = c.s.row(t, k)
	}
	return changes, nil
}

// keys are the keys of a table, in order, so that tests which print them are stable.
func (s *Server) keys(t *db.Schema) []string {
	var keys []string
	sp := s.space(t.Database)
	if t.Transport == db.Map {
		for _, f := range sp.hashes[t.Name].copy() {
			keys = append(keys, f.Name)
		}
	} else {
		prefix := fullKey(t, "")
		for k := range sp.hashes {
			if key, ok := strings.CutPrefix(k, prefix); ok {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

func (s *Server) row(t *db.Schema, key string) db.Change {
	c := db.Change{Table: t, Key: key}
	if t.Transport == db.Map {
		if v, ok := s.space(t.Database).hashes[t.Name].get(key); ok {
			c.Fields = []db.Field{{Value: v}}
		}
	} else {
		c.Fields = s.hgetall(t.Database, fullKey(t, key))
	}
	c.Gone = len(c.Fields) == 0
	return c
}
