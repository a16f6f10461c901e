package natural_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/cli/natural"
)

func TestCompare(t *testing.T) {
	want := []string{"", "2", "10", "10.0.0.9", "10.0.0.10", "Ethernet", "Ethernet0", "Ethernet4", "Ethernet4.10", "Ethernet12", "PortChannel0001", "PortChannel2", "Vlan10", "fe80::1"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, natural.Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzCompare checks that it is an order.
func FuzzCompare(f *testing.F) {
	f.Add("Ethernet4", "Ethernet12", "Ethernet")
	f.Add("01", "1", "001")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, bc, ac := natural.Compare(a, b), natural.Compare(b, c), natural.Compare(a, c)
		if (ab < 0) != (natural.Compare(b, a) > 0) || (ab == 0) != (a == b) {
			t.Errorf("%q %q: %d, the other way %d", a, b, ab, natural.Compare(b, a))
		}
		if ab < 0 && bc < 0 && ac >= 0 {
			t.Errorf("%q < %q < %q, but not the first before the last", a, b, c)
		}
	})
}
