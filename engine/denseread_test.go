package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestFirst has an ordinary translation look for the first of some rows of a dense table. It wants a tree named by what it has found.
func TestFirst(t *testing.T) {
	target, runs := ports("E0"), 0
	w := newWorld(t, enginetest.NewStore(), enginetest.NewStore(), target, func(e *engine.Engine) {
		r := &denseRoutes{e: e}
		r.sets = engine.OnSet(e, "set", func(tx *engine.Tx, set string) error {
			engine.Resolve(tx, wantSet(tx, set)...)
			return nil
		})
		rows := engine.OnDense(e, tRoute, r.dense(map[denseRoute]denseVia{r.pack(routeKey{"v", "0/0"}): {drop: true}}))
		engine.Always(e, "best", func(tx *engine.Tx) error {
			runs++
			candidates := []denseRoute{r.pack(routeKey{"v", "10.1/16"}), r.pack(routeKey{"v", "10/8"}), r.pack(routeKey{"v", "0/0"})}
			o, v, ok := engine.First(tx, rows, slices.Values(candidates))
			if !ok {
				return nil
			}
			set, _ := r.sets.Value(v.via)
			engine.Want(tx, treeKey{strings.ReplaceAll(strings.Trim(r.prefixes[o.prefix]+" "+set, " "), "/", "-")})
			return nil
		})
	}, register)
	w.start()
	defer w.end(t)
	before := 0
	for _, s := range []struct {
		write []db.Write
		log   string
		runs  int
	}{
		{nil, "create ROUTE:v:0/0 action=drop\ncreate TREE:0-0", -1}, // twice if it was before the table was listed
		{[]db.Write{hop("E0", "1", "x"), dropRoute("v", "10/8")}, "create HOP:E0:1 mac=x\ncreate ROUTE:v:10/8 action=drop\ncreate TREE:10-8\nremove TREE:0-0", 1},
		{[]db.Write{dropRoute("v", "11/8"), dropRoute("v", "0/0")}, "create ROUTE:v:11/8 action=drop", 0}, // not looked at: they cannot change it
		{[]db.Write{route("v", "10.1/16", "E0@1")}, "create ROUTE:v:10.1/16 via=HOP:E0:1\ncreate TREE:10.1-16 E0@1\nremove TREE:10-8", 1},
		{[]db.Write{noRoute("v", "10/8")}, "remove ROUTE:v:10/8", 0},
		{[]db.Write{noRoute("v", "10.1/16")}, "create TREE:0-0\nremove ROUTE:v:10.1/16\nremove TREE:10.1-16 E0@1", 1},
	} {
		w.write(s.write...)
		got := target.Log()
		slices.Sort(got)
		expect(t, "operations", strings.Join(got, "\n"), s.log)
		if s.runs >= 0 && runs-before != s.runs {
			t.Errorf("%v: translated %d times, want %d", s.write, runs-before, s.runs)
		}
		before = runs
	}
}
