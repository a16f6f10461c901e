package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/cobra"
	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/rehearsal"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

var update = flag.Bool("update", false, "write what the commands print into the transcripts")

func TestMain(m *testing.M) {
	cobra.EnablePrefixMatching = true // as cmd/hypersonic does
	// A package that gNMI uses begins a goroutine for its own log, and never ends it.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { transcript(t, file) })
	}
}

func transcript(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t, archive)
	for i := range archive.Files {
		if f := &archive.Files[i]; f.Name == "transcript" {
			got := s.play(string(f.Data))
			if *update {
				f.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(strings.Split(string(f.Data), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("another output (-file +now):\n%s", diff)
			}
		}
	}
}

// stage is a switch of tables alone.
type stage struct {
	t       *testing.T
	root    string
	client  *mem.Client
	sw      *cli.Switch
	written []db.RawWrite
	// published are the notifications of the last command.
	published []db.Notification
	frr       map[string]string
	// kept is how many rows the configuration had that was kept as the last good one.
	kept int
}

func newStage(t *testing.T, archive *txtar.Archive) *stage {
	s := &stage{t: t, root: t.TempDir(), client: mem.New().Client(), frr: map[string]string{}}
	s.sw = &cli.Switch{
		Path:     func(elem ...string) string { return filepath.Join(append([]string{s.root}, elem...)...) },
		Connect:  func(context.Context) (db.Keyspace, error) { return observed{s.client, s}, nil },
		FRR:      s.vty,
		Complete: func(rows []configjson.Row) ([]configjson.Row, error) { return rows, nil },
		Keep:     func(rows []configjson.Row) error { s.kept = len(rows); return nil },
		Try: func(ctx context.Context, _ db.Keyspace, was, now []configjson.Row) (cli.Plan, error) {
			plan, err := rehearsal.Try(ctx, rehearsal.Trial{SKU: hwsku.Default(), MAC: tables.MAC{2, 0x48, 0x53, 0, 0, 1}, Was: was, Now: now})
			slices.Sort(plan.ASIC) // what has nothing to do with each other comes in any order
			slices.Sort(plan.FRR)
			return cli.Plan(plan), err
		},
		Cages:        func() ([]cli.Cage, error) { return boot.Cages(hwsku.Default()), nil },
		CoppDefaults: func() ([]db.Write, error) { return daemon.CoppDefaults(daemon.Env{Root: s.root}) },
		Machine: func() cli.Machine {
			return cli.Machine{Build: "v1.0.0", Commit: "0123abcd", Date: "2026-01-01", Distribution: "12.9", Kernel: "6.18.0", Uptime: 90 * time.Minute}
		},
		Now: func() time.Time { return time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC) },
	}
	if err := s.client.Raw(db.Config).Set(t.Context(), "CONFIG_DB_INITIALIZED", "1"); err != nil {
		t.Fatal(err)
	}
	var addresses []cli.Address
	var neighbors []cli.Neighbor
	for _, f := range archive.Files {
		name, arg, _ := strings.Cut(f.Name, " ")
		switch name {
		case "rows":
			s.load(string(f.Data))
		case "kernel":
			addresses, neighbors = parseKernel(t, string(f.Data))
		case "frr":
			s.frr[arg] = string(f.Data)
		case "file":
			s.file(arg, f.Data)
		case "terminal":
			s.sw.Terminal = true
		case "transcript":
		default:
			t.Fatalf("unknown part %q", f.Name)
		}
	}
	s.sw.Addresses = func(context.Context) ([]cli.Address, error) { return slices.Clone(addresses), nil }
	s.sw.FlushNeighbors = func(v6 bool, one netip.Addr) (n int, err error) {
		neighbors = slices.DeleteFunc(neighbors, func(x cli.Neighbor) bool {
			gone := x.IP.Is6() == v6 && (!one.IsValid() || x.IP == one)
			if gone {
				n++
			}
			return gone
		})
		return n, nil
	}
	s.sw.Neighbors = func(context.Context) ([]cli.Neighbor, error) { return slices.Clone(neighbors), nil }
	return s
}

func (s *stage) vty(_ context.Context, daemon, command string) (string, error) {
	text, ok := s.frr[daemon+" "+command]
	if !ok {
		return "", fmt.Errorf("FRR's %s does not answer: no %q", daemon, command)
	}
	if strings.HasPrefix(text, "%") || strings.HasPrefix(text, "{}") {
		return text, cli.ErrRefused // FRR's way
	}
	return text, nil
}

func (s *stage) file(name string, text []byte) {
	path := filepath.Join(s.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) load(text string) {
	for line := range strings.Lines(text) {
		words := quotedWords(strings.TrimSpace(line))
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		w := db.RawWrite{Key: words[1]}
		for _, f := range words[2:] {
			name, value, _ := strings.Cut(f, "=")
			w.Fields = append(w.Fields, db.Field{Name: name, Value: value})
		}
		if len(w.Fields) == 0 {
			w.Fields = []db.Field{{Name: "NULL", Value: "NULL"}}
		}
		if err := s.client.Raw(databaseOf(s.t, words[0])).Write(s.t.Context(), []db.RawWrite{w}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func databaseOf(t *testing.T, name string) db.ID {
	for id := range db.ID(20) {
		if id.String() == name {
			return id
		}
	}
	t.Fatalf("no database %s", name)
	return 0
}

// quotedWords cuts at blanks outside single quotes.
func quotedWords(line string) (words []string) {
	quoted, open := false, false
	var word strings.Builder
	for _, r := range line {
		switch {
		case r == '\'':
			quoted, open = !quoted, true
		case r == ' ' && !quoted:
			if open || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
		}
	}
	if open || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

func parseKernel(t *testing.T, text string) (addresses []cli.Address, neighbors []cli.Neighbor) {
	for line := range strings.Lines(text) {
		switch w := strings.Fields(line); {
		case len(w) == 6 && w[0] == "address":
			a := cli.Address{Interface: w[1], Master: strings.Trim(w[2], "-"), Prefix: netip.MustParsePrefix(w[3]), Admin: w[4] == "up", Oper: w[5] == "up"}
			addresses = append(addresses, a)
		case len(w) == 5 && w[0] == "neighbor":
			n := cli.Neighbor{IP: netip.MustParseAddr(w[1]), Interface: w[3], State: w[4]}
			if err := n.MAC.UnmarshalText([]byte(w[2])); err != nil {
				t.Fatal(err)
			}
			neighbors = append(neighbors, n)
		case len(w) > 0:
			t.Fatalf("kernel: %q", line)
		}
	}
	return addresses, neighbors
}

// play runs the commands of a transcript and returns it with what they print now.
func (s *stage) play(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		switch command, ok := strings.CutPrefix(line, "$ "); {
		case ok:
			out.WriteString(line)
			said := strings.ReplaceAll(s.run(strings.TrimSpace(command)), s.root, "$ROOT")
			out.WriteString(said)
			if said != "" && !strings.HasSuffix(said, "\n") {
				out.WriteString("\n")
			}
		case strings.HasPrefix(line, "# "):
			out.WriteString(line)
		}
	}
	return out.String()
}

func (s *stage) run(command string) string {
	command, input, _ := strings.Cut(command, " < ")
	s.sw.Input = strings.NewReader(input + "\n")
	words := quotedWords(strings.ReplaceAll(command, "$ROOT", s.root))
	programs := map[string]func(*cli.Switch) *cobra.Command{"show": cli.Show, "config": cli.Config, "sonic-cfggen": cli.Cfggen, "sonic-clear": cli.Clear,
		"acl-loader": cli.AclLoader, "aclshow": cli.AclShow, "crm": cli.Crm, "pfcwd": cli.Pfcwd, "ecnconfig": cli.Ecnconfig, "counterpoll": cli.Counterpoll}
	build := programs[words[0]]
	if build == nil {
		return s.builtin(words)
	}
	s.written, s.published = nil, nil
	var out bytes.Buffer
	cmd := build(s.sw)
	cmd.SetArgs(words[1:])
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	if code := cli.Report(&out, cmd.ExecuteContext(s.t.Context())); code != 0 {
		fmt.Fprintf(&out, "[exit %d]\n", code)
	}
	return out.String()
}

func (s *stage) builtin(words []string) string {
	var out strings.Builder
	switch words[0] {
	case "rows":
		raw := s.client.Raw(databaseOf(s.t, words[1]))
		_ = raw.Keys(s.t.Context(), words[2], func(keys []string) error {
			slices.Sort(keys)
			hashes, err := raw.Hashes(s.t.Context(), keys)
			for i, k := range keys {
				fmt.Fprintln(&out, k+fields(hashes[i]))
			}
			return err
		})
	case "written":
		for _, w := range s.written {
			fmt.Fprint(&out, w.Key, fields(w.Fields))
			if len(w.Remove) > 0 {
				fmt.Fprint(&out, " without ", strings.Join(w.Remove, ","))
			}
			if w.Delete {
				fmt.Fprint(&out, " gone")
			}
			fmt.Fprintln(&out)
		}
	case "kept":
		fmt.Fprintln(&out, s.kept, "rows")
	case "published":
		for _, n := range s.published {
			fmt.Fprintln(&out, n.Channel, n.Op, n.Data)
		}
	case "set":
		if err := s.client.Raw(databaseOf(s.t, words[1])).Set(s.t.Context(), words[2], words[3]); err != nil {
			s.t.Fatal(err)
		}
	case "tar":
		return listTar(s.t, words[1])
	case "cat":
		text, err := os.ReadFile(words[1])
		if err != nil {
			return err.Error() + "\n"
		}
		return string(text)
	default:
		s.t.Fatalf("unknown command %q", words[0])
	}
	return out.String()
}

// listTar names what is in a tarball, but for what the machine has.
func listTar(t *testing.T, file string) string {
	f, err := os.Open(file)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(h.Name, "/proc/") {
			fmt.Fprintln(&out, h.Name)
		}
	}
}

func fields(row []db.Field) string {
	row = slices.Clone(row)
	slices.SortFunc(row, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	for _, f := range row {
		if f.Name != "NULL" {
			b.WriteString(" " + f.Name + "=" + f.Value)
		}
	}
	return b.String()
}

// observed notes what is written to CONFIG_DB.
type observed struct {
	*mem.Client
	s *stage
}

func (o observed) Publish(_ context.Context, n ...db.Notification) error {
	o.s.published = append(o.s.published, n...)
	return nil
}

func (o observed) Raw(id db.ID) db.Raw {
	if id != db.Config {
		return o.Client.Raw(id)
	}
	return observedRaw{o.Client.Raw(id), o.s}
}

type observedRaw struct {
	db.Raw
	s *stage
}

func (o observedRaw) WriteIf(ctx context.Context, was []db.RawRow, w []db.RawWrite) ([]string, error) {
	o.s.written = append(o.s.written, w...)
	return o.Raw.WriteIf(ctx, was, w)
}

func (o observedRaw) Write(ctx context.Context, w []db.RawWrite) error {
	o.s.written = append(o.s.written, w...)
	return o.Raw.Write(ctx, w)
}
