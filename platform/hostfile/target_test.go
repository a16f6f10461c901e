package hostfile

import (
	"os"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// TestFiles writes files that were there and that were not, over a restart and somebody else's writing, and puts them back.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(root.Mkdir("etc", 0o755))
	must(root.WriteFile("etc/motd", []byte("old"), 0o644))
	target := New(root, "var/lib/kept")
	apply := func(v engine.Verb, name, text string) {
		t.Helper()
		op := engine.Op{Verb: v, Key: Key{name}}
		if v != engine.Remove {
			op.Attrs = []engine.AttrValue{{ID: content, Value: text}}
		}
		must(target.Apply(t.Context(), File, []engine.Op{op})[0])
	}
	expect := func(name, want string) {
		t.Helper()
		got, err := root.ReadFile(name)
		if string(got) != want || (want == "") != os.IsNotExist(err) {
			t.Errorf("%s is %q (%v), not %q", name, got, err, want)
		}
	}
	apply(engine.Create, "etc/motd", "new")
	apply(engine.Update, "etc/motd", "newer")
	apply(engine.Create, "etc/deep/issue", "hello")
	expect("etc/motd", "newer")
	expect("etc/deep/issue", "hello")

	must(root.WriteFile("etc/motd", []byte("docker's"), 0o644))
	target = New(root, "var/lib/kept")
	found, err := target.Adopt(t.Context(), nil)
	must(err)
	text := map[string]any{}
	for _, a := range found {
		text[a.Key.String()] = a.Attrs[0].Value
	}
	if len(text) != 2 || text["FILE:etc/motd"] != "docker's" || text["FILE:etc/deep/issue"] != "hello" {
		t.Errorf("found %v", text)
	}
	apply(engine.Update, "etc/motd", "newer")
	apply(engine.Remove, "etc/motd", "")
	apply(engine.Remove, "etc/deep/issue", "")
	expect("etc/motd", "docker's")
	expect("etc/deep/issue", "")
	if found, err := target.Adopt(t.Context(), nil); err != nil || len(found) > 0 {
		t.Errorf("left: %v %v", found, err)
	}
	if err := target.Apply(t.Context(), File, []engine.Op{{Verb: engine.Create, Key: Key{"../out"}, Attrs: []engine.AttrValue{{ID: content, Value: "x"}}}})[0]; err == nil {
		t.Error("a file outside the directory was written")
	}
}
