package enginetest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Store is a store in memory for tests of the engine alone: what is written is there at once for every reader. Its feeds deliver rows in an order
// and in batches that Rand decides.
type Store struct {
	Rand *rand.Rand // nil: all at once, sorted
	// Refuse may fail a Write.
	Refuse func(w []db.Write) error

	mu     sync.Mutex // writers and readers are several goroutines
	rows   map[rowID]map[string]string
	feeds  map[*feed]bool
	writes []string
	lost   int
	next   chan struct{}
	notes  []db.Notification
	told   []string
}

type rowID struct {
	database   db.ID
	table, key string
}

// NewStore is an empty store.
func NewStore() *Store {
	return &Store{rows: map[rowID]map[string]string{}, feeds: map[*feed]bool{}, next: make(chan struct{})}
}

// Write implements db.Store.
func (s *Store) Write(_ context.Context, writes []db.Write) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Refuse != nil {
		if err := s.Refuse(writes); err != nil {
			return err
		}
	}
	for _, w := range writes {
		s.write(w)
	}
	for f := range s.feeds {
		f.wake()
	}
	return nil
}

func (s *Store) write(w db.Write) {
	id := rowID{w.Table.Database, w.Table.Name, w.Key}
	row := s.rows[id]
	if w.Delete || row == nil {
		row = map[string]string{}
	}
	for _, name := range w.Remove {
		delete(row, name)
	}
	for _, f := range w.Fields {
		row[strings.Clone(f.Name)] = strings.Clone(f.Value)
	}
	if len(row) == 0 {
		delete(s.rows, id)
	} else {
		s.rows[id] = row
	}
	s.writes = append(s.writes, writeText(w))
	for f := range s.feeds {
		if t := f.table(w.Table); t != nil {
			f.changed[id] = t
		}
	}
}

func writeText(w db.Write) string {
	verb := "set "
	switch {
	case w.Delete && len(w.Fields) > 0:
		verb = "replace "
	case w.Delete:
		verb = "delete "
	}
	text := verb + w.Table.Database.String() + " " + w.Table.Name + w.Table.Database.Separator() + w.Key
	for _, f := range w.Fields {
		text += " " + f.Name + "=" + f.Value
	}
	for _, name := range w.Remove {
		text += " -" + name
	}
	return text
}

// Watch implements db.Store.
func (s *Store) Watch(_ context.Context, tables ...*db.Schema) (db.Feed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &feed{store: s, tables: tables, woken: make(chan struct{}, 1)}
	s.feeds[f] = true
	f.list()
	return f, nil
}

// Relist has all feeds list everything again, as after a lost connection.
func (s *Store) Relist() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := range s.feeds {
		f.list()
		f.wake()
	}
}

// Rewrite has all rows delivered once more, as if somebody had written them again.
func (s *Store) Rewrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := range s.feeds {
		for id := range s.rows {
			if t := f.table(&db.Schema{Database: id.database, Name: id.table}); t != nil {
				f.changed[id] = t
			}
		}
		f.wake()
	}
}

// Copy is a store with the same rows.
func (s *Store) Copy() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := NewStore()
	for id, row := range s.rows {
		c.rows[id] = maps.Clone(row)
	}
	return c
}

// Lose empties the store as a restarted server would; readers are not told.
func (s *Store) Lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.rows)
	s.lost++
	close(s.next)
	s.next = make(chan struct{})
}

// Lost implements db.Store.
func (s *Store) Lost() (int, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost, s.next
}

// Republished implements engine.Republisher.
func (s *Store) Republished(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, name)
	return nil
}

// Told lists the calls of Republished.
func (s *Store) Told() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}

// Read implements db.Store.
func (s *Store) Read(_ context.Context, t *db.Schema) ([]db.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []db.Change
	for id := range s.rows {
		if id.database == t.Database && id.table == t.Name {
			out = append(out, s.change(t, id))
		}
	}
	return out, nil
}

// Get implements db.Store.
func (s *Store) Get(_ context.Context, t *db.Schema, keys []string) ([]db.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]db.Change, len(keys))
	for i, k := range keys {
		out[i] = s.change(t, rowID{t.Database, t.Name, k})
	}
	return out, nil
}

func (s *Store) change(t *db.Schema, id rowID) db.Change {
	row, ok := s.rows[id]
	c := db.Change{Table: t, Key: id.key, Gone: !ok}
	for _, name := range slices.Sorted(maps.Keys(row)) {
		c.Fields = append(c.Fields, db.Field{Name: name, Value: row[name]})
	}
	return c
}

// Publish implements db.Store.
func (s *Store) Publish(_ context.Context, n ...db.Notification) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, n...)
	return nil
}

// Notes are the notifications since the last call.
func (s *Store) Notes() []db.Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.notes
	s.notes = nil
	return out
}

// Subscribe implements db.Store; it does not.
func (s *Store) Subscribe(context.Context, ...string) (db.Notifications, error) {
	return nil, errors.New("the test store has no subscriptions")
}

// Writes lists the writes since the last call, in order.
func (s *Store) Writes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.writes
	s.writes = nil
	return out
}

// Text lists the rows, one a line, sorted.
func (s *Store) Text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for id, row := range s.rows {
		line := id.database.String() + " " + id.table + id.database.Separator() + id.key
		for _, name := range slices.Sorted(maps.Keys(row)) {
			line += " " + name + "=" + row[name]
		}
		lines = append(lines, line+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Drained tells whether every feed has delivered everything and waits for more.
func (s *Store) Drained() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := range s.feeds {
		if len(f.changed) > 0 || f.listing || !f.waiting {
			return false
		}
	}
	return true
}
