package dbtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
)

// model is what rows should be: the writes applied in order.
func (r rows) apply(w *db.Write) {
	key := w.Table.Name + "|" + w.Key
	if w.Delete {
		delete(r, key)
	}
	for _, f := range w.Fields {
		if r[key] == nil {
			r[key] = map[string]string{}
		}
		r[key][f.Name] = f.Value
	}
	for _, name := range w.Remove {
		if delete(r[key], name); len(r[key]) == 0 {
			delete(r, key)
		}
	}
}

func randomWrite(rnd *rand.Rand, tables []*db.Schema, keys int) db.Write {
	w := db.Write{Table: tables[rnd.IntN(len(tables))], Key: fmt.Sprint("k", rnd.IntN(keys))}
	field := func() string { return fmt.Sprint("f", rnd.IntN(4)) }
	value := fmt.Sprint(rnd.IntN(1000))
	if w.Table.Transport == db.Map {
		if rnd.IntN(4) == 0 {
			w.Delete = true
		} else {
			w.Fields = fields("", value)
		}
		return w
	}
	switch rnd.IntN(8) {
	case 0, 1:
		w.Delete = true
	case 2:
		w.Delete, w.Fields = true, fields(field(), value)
	case 3:
		w.Remove, w.Fields = []string{"f0"}, fields("f1", value)
	case 4:
		w.Remove = []string{field()}
	default:
		w.Fields = fields(field(), value, "f5", value)
	}
	return w
}

// randomWrites has a feed end with the rows that the writes make, however batches and pops fall.
func randomWrites(t *testing.T, s *suite) {
	rnd := rand.New(rand.NewPCG(1, 2))
	tables := []*db.Schema{state("S"), config("P"), counterMap("M"), state("S2")}
	want := rows{}
	m := s.watch(tables...)
	for round := range 60 {
		writes := make([]db.Write, 1+rnd.IntN(40))
		for i := range writes {
			writes[i] = randomWrite(rnd, tables, 12)
			want.apply(&writes[i])
		}
		s.write(writes...)
		if round%5 == 4 || rnd.IntN(3) == 0 {
			m.max = rnd.IntN(10)
			m.until(want)
		}
	}
	m.until(want)
	for _, id := range []db.ID{db.Appl, db.Config, db.Counters} {
		for key := range s.Dump(id) {
			if key[0] == '_' {
				t.Errorf("%s is left", key)
			}
		}
	}
}

// concurrentWriters write rows of their own while the feed pops.
func concurrentWriters(t *testing.T, s *suite) {
	const writers = 3
	tables := []*db.Schema{state("S"), config("P")}
	m := s.watch(tables...)
	final := make([]rows, writers)
	var g errgroup.Group
	for n := range writers {
		final[n] = rows{}
		client := s.Client()
		g.Go(func() error {
			rnd := rand.New(rand.NewPCG(uint64(n), 7))
			for range 60 {
				writes := make([]db.Write, 1+rnd.IntN(20))
				for i := range writes {
					writes[i] = randomWrite(rnd, tables, 10)
					writes[i].Key = fmt.Sprint("w", n, writes[i].Key)
					final[n].apply(&writes[i])
				}
				if err := client.Write(s.ctx, writes); err != nil {
					return err
				}
			}
			return nil
		})
	}
	// The marker is written last, so rows are read while they are written until it is seen.
	last := db.Write{Table: tables[0], Key: "last", Fields: fields("x", "y")}
	g.Go(func() error { return nil })
	done := make(chan error, 1)
	go func() {
		err := g.Wait()
		if err == nil {
			err = s.db.Write(s.ctx, []db.Write{last})
		}
		done <- err
	}()
	for m.rows["S|last"] == nil {
		m.next()
	}
	s.ok(<-done)
	want := rows{"S|last": {"x": "y"}}
	for _, rows := range final {
		for k, v := range rows {
			want[k] = v
		}
	}
	m.until(want)
}
