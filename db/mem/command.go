package mem

import (
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Do executes one of the few Redis commands by which tests write what other programs would leave.
func (s *Server) Do(id db.ID, args ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(args) < 2 {
		return fmt.Errorf("mem: %q has no arguments", args)
	}
	key, rest := args[1], args[2:]
	switch args[0] {
	case "SADD":
		for _, m := range rest {
			s.sadd(id, key, m)
		}
	case "HSET":
		for i := 0; i+1 < len(rest); i += 2 {
			s.hset(id, key, []db.Field{{Name: rest[i], Value: rest[i+1]}})
		}
	case "HDEL":
		s.hdel(id, key, rest)
	case "DEL":
		s.del(id, key)
	case "SET":
		s.space(id).strings[key] = rest[0]
	case "LPUSH":
		s.lpush(id, key, rest...)
	case "PUBLISH":
		s.publish(key, rest[0])
	default:
		return fmt.Errorf("mem: unknown command %q", args[0])
	}
	return nil
}

// Dump is all keys of a database: hashes as map[string]string, strings as string, sets as sorted []string, lists as []string from the head.
func (s *Server) Dump(id db.ID) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	dump := map[string]any{}
	sp := s.space(id)
	for k, h := range sp.hashes {
		fields := map[string]string{}
		for _, f := range h.fields {
			fields[f.Name] = f.Value
		}
		dump[k] = fields
	}
	for k, v := range sp.strings {
		dump[k] = v
	}
	for k, set := range sp.sets {
		var members []string
		for m := range set {
			members = append(members, m)
		}
		slices.Sort(members)
		dump[k] = members
	}
	for k, l := range sp.lists {
		l = slices.Clone(l)
		slices.Reverse(l)
		dump[k] = l
	}
	return dump
}
