package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestLab brings the Clos networks up as `make lab` does: hosts reach each other, traffic is spread, a cut link is survived and healed. A lab that is up is
// left as it is, and nothing is left of one that is taken down.
func TestLab(t *testing.T) {
	netns.Require(t)
	frr.Require(t, "zebra", "bgpd")
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skipf("redis-server is not installed: %v", err)
	}
	dir, err := os.MkdirTemp("", "lab-") // not t.TempDir, whose names are too long for sockets
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "hypersonic")
	if out, err := exec.Command("go", "build", "-o", binary, "github.com/hypersonic-nos/hypersonic/cmd/hypersonic").CombinedOutput(); err != nil {
		t.Fatalf("building hypersonic: %v\n%s", err, out)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	o := options{dir: filepath.Join(dir, "r"), labs: "../labs", prefix: fmt.Sprintf("lab%d-", os.Getpid()), binary: binary}
	for _, c := range []struct {
		name  string
		quick bool
		says  []string
	}{
		{"clos", false, []string{"all 56 pairs of hosts ping each other, by each address (112 pings)", "(fd00:4::12)", "healed, in use again", "h42", "scripts/lab in leaf1"}},
		{"clos-unnumbered", true, []string{"all 56 pairs of hosts ping each other, by each address (112 pings)", "(192.168.4.12)", "(fd00:4::12)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := o
			o.quick = c.quick
			var out bytes.Buffer
			if err := up(t.Context(), o, c.name, &out); err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			t.Logf("%s", &out)
			for _, text := range c.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("not said: %q", text)
				}
			}
			r, err := readRecord(o.dir)
			if err != nil {
				t.Fatal(err)
			}
			out.Reset()
			if err := up(t.Context(), o, c.name, &out); err != nil || !strings.HasPrefix(out.String(), "lab "+c.name+" is up already") {
				t.Errorf("once more: %v\n%s", err, &out)
			}
			if err := down(o, &out); err != nil {
				t.Fatal(err)
			}
			for _, n := range r.Nodes {
				if _, err := os.Stat("/run/netns/" + n.Space); err == nil {
					t.Errorf("%s is left", n.Space)
				}
				if n.Root != "" && (n.alive() || len(processes(n.Root)) > 0) {
					t.Errorf("%s still runs", n.Name)
				}
			}
			if exists(o.dir) {
				t.Errorf("%s is left", o.dir)
			}
		})
	}
	if err := run(t.Context(), o, []string{"table"}); err != errNothing {
		t.Errorf("the table of nothing: %v", err)
	}
}
