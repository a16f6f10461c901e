package sairedis

import (
	"context"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// listing tells what one walk through the keys of ASIC_STATE found. Redis walks all keys whatever the pattern, so a walk for each of
// SAI's hundred types would take a minute where a million routes are. Entries may be too many to keep: only that there are some is kept.
type listing struct {
	ids     map[sai.ObjectType][]string // of OID objects, by type
	entries map[sai.ObjectType]bool
	done    map[sai.ObjectType]bool // listed since
}

// List implements objects.Lister: the objects of a type with the attributes that were given to them, as ASIC_STATE has them. Types are listed by
// what the first call found; asking for a type again looks anew.
func (c *Client) List(ctx context.Context, t sai.ObjectType, yield func(o sai.Object, attrs []sai.Attribute) error) error {
	if c.listing == nil || c.listing.done[t] {
		if err := c.index(ctx); err != nil {
			return fmt.Errorf("listing ASIC_STATE: %w", err)
		}
	}
	l := c.listing
	l.done[t] = true
	prefix := wire.State + t.String() + ":"
	if !sai.IsEntry(t) {
		ids := l.ids[t]
		delete(l.ids, t)
		return c.listKeys(ctx, t, prefix, ids, yield)
	}
	if !l.entries[t] {
		return nil
	}
	return c.raw.Keys(ctx, prefix+"*", func(keys []string) error {
		ids := make([]string, len(keys))
		for i, k := range keys {
			ids[i] = k[len(prefix):]
		}
		return c.listKeys(ctx, t, prefix, ids, yield)
	})
}

func (c *Client) index(ctx context.Context) error {
	l := &listing{ids: map[sai.ObjectType][]string{}, entries: map[sai.ObjectType]bool{}, done: map[sai.ObjectType]bool{}}
	types := map[string]sai.ObjectType{}
	err := c.raw.Keys(ctx, wire.State+"*", func(keys []string) error {
		for _, k := range keys {
			name, id, _ := strings.Cut(k[len(wire.State):], ":")
			t, known := types[name]
			if !known {
				t, _ = sai.ParseObjectType(name)
				types[strings.Clone(name)] = t
			}
			if sai.IsEntry(t) {
				l.entries[t] = true
			} else {
				l.ids[t] = append(l.ids[t], strings.Clone(id))
			}
		}
		return nil
	})
	c.listing = l
	return err
}

// listChunk bounds how many rows are read at once.
const listChunk = 1000

func (c *Client) listKeys(ctx context.Context, t sai.ObjectType, prefix string, ids []string, yield func(sai.Object, []sai.Attribute) error) error {
	keys := make([]string, 0, min(len(ids), listChunk))
	var attrs []sai.Attribute
	for from := 0; from < len(ids); from += listChunk {
		chunk := ids[from:min(from+listChunk, len(ids))]
		keys = keys[:0]
		for _, id := range chunk {
			keys = append(keys, prefix+id)
		}
		rows, err := c.raw.Hashes(ctx, keys)
		if err != nil {
			return err
		}
		for i, fields := range rows {
			if fields == nil {
				continue // gone meanwhile
			}
			o, err := sai.ParseObjectID(t, chunk[i])
			if err == nil {
				attrs, err = wire.ParseAttrs(attrs[:0], t.Meta(), fields)
			}
			if err != nil {
				c.log.Warn("row of ASIC_STATE ignored", "key", keys[i], "error", err)
				continue
			}
			if err := yield(o, append([]sai.Attribute(nil), attrs...)); err != nil {
				return err
			}
		}
	}
	return nil
}
