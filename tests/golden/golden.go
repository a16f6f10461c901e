// Package golden runs translations over rows that stand in files, and compares what they want with the text beside them.
//
// A file is a txtar archive with two parts: rows, one a line, and want, which `go test -update` writes:
//
//	-- rows --
//	CONFIG_DB VLAN|Vlan10 admin_status=up
//	-- want --
//	want LINK:Vlan10
//	  ...
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

var update = flag.Bool("update", false, "write what the translations want into the files")

// Run runs the translations that register adds over each file of the pattern. sources are the tables that rows may be of.
func Run(t *testing.T, pattern string, register func(*engine.Engine), sources map[db.ID][]*db.Schema) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) != 2 || a.Files[0].Name != "rows" || a.Files[1].Name != "want" {
				t.Fatalf("%s has not the parts rows and want", file)
			}
			got := enginetest.Translate(t, register, Rows(t, string(a.Files[0].Data), sources)...)
			if *update {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(string(a.Files[1].Data), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s: wanted is another thing (-file +now):\n%s", file, diff)
			}
		})
	}
}

// Rows parses lines like `CONFIG_DB VLAN|Vlan10 admin_status=up mtu=1500`; a value in quotes may hold spaces. A line without fields is an empty row.
func Rows(t testing.TB, text string, sources map[db.ID][]*db.Schema) (rows []db.Write) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		words := split(line)
		if len(words) < 2 {
			t.Fatalf("%q is not a row", line)
		}
		w, ok := row(words, sources)
		if !ok {
			t.Fatalf("%q is of no table that is read", line)
		}
		rows = append(rows, w)
	}
	return rows
}

func row(words []string, sources map[db.ID][]*db.Schema) (w db.Write, ok bool) {
	for id, tables := range sources {
		if id.String() != words[0] {
			continue
		}
		for _, s := range tables {
			key, found := strings.CutPrefix(words[1], s.Name+id.Separator())
			if !found {
				continue
			}
			w = db.Write{Table: s, Key: key}
			for _, f := range words[2:] {
				name, value, _ := strings.Cut(f, "=")
				w.Fields = append(w.Fields, db.Field{Name: name, Value: strings.Trim(value, `"`)})
			}
			if len(w.Fields) == 0 {
				w.Fields = []db.Field{{Name: "NULL", Value: "NULL"}}
			}
			return w, true
		}
	}
	return w, false
}

// split cuts at blanks outside quotes.
func split(line string) (words []string) {
	quoted := false
	return strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}
