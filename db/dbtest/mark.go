package dbtest

import (
	"fmt"
	"slices"

	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
)

// marks writes rows and then a mark, again and again: a feed delivers the rows no later than the mark, and each mark once. A feed
// that was opened without db.Marks hears of rows only.
func marks(t *testing.T, s *suite) {
	plain, state := &db.Schema{Database: db.Config, Name: "VLAN", Transport: db.Plain}, state("VLAN_TABLE")
	other := s.watch(plain)
	feeds := []*mirror{s.watch(plain, db.Marks), s.watch(state, db.Marks)}
	for n := range 20 {
		key, id := fmt.Sprintf("Vlan%d", n), fmt.Sprint(n)
		s.write(db.Write{Table: plain, Key: key, Fields: fields("n", id)}, db.Write{Table: state, Key: key, Fields: fields("n", id)})
		s.ok(s.db.Publish(s.ctx, db.Notification{Channel: db.MarkChannel, Op: id}))
		for _, m := range feeds {
			var got []string
			for !slices.Contains(got, id) {
				b, err := m.feed.Next(s.ctx, 0)
				s.ok(err)
				got = append(got, b.Marks...)
				for _, c := range b.Changes {
					m.rows[c.Key] = fieldMap(c.Fields)
				}
			}
			s.equal(got, []string{id})
			s.equal(m.rows[key], map[string]string{"n": id})
		}
	}
	for last := ""; last != "Vlan19"; {
		b, err := other.feed.Next(s.ctx, 0)
		s.ok(err)
		if len(b.Marks) > 0 || len(b.Changes) == 0 {
			s.t.Fatalf("a batch with marks %q and changes %v", b.Marks, b.Changes)
		}
		last = b.Changes[len(b.Changes)-1].Key
	}
}
