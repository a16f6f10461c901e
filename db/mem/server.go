// Package mem is the databases in memory, with the semantics of db/redis: state tables have their key set, delta and final hashes, so that
// tests see what Redis would hold. It also holds the tables of facts of a process (db.Local). Package dbtest checks both against one suite.
package mem

import (
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Server holds the databases. Clients of one server see each other.
type Server struct {
	// mu guards all below, because the clients of a server run in different goroutines. No method blocks or calls out while holding it.
	mu      sync.Mutex
	spaces  map[db.ID]*space
	feeds   map[*feed]struct{}
	subs    map[*subscription]struct{}
	inboxes map[*inbox]struct{}
}

// space is one database.
type space struct {
	hashes  map[string]*hash
	strings map[string]string
	sets    map[string]map[string]struct{}
	lists   map[string][]string // the tail, which is popped, comes first
}

// New makes a server with empty databases.
func New() *Server {
	return &Server{
		spaces:  map[db.ID]*space{},
		feeds:   map[*feed]struct{}{},
		subs:    map[*subscription]struct{}{},
		inboxes: map[*inbox]struct{}{},
	}
}

func (s *Server) space(id db.ID) *space {
	sp := s.spaces[id]
	if sp == nil {
		sp = &space{hashes: map[string]*hash{}, strings: map[string]string{}, sets: map[string]map[string]struct{}{}, lists: map[string][]string{}}
		s.spaces[id] = sp
	}
	return sp
}

// The methods below are Redis's commands of these names, with their keyspace events. The caller holds mu.

func (s *Server) hset(id db.ID, key string, fields []db.Field) {
	if len(fields) == 0 {
		return
	}
	sp := s.space(id)
	h := sp.hashes[key]
	if h == nil {
		h = &hash{}
		sp.hashes[strings.Clone(key)] = h // a commit's memory is the caller's
	}
	for _, f := range fields {
		h.set(f)
	}
	s.touch(id, key)
}

func (s *Server) hdel(id db.ID, key string, names []string) {
	sp := s.space(id)
	h := sp.hashes[key]
	if h == nil || len(names) == 0 {
		return
	}
	for _, n := range names {
		h.remove(n)
	}
	if len(h.fields) == 0 {
		delete(sp.hashes, key)
	}
	s.touch(id, key)
}

func (s *Server) hgetall(id db.ID, key string) []db.Field {
	return s.space(id).hashes[key].copy()
}

func (s *Server) del(id db.ID, key string) {
	sp := s.space(id)
	_, ok := sp.hashes[key]
	delete(sp.hashes, key)
	delete(sp.strings, key)
	delete(sp.sets, key)
	delete(sp.lists, key)
	if ok {
		s.touch(id, key)
	}
}

func (s *Server) sadd(id db.ID, key, member string) (added bool) {
	set := s.space(id).sets[key]
	if set == nil {
		set = map[string]struct{}{}
		s.space(id).sets[key] = set
	}
	_, had := set[member]
	set[member] = struct{}{}
	return !had
}

func (s *Server) srem(id db.ID, key, member string) (removed bool) {
	set := s.space(id).sets[key]
	_, removed = set[member]
	delete(set, member)
	if len(set) == 0 {
		delete(s.space(id).sets, key)
	}
	return removed
}

func (s *Server) lpush(id db.ID, key string, items ...string) {
	sp := s.space(id)
	sp.lists[key] = append(sp.lists[key], items...)
	for b := range s.inboxes {
		if b.id == id && b.queue == key {
			notify(b.wake)
		}
	}
}

// rpop removes n items, which are there.
func (s *Server) rpop(id db.ID, key string, n int) {
	sp := s.space(id)
	sp.lists[key] = sp.lists[key][n:]
	if len(sp.lists[key]) == 0 {
		delete(sp.lists, key)
	}
}

// touch tells the feeds that follow the key.
func (s *Server) touch(id db.ID, key string) {
	for f := range s.feeds {
		f.touched(id, key)
	}
}

// notify leaves a token in a channel of capacity one.
func notify(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
