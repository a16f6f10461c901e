package arch

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestProgramIsLean holds that the program imports nothing that calls methods by names made at run time: one such call keeps every exported method of every package
// in the binary (docs/adr/0008).
func TestProgramIsLean(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-tags", "grpcnotrace", "./cmd/hypersonic")
	cmd.Dir = top(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if path == "html/template" || slices.ContainsFunc([]string{"github.com/openconfig/ygot", "github.com/openconfig/goyang", "github.com/google/go-cmp"}, func(p string) bool { return strings.HasPrefix(path, p) }) {
			t.Errorf("the program imports %s", path)
		}
	}
}
