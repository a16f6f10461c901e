package dbtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hypersonic-nos/hypersonic/db"
)

// Fixture is a store under test: one server with empty databases.
type Fixture struct {
	Client func() db.Keyspace
	// Do executes a Redis command as another program would: SADD, HSET, HDEL, DEL, SET, LPUSH, PUBLISH.
	Do func(id db.ID, args ...string) error
	// Dump is all keys of a database, but for those whose names begin with HYPERSONIC: hashes as map[string]string, strings as string, sets as
	// sorted []string, lists as []string from the head.
	Dump func(id db.ID) map[string]any
}

// Run checks a store. open is called once for each test.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	for name, test := range map[string]func(*testing.T, *suite){
		"ProducerLeaves":    producerLeaves,
		"ConsumerReads":     consumerReads,
		"ConsumerStarts":    consumerStarts,
		"ConsumerWipes":     consumerWipes,
		"RemoveFromState":   removeFromState,
		"BatchOrder":        batchOrder,
		"Plain":             plain,
		"PlainReplace":      plainReplace,
		"Follow":            follow,
		"FollowForeign":     followForeign,
		"FollowMap":         followMap,
		"Bounds":            bounds,
		"SharedTables":      sharedTables,
		"ReadAndGet":        readAndGet,
		"FeedEnds":          feedEnds,
		"Marks":             marks,
		"Raw":               rawKeys,
		"RawConditions":     rawConditions,
		"RawConditionsRace": rawConditionsRace,
		"Notifications":     notifications,
		"Inbox":             inbox,
		"InboxCommit":       inboxCommit,
		"InboxWaits":        inboxWaits,
		"RandomWrites":      randomWrites,
		"ConcurrentWriters": concurrentWriters,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			f := open(t)
			test(t, &suite{Fixture: f, t: t, ctx: ctx, db: f.Client()})
		})
	}
}

type suite struct {
	Fixture
	t   *testing.T
	ctx context.Context
	db  db.Keyspace
}

func (s *suite) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *suite) equal(got, want any) {
	s.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Fatalf("- want, + got:\n%s", diff)
	}
}

func (s *suite) do(id db.ID, args ...string) {
	s.t.Helper()
	s.ok(s.Do(id, args...))
}

func (s *suite) write(w ...db.Write) {
	s.t.Helper()
	s.ok(s.db.Write(s.ctx, w))
}

// rows are what a reader of a feed knows: TABLE|key -> fields.
type rows map[string]map[string]string

// mirror follows a feed as a daemon does.
type mirror struct {
	*suite
	feed     db.Feed
	rows     rows
	listed   rows // what the listing under way has told
	listing  bool
	listings int
	max      int
}

func (s *suite) watch(tables ...*db.Schema) *mirror {
	s.t.Helper()
	feed, err := s.db.Watch(s.ctx, tables...)
	s.ok(err)
	s.t.Cleanup(func() { _ = feed.Close() })
	m := &mirror{suite: s, feed: feed, rows: rows{}}
	for m.listings == 0 {
		m.next()
	}
	return m
}

// next takes one batch.
func (m *mirror) next() {
	m.t.Helper()
	b, err := m.feed.Next(m.ctx, m.max)
	m.ok(err)
	if err := m.apply(b); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mirror) apply(b db.Batch) error {
	if b.Listing {
		m.listing, m.listed = true, rows{}
	}
	if !b.Listing && !b.Listed && len(b.Changes) == 0 {
		return errors.New("an empty batch")
	}
	if m.max > 0 && len(b.Changes) > m.max {
		return fmt.Errorf("%d changes, not %d", len(b.Changes), m.max)
	}
	for _, c := range b.Changes {
		key := c.Table.Name + "|" + c.Key
		if c.Gone != (len(c.Fields) == 0) {
			return fmt.Errorf("%s: gone %v with fields %v", key, c.Gone, c.Fields)
		}
		if c.Gone {
			delete(m.rows, key)
			delete(m.listed, key)
			continue
		}
		m.rows[key] = fieldMap(c.Fields)
		m.listed[key] = m.rows[key]
	}
	if b.Listed {
		if !m.listing {
			return errors.New("the end of a listing that did not begin")
		}
		m.rows, m.listing = m.listed, false
		m.listings++
	}
	if !m.listing {
		m.listed = rows{}
	}
	return nil
}

// until takes batches until the rows are as wanted.
func (m *mirror) until(want rows) {
	m.t.Helper()
	for !reflect.DeepEqual(m.rows, want) {
		b, err := m.feed.Next(m.ctx, m.max)
		if err != nil {
			m.t.Fatalf("%v; - want, + got:\n%s", err, cmp.Diff(want, m.rows))
		}
		if err := m.apply(b); err != nil {
			m.t.Fatal(err)
		}
	}
}

func fieldMap(fields []db.Field) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		m[f.Name] = f.Value
	}
	return m
}

// fields are given as name, value, name, value ...
func fields(texts ...string) []db.Field {
	var list []db.Field
	for i := 0; i < len(texts); i += 2 {
		list = append(list, db.Field{Name: texts[i], Value: texts[i+1]})
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// The tables of the suite.
func state(name string) *db.Schema {
	return &db.Schema{Database: db.Appl, Name: name, Transport: db.StateTable}
}
func config(name string) *db.Schema {
	return &db.Schema{Database: db.Config, Name: name, Transport: db.Plain}
}
func counterMap(name string) *db.Schema {
	return &db.Schema{Database: db.Counters, Name: name, Transport: db.Map}
}
