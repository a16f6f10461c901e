// Package arch holds the tests of the house itself: who may import whom, and rules that a compiler does not know.
package arch

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hypersonic-nos/hypersonic/"

// allowed says what a package may import of ours; a prefix covers the packages below it. The longest matching entry decides.
// cmd and tests import everything.
var allowed = map[string][]string{
	"db":                    {"db"},
	"tables":                {"db"},
	"engine":                {"db", "engine"},
	"sai":                   {"sai", "engine"},
	"sai/sairedis":          {"sai", "db"},
	"orchagent":             {"orchagent", "tables", "db", "engine", "sai"},
	"cfgmgr":                {"cfgmgr", "tables", "db", "engine", "platform/linux", "platform/frr", "platform/hostfile"},
	"netsync":               {"netsync", "tables", "db", "engine", "platform/linux", "platform/lldp", "platform/lacp", "platform/dhcprelay", "platform/frr"},
	"syncd":                 {"syncd", "sai", "db"},
	"platform":              {"platform", "sai", "engine"},
	"platform/linux":        {"engine", "platform/linux"},
	"platform/linux/kernel": {"engine", "platform/linux"},
	"candidate":             {"candidate", "tables", "db"},
	"cli":                   {"cli", "candidate", "tables", "db"},
	"gnmi":                  {"gnmi", "candidate", "tables", "db"},
	"tests/netns":           {},
	"tests/oracle":          {"tables", "db", "sai"},
}

// pure packages reach the world through interfaces only.
var pure = []string{"tables", "engine", "orchagent", "cfgmgr"}

var impure = []string{
	"os", "os/exec", "net", "syscall", "golang.org/x/sys/unix",
	"github.com/redis/go-redis/v9", "github.com/vishvananda/netlink", "github.com/cilium/ebpf",
}

// excused imports of pure packages, each with its reason.
var excused = map[string][]string{
	"tables": {"net"}, // net.ParseMAC and the text of a MAC address: no I/O
}

func TestImportsGoDown(t *testing.T) {
	for path, file := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(path))
		test := strings.HasSuffix(path, "_test.go")
		for _, spec := range file.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if rest, ours := strings.CutPrefix(imported, module); ours && !test && !mayImport(dir, rest) {
				t.Errorf("%s imports %s: imports only go down (DESIGN.md)", path, rest)
			}
			if !test && isPure(dir) && slices.Contains(impure, imported) && !slices.Contains(excused[root(dir)], imported) {
				t.Errorf("%s imports %s: %s is pure", path, imported, root(dir))
			}
		}
	}
}

// TestNothingSleeps holds rule 7: waiting is for a channel or a deadline.
func TestNothingSleeps(t *testing.T) {
	for path, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" {
					t.Errorf("%s sleeps", path)
				}
			}
			return true
		})
	}
}

// TestFilesAreSmall holds rule 15: a hand-written file of more than 400 lines is asking to be two.
func TestFilesAreSmall(t *testing.T) {
	for path := range sources(t) {
		if strings.HasSuffix(path, "_gen.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(top(t), path))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > 400 {
			t.Errorf("%s has %d lines", path, lines)
		}
	}
}

// TestEveryPackageSaysWhatItIs wants a package comment, the only map a reader has at the door.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for path, file := range sources(t) {
		dir := filepath.Dir(path)
		documented[dir] = documented[dir] || file.Doc != nil
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment", dir)
		}
	}
}

// TestNoBannedNames holds rule 15 for packages and files.
func TestNoBannedNames(t *testing.T) {
	for path := range sources(t) {
		for part := range strings.SplitSeq(filepath.ToSlash(path), "/") {
			name := strings.TrimSuffix(strings.TrimSuffix(part, ".go"), "_test")
			if slices.Contains([]string{"util", "utils", "helper", "helpers", "common", "misc", "manager", "data"}, name) {
				t.Errorf("%s: %q says nothing", path, name)
			}
		}
	}
}

func mayImport(dir, imported string) bool {
	if strings.HasPrefix(dir, "cmd/") || dir == "tests" || strings.HasPrefix(dir, "tests/") && allowed[dir] == nil {
		return true
	}
	if dir == imported || strings.HasPrefix(imported, dir+"/") {
		return true
	}
	for entry := dir; entry != "."; entry = filepath.Dir(entry) {
		list, ok := allowed[entry]
		if !ok {
			continue
		}
		return slices.ContainsFunc(list, func(p string) bool { return covers(p, imported) })
	}
	return false
}

// covers tells whether an entry allows a package: it and what is below it, or with a $ at the end it alone.
func covers(entry, imported string) bool {
	if exact, ok := strings.CutSuffix(entry, "$"); ok {
		return imported == exact
	}
	return imported == entry || strings.HasPrefix(imported, entry+"/")
}

func isPure(dir string) bool { return slices.Contains(pure, root(dir)) }

func root(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

func top(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(filepath.Join(dir, "go.mod")); err != nil || !bufio.NewScanner(f).Scan() {
		t.Fatalf("no go.mod in %s", dir)
	}
	return dir
}

// sources parses every Go file of the module (imports and comments; bodies too), by path below the top.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	base := top(t)
	fset := token.NewFileSet()
	err := filepath.WalkDir(base, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") && path != base {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		mode := parser.ParseComments | parser.SkipObjectResolution
		if strings.HasSuffix(path, "_gen.go") {
			mode = parser.ImportsOnly | parser.ParseComments
		}
		file, err := parser.ParseFile(fset, path, nil, mode)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(base, path)
		out[rel] = file
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
