package daemon

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// TestOwnMAC has many ask at once for an address that is not made yet: all get the same, whole.
func TestOwnMAC(t *testing.T) {
	for range 50 {
		dir := t.TempDir()
		got := make([]tables.MAC, 8)
		var g errgroup.Group
		for i := range got {
			g.Go(func() (err error) {
				got[i], err = ownMAC(filepath.Join(dir, "lib", "mac"))
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, mac := range got {
			if mac != got[0] || mac.IsZero() || mac[0]&3 != 2 {
				t.Fatalf("addresses %v", got)
			}
		}
		if left, err := os.ReadDir(filepath.Join(dir, "lib")); err != nil || len(left) != 1 {
			t.Fatalf("left behind: %v, %v", left, err)
		}
	}
}
