package process

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLogs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	a := sh("a", "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; echo oops >&2")
	a.LogFile, a.Once = path, true
	b := sh("b", "echo out; echo err >&2; printf unfinished")
	b.Once = true
	c := sh("c", "echo out")
	c.Once, c.LogFile = true, filepath.Join(dir, "no", "such", "dir")
	a.AutoStart, b.AutoStart, c.AutoStart = false, false, false
	r := run(t, Config{LogMax: 1000, LogKeep: 2}, a, b, c)
	for _, name := range []string{"a", "b", "c"} {
		if errs := r.Start(t.Context(), name); errs[0] != nil {
			t.Error(errs)
		}
	}
	r.stop()
	if out := r.output.String(); !strings.Contains(out, "b: out\nb: err\nb: unfinished\n") || !strings.Contains(out, "c: log: open ") {
		t.Errorf("output:\n%s", out)
	}
	var all []byte
	for _, f := range []string{path + ".1", path} {
		b, err := os.ReadFile(f)
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		all = append(all, b...)
	}
	if !bytes.HasSuffix(all, []byte("line 299\noops\n")) {
		t.Errorf("the log ends with %q", all[max(0, len(all)-50):])
	}
}

func TestRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.log")
	for range 2 { // a file from an earlier run is continued
		l := &log{name: "x", path: path, max: 10, keep: 2}
		for i := range 9 {
			if err := l.write([]byte(fmt.Sprintf("line%d\n", i))); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.close(); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || !slices.Equal(files, []string{path + ".1", path + ".2"}) {
		t.Errorf("%v, %v", files, err)
	}
	if b, err := os.ReadFile(path + ".1"); err != nil || string(b) != "line7\nline8\n" {
		t.Errorf("%q, %v", b, err)
	}
}
