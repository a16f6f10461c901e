package subscribe

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// memory is a View that reads a thing once. It belongs to one goroutine and one moment.
type memory struct {
	origin.View
	lists map[table][]db.Change
	rows  map[table]map[string]db.Change
}

type table struct {
	id   db.ID
	name string
}

// NewView makes a View that remembers what it has read: what one call or one round of renderings sees is read once.
func NewView(v origin.View) origin.View {
	return &memory{View: v, lists: map[table][]db.Change{}, rows: map[table]map[string]db.Change{}}
}

// Read implements origin.View.
func (m *memory) Read(ctx context.Context, s *db.Schema) ([]db.Change, error) {
	t := table{s.Database, s.Name}
	if list, ok := m.lists[t]; ok {
		return list, nil
	}
	list, err := m.View.Read(ctx, s)
	if err != nil {
		return nil, err
	}
	m.lists[t] = list
	return list, nil
}

// Get implements origin.View.
func (m *memory) Get(ctx context.Context, s *db.Schema, keys []string) ([]db.Change, error) {
	t := table{s.Database, s.Name}
	if m.rows[t] == nil {
		m.rows[t] = make(map[string]db.Change, len(keys))
	}
	known := m.rows[t]
	if list, ok := m.lists[t]; ok && len(known) == 0 {
		for _, c := range list {
			known[c.Key] = c
		}
	}
	_, all := m.lists[t]
	var missing []string
	for _, k := range keys {
		switch _, ok := known[k]; {
		case ok:
		case all:
			known[k] = db.Change{Table: s, Key: k, Gone: true}
		default:
			missing = append(missing, k)
		}
	}
	if len(missing) > 0 {
		found, err := m.View.Get(ctx, s, missing)
		if err != nil {
			return nil, err
		}
		for i, c := range found {
			known[missing[i]] = c
		}
	}
	out := make([]db.Change, len(keys))
	for i, k := range keys {
		out[i] = known[k]
	}
	return out, nil
}
