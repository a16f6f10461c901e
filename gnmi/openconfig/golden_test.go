package openconfig_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

var update = flag.Bool("update", false, "write the golden files and the listing of the document")

// TestModels plays the scripts of testdata, one a model. A line with > is a command, and what follows is what it answers:
//
//	> put STATE_DB KEY field=value ...
//	> update|replace|delete PATH JSON      the rows of CONFIG_DB that change
//	> get|config|state PATH                the JSON
//	> affected DATABASE TABLE KEY PATH     what a subscription of PATH reads again
func TestModels(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	o := openconfig.New()
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := newSwitch(t, o)
			var out bytes.Buffer
			for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
				line := lines.Text()
				command, ok := strings.CutPrefix(line, "> ")
				if !ok && (strings.HasPrefix(line, "#") || line == "") {
					fmt.Fprintln(&out, line)
				}
				if ok {
					fmt.Fprintf(&out, "%s\n%s", line, s.command(t, command))
				}
			}
			if *update {
				if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got, want := out.String(), string(text); got != want {
				t.Errorf("%s differs (go test -update writes it):\n%s", file, difference(want, got))
			}
		})
	}
}

func (s *aSwitch) command(t *testing.T, line string) string {
	word, rest, _ := strings.Cut(line, " ")
	path, value, _ := strings.Cut(rest, " ")
	switch word {
	case "put":
		words := strings.Split(rest, " ")
		s.put(t, database(t, words[0]), blank(words[1]), words[2:]...)
		return ""
	case "update", "replace", "delete":
		op := origin.Operation{Action: map[string]origin.Action{"update": origin.Update, "replace": origin.Replace, "delete": origin.Delete}[word], Path: parse(t, path)}
		if value != "" {
			op.Value = ietf(value)
		}
		changes, err := s.set(t, op)
		if err != nil {
			return "error: " + strings.ReplaceAll(err.Error(), "\n", "\nerror: ") + "\n"
		}
		var b strings.Builder
		for _, c := range changes {
			if c.Now == nil {
				fmt.Fprintf(&b, "-%s|%s\n", c.Table, c.Key)
				continue
			}
			fmt.Fprintf(&b, "+%s|%s %s\n", c.Table, c.Key, fields(c.Now))
		}
		return b.String()
	case "get", "config", "state":
		of := map[string]gpb.GetRequest_DataType{"get": gpb.GetRequest_ALL, "config": gpb.GetRequest_CONFIG, "state": gpb.GetRequest_STATE}[word]
		text, err := s.json(t.Context(), parse(t, path), of)
		if err != nil {
			return "error: " + err.Error() + "\n"
		}
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(text), "", " "); err != nil {
			t.Fatalf("%s: %v: %s", path, err, text)
		}
		return b.String() + "\n"
	case "affected":
		return s.affected(t, strings.Split(rest, " "))
	}
	t.Fatalf("no command %q", line)
	return ""
}

func (s *aSwitch) affected(t *testing.T, words []string) string {
	w, err := s.origin.Watch(origin.Query{Path: parse(t, words[3])})
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	for _, source := range w.Sources() {
		if source.Table.Database == database(t, words[0]) && source.Table.Name == words[1] && (source.Key == "" || source.Key == words[2]) {
			for _, p := range w.Affected(db.Change{Table: source.Table, Key: blank(words[2])}) {
				fmt.Fprintln(&b, origin.Text(p))
			}
		}
	}
	return b.String()
}

// blank is a key with its blanks, which scripts write as ~.
func blank(key string) string { return strings.ReplaceAll(key, "~", " ") }

func database(t *testing.T, name string) db.ID {
	for _, id := range []db.ID{db.Appl, db.Asic, db.Counters, db.Config, db.State} {
		if id.String() == name {
			return id
		}
	}
	t.Fatalf("no database %s", name)
	return 0
}

// difference names the first line that differs.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(b), len(a))
}
