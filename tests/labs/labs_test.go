package labs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGenerated: the files of the Clos networks are what go generate writes.
func TestGenerated(t *testing.T) {
	for path, want := range Clos() {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is not as generated, run go generate ./tests/labs:\n%s", path, diff)
		}
	}
}

// TestTopologies reads every topology: nodes of known kinds, links between them, files that are there.
func TestTopologies(t *testing.T) {
	files, err := filepath.Glob("*/*.clab.yml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		if dir == "srlinux" {
			continue // another vendor's image, which only containerlab runs; its file has lines of its own
		}
		lab, err := Read(dir)
		if err != nil {
			t.Error(err)
			continue
		}
		if lab.Name != dir || len(lab.Links) == 0 {
			t.Errorf("%s: name %q, %d links", dir, lab.Name, len(lab.Links))
		}
		for _, n := range lab.Nodes {
			if n.Kind != Switch && n.Kind != Host {
				t.Errorf("%s: %s is of kind %q", dir, n.Name, n.Kind)
			}
			for _, b := range n.Binds {
				text, err := os.ReadFile(filepath.Join(dir, b.File))
				if err != nil || filepath.Ext(b.File) == ".json" && !json.Valid(text) {
					t.Errorf("%s: %s: %s is no JSON, or not there: %v", dir, n.Name, b.File, err)
				}
			}
		}
	}
	clos, err := Read("clos")
	if err != nil {
		t.Fatal(err)
	}
	if got := [2]int{len(clos.Nodes), len(clos.Links)}; got != [2]int{spines + leaves*(1+hostsPerLeaf), leaves * (spines + hostsPerLeaf)} {
		t.Errorf("nodes and links of clos: %v", got)
	}
}
