package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestProgress: a large load tells a person how far it is, and a script nothing.
func TestProgress(t *testing.T) {
	var rows []string
	for id := 2; id < 2002; id++ {
		rows = append(rows, fmt.Sprintf(`"Vlan%d": {"vlanid": "%d"}`, id, id))
	}
	file := txtar.File{Name: "file big.json", Data: []byte(`{"VLAN": {` + strings.Join(rows, ",") + `}}`)}
	const load, reload, again = "config load -y $ROOT/big.json", "config reload -y $ROOT/big.json", "config load -y $ROOT/big.json"
	person := newStage(t, &txtar.Archive{Files: []txtar.File{file, {Name: "terminal"}}})
	if got, want := person.run(load), "Read 2000 rows ...\nChecking 2000 rows ...\nWriting 2000 rows ...\n"; got != want {
		t.Errorf("%s: %q, want %q", load, got, want)
	}
	if got, want := person.run(reload), "Read 2000 rows ...\n"; got != want {
		t.Errorf("%s of the same: %q, want %q", reload, got, want)
	}
	script := newStage(t, &txtar.Archive{Files: []txtar.File{file}})
	if got := script.run(again); got != "" {
		t.Errorf("%s without a terminal: %q", again, got)
	}
}
