package cfgmgr

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// TestRoutingConverges: whatever the order in which the rows of routing come, go and come again, FRR has the same in the end, was never told of a line
// before the one it stands behind, and has nothing left when they have gone.
func TestRoutingConverges(t *testing.T) {
	for _, file := range []string{"bgp_clos", "bgp_clos_more", "bgp_globals", "route_map"} {
		t.Run(file, func(t *testing.T) {
			a, err := txtar.ParseFile("testdata/" + file + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			rows := strings.Split(strings.TrimSpace(string(a.Files[0].Data)), "\n")
			want := ""
			for seed := range uint64(5) {
				got := shuffled(t, rows, rand.New(rand.NewPCG(seed, 7)))
				if want == "" {
					want = got
				}
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
					t.Errorf("seed %d:\n%s", seed, diff)
				}
			}
		})
	}
}

func shuffled(t *testing.T, rows []string, r *rand.Rand) string {
	kernel := enginetest.NewTarget()
	d := start(t, enginetest.NewStore(), kernel)
	defer d.stop()
	order := r.Perm(len(rows))
	for _, i := range order {
		d.set(rows[i])
		if r.IntN(3) == 0 {
			d.set("-" + rows[i])
			d.set(rows[i])
		}
	}
	got := d.frr.Text()
	for _, i := range r.Perm(len(rows)) {
		d.set("-" + rows[i])
	}
	if left := d.frr.Text(); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
	for _, v := range d.frr.Violations() {
		if !strings.Contains(v, "refers to ADDRESS:") { // addresses are the other target's
			t.Errorf("FRR was told wrongly: %s", v)
		}
	}
	return got
}
