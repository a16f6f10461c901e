package mem

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

type raw struct {
	s  *Server
	id db.ID
}

// Raw implements db.Keyspace.
func (c *Client) Raw(id db.ID) db.Raw { return raw{c.s, id} }

func (r raw) Write(ctx context.Context, writes []db.RawWrite) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.writeRaw(r.id, writes)
	return ctx.Err()
}

func (r raw) WriteIf(ctx context.Context, was []db.RawRow, writes []db.RawWrite) (changed []string, err error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	for i := range was {
		if !db.SameFields(r.s.hgetall(r.id, was[i].Key), was[i].Fields) {
			changed = append(changed, was[i].Key)
		}
	}
	if len(changed) == 0 {
		r.s.writeRaw(r.id, writes)
	}
	return changed, ctx.Err()
}

func (s *Server) writeRaw(id db.ID, writes []db.RawWrite) {
	for i := range writes {
		w := &writes[i]
		if w.Delete {
			s.del(id, w.Key)
		}
		s.hset(id, w.Key, w.Fields)
		s.hdel(id, w.Key, w.Remove)
	}
}

func (r raw) Hashes(ctx context.Context, keys []string) ([][]db.Field, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	hashes := make([][]db.Field, len(keys))
	for i, k := range keys {
		hashes[i] = r.s.hgetall(r.id, k)
	}
	return hashes, ctx.Err()
}

func (r raw) Get(ctx context.Context, key string) (string, bool, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	v, ok := r.s.space(r.id).strings[key]
	return v, ok, ctx.Err()
}

func (r raw) Set(ctx context.Context, key, value string) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.del(r.id, key)
	r.s.space(r.id).strings[key] = value
	return ctx.Err()
}

func (r raw) Delete(ctx context.Context, keys []string) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	for _, k := range keys {
		r.s.del(r.id, k)
	}
	return ctx.Err()
}

func (r raw) Add(ctx context.Context, key string, n int64) (int64, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var sum int64
	if text, ok := r.s.space(r.id).strings[key]; ok {
		var err error
		if sum, err = strconv.ParseInt(text, 10, 64); err != nil {
			return 0, fmt.Errorf("%s %s: %q is no number", r.id, key, text)
		}
	}
	sum += n
	r.s.space(r.id).strings[key] = strconv.FormatInt(sum, 10)
	return sum, ctx.Err()
}

func (r raw) Keys(ctx context.Context, pattern string, f func([]string) error) error {
	keys, err := r.s.match(r.id, pattern)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil || len(keys) == 0 {
		return err
	}
	return f(keys)
}

func (s *Server) match(id db.ID, pattern string) (keys []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.space(id)
	add := func(key string) {
		var ok bool
		if ok, err = glob(pattern, key); ok {
			keys = append(keys, key)
		}
	}
	for k := range sp.hashes {
		add(k)
	}
	for k := range sp.strings {
		add(k)
	}
	for k := range sp.sets {
		add(k)
	}
	for k := range sp.lists {
		add(k)
	}
	slices.Sort(keys)
	return keys, err
}

// glob matches as Redis does. path.Match has the same patterns, but for its stars stopping at slashes.
func glob(pattern, key string) (bool, error) {
	return path.Match(swapSlash(pattern), swapSlash(key))
}

func swapSlash(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == '/' {
			b[i] = 0
		}
	}
	return string(b)
}
