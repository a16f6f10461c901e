package vty

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	router "github.com/hypersonic-nos/hypersonic/tests/netns/frr"
)

// fileLines is testdata/<daemon>.conf: lines of every sort that rows are translated to, in an order in which FRR takes them.
func fileLines(t *testing.T, d frr.Daemon) []frr.Line {
	t.Helper()
	text, err := os.ReadFile("testdata/" + d.String() + ".conf")
	if err != nil {
		t.Fatal(err)
	}
	return readLines(t, d, string(text))
}

// readLines reads indented lines. An underscore stands before the value, and another behind it if more words follow.
func readLines(t *testing.T, d frr.Daemon, text string) (out []frr.Line) {
	t.Helper()
	path := []frr.Context{""}
	for line := range strings.Lines(text) {
		words := strings.TrimSpace(line)
		depth := len(line) - len(strings.TrimLeft(line, " "))
		if words == "" || words[0] == '!' {
			continue
		}
		k := frr.LineKey{Daemon: d, Context: path[depth]}
		if frr.IsImplicit(words) {
			path = append(path[:depth+1], k.Context.In(words))
			continue
		}
		words, no := strings.CutPrefix(words, "no ")
		parts := strings.Split(words+" ", " _ ")
		k.Head = strings.TrimSpace(parts[0])
		l := frr.Line{Key: k, Text: frr.Text{No: no}}
		if len(parts) > 1 {
			l.Text.Value = strings.TrimSpace(parts[1])
		}
		if len(parts) > 2 {
			l.Key.Tail = strings.TrimSpace(parts[2])
		}
		path = append(path[:depth+1], l.Key.Inside())
		out = append(out, l)
	}
	return out
}

func lineOps(v engine.Verb, lines ...frr.Line) (out []engine.Op) {
	for _, l := range lines {
		op := engine.Op{Verb: v, Key: l.Key}
		if v != engine.Remove {
			op.Attrs = []engine.AttrValue{engine.AttrValue(l.Attr())}
		}
		out = append(out, op)
	}
	return out
}

// bgp is a bgpd, or another of FRR's daemons, a target for it, and what it was told.
type bgp struct {
	*testing.T
	daemon frr.Daemon
	router *router.Router
	bgpd   *netns.Process
	record string
	target *Lines
	said   []string
}

func startBgp(t *testing.T, config string) *bgp { return startDaemon(t, frr.Bgpd, config) }

func startDaemon(t *testing.T, d frr.Daemon, config string) *bgp {
	netns.Require(t)
	router.Require(t, "zebra", d.String())
	b := &bgp{T: t, daemon: d, router: router.New(t, netns.New(t)), record: filepath.Join(t.TempDir(), "lines")}
	b.router.Start(t, "zebra", "")
	switch d {
	case frr.Zebra:
	case frr.Bfdd: // its other socket is not in the directory of the others
		b.router.Start(t, d.String(), config, "--bfdctl", filepath.Join(b.router.Sockets(), "bfdd.sock"))
	default:
		b.bgpd = b.router.Start(t, d.String(), config)
	}
	b.open()
	return b
}

// open makes a target, as a daemon that starts again would.
func (b *bgp) open() {
	if b.target != nil {
		if err := b.target.Close(); err != nil {
			b.Error(err)
		}
	}
	b.target = NewLines(b.daemon, b.router.Sockets(), b.record, slog.New(slog.DiscardHandler), func(c string) { b.said = append(b.said, c) })
	b.Cleanup(func() { _ = b.target.Close() })
}

func (b *bgp) apply(ops []engine.Op) {
	b.Helper()
	for i, err := range b.target.Apply(b.Context(), b.daemon.Kind(), ops) {
		if err != nil {
			b.Errorf("%s: %v", ops[i].Key, err)
		}
	}
}

// heard is what bgpd was told since the last call.
func (b *bgp) heard() []string {
	said := b.said
	b.said = nil
	return said
}

// config is bgpd's configuration as a user sees it.
func (b *bgp) config() string {
	b.Helper()
	out, err := b.router.Show("show running-config " + b.daemon.String())
	if err != nil {
		b.Fatal(err)
	}
	var keep []string
	for line := range strings.Lines(out) {
		if l := strings.TrimRight(line, "\n"); l != "" && strings.TrimSpace(l) != "!" {
			keep = append(keep, l)
		}
	}
	return strings.Join(keep, "\n")
}

// TestEveryLine: FRR takes each of our lines, shows it so that it is known again, and takes it back without a trace.
func TestEveryLine(t *testing.T) {
	for _, d := range frr.Daemons() {
		t.Run(d.String(), func(t *testing.T) {
			b := startDaemon(t, d, map[frr.Daemon]string{frr.Bfdd: "bfd\n"}[d]) // bfdd shows the block for ever once it was there
			empty := b.config()
			lines := fileLines(t, d)
			for _, l := range lines {
				b.apply(lineOps(engine.Create, l))
			}
			for _, e := range b.target.record.all() {
				if e.Shown != e.Key.Text(e.Text) {
					t.Logf("%q is shown as %q", e.Key.Text(e.Text), e.Shown)
				}
			}
			b.open()
			b.heard()
			b.adopts(lines)
			slices.Reverse(lines)
			for _, l := range lines {
				b.apply(lineOps(engine.Remove, l))
			}
			if diff := cmp.Diff(empty, b.config()); diff != "" {
				t.Errorf("left behind:\n%s", diff)
			}
		})
	}
}

// adopts has the target adopt just these lines, without a word.
func (b *bgp) adopts(lines []frr.Line) {
	b.Helper()
	found, err := b.target.Adopt(b.Context(), nil)
	if err != nil || len(found) != len(lines) {
		b.Errorf("adopted %d lines of %d: %v", len(found), len(lines), err)
	}
	for _, a := range found {
		if !slices.ContainsFunc(lines, func(l frr.Line) bool { return l.Key == a.Key && l.Text == a.Attrs[0].Value }) {
			b.Errorf("adopted %v", a)
		}
	}
	if said := b.heard(); len(said) > 0 {
		b.Errorf("adoption told FRR %q", said)
	}
}

// lines reads lines as they stand in testdata.
func (b *bgp) lines(text string) []frr.Line {
	b.Helper()
	return readLines(b.T, b.daemon, text)
}

const small = `router bgp _ 65000
 neighbor 10.0.0.1 remote-as _ 65001
 neighbor 10.0.0.1 timers _ 3 10
 address-family ipv4 unicast
  neighbor 10.0.0.1 route-map _ FROM _ in
  network 10.0.0.0/8
route-map FROM _ permit _ 10
 set local-preference _ 200
`

// TestOnlyTheLine: a change is one command in its block.
func TestOnlyTheLine(t *testing.T) {
	b := startBgp(t, "")
	b.apply(lineOps(engine.Create, b.lines(small)...))
	want := []string{"configure terminal", "router bgp 65000", "neighbor 10.0.0.1 remote-as 65001", "neighbor 10.0.0.1 timers 3 10",
		"address-family ipv4 unicast", "neighbor 10.0.0.1 route-map FROM in", "network 10.0.0.0/8",
		"end", "configure terminal", "route-map FROM permit 10", "set local-preference 200", "end"}
	if diff := cmp.Diff(want, b.heard()); diff != "" {
		t.Error(diff)
	}
	b.apply(lineOps(engine.Update, b.lines(`router bgp _ 65000
 address-family ipv4 unicast
  neighbor 10.0.0.1 route-map _ OTHER _ in
`)[1:]...))
	if diff := cmp.Diff([]string{"configure terminal", "router bgp 65000", "address-family ipv4 unicast", "neighbor 10.0.0.1 route-map OTHER in", "end"}, b.heard()); diff != "" {
		t.Error(diff)
	}
	b.apply(lineOps(engine.Update, b.lines("router bgp _ 65000\n neighbor 10.0.0.1 timers _ 5 15\n")[1:]...))
	if diff := cmp.Diff([]string{"configure terminal", "router bgp 65000", "neighbor 10.0.0.1 timers 5 15", "end"}, b.heard()); diff != "" {
		t.Error(diff)
	}
	b.apply(lineOps(engine.Remove, b.lines("router bgp _ 65000\n neighbor 10.0.0.1 timers _ \n")[1:]...))
	if diff := cmp.Diff([]string{"configure terminal", "router bgp 65000", "no neighbor 10.0.0.1 timers 5 15", "end"}, b.heard()); diff != "" {
		t.Error(diff)
	}
	b.apply(lineOps(engine.Remove, b.lines("router bgp _ 65000\n neighbor 10.0.0.1 timers _ \n")[1:]...))
	if said := b.heard(); len(said) > 0 {
		t.Errorf("once more: %q", said)
	}
}

const hand = `router bgp 65000
 bgp router-id 9.9.9.9
 neighbor 10.0.0.9 remote-as 65009
 neighbor 10.0.0.9 timers 7 21
exit
`

// TestHandWritten: what is in the daemon's own file is neither written again, nor changed unless the very line is wanted otherwise, nor taken back.
func TestHandWritten(t *testing.T) {
	b := startBgp(t, hand)
	before := b.config()
	same := b.lines("router bgp _ 65000\n neighbor 10.0.0.9 remote-as _ 65009\n neighbor 10.0.0.9 timers _ 7 21\n")
	b.apply(lineOps(engine.Create, same...))
	b.apply(lineOps(engine.Remove, same[2], same[1], same[0]))
	b.apply(lineOps(engine.Create, same...))
	if said := b.heard(); len(said) > 0 {
		t.Errorf("FRR was told %q", said)
	}
	ours := b.lines("router bgp _ 65000\n neighbor 10.0.0.1 remote-as _ 65001\n")[1:]
	b.apply(lineOps(engine.Create, ours...))

	// After a restart the engine asks again for what it does not find adopted.
	b.open()
	b.heard()
	found, err := b.target.Adopt(t.Context(), nil)
	if err != nil || len(found) != 1 || found[0].Key != ours[0].Key {
		t.Errorf("adopted %v, %v", found, err)
	}
	b.apply(lineOps(engine.Create, same...))
	if said := b.heard(); len(said) > 0 {
		t.Errorf("after a restart FRR was told %q", said)
	}
	b.apply(lineOps(engine.Remove, ours[0], same[2], same[1], same[0]))
	if diff := cmp.Diff(before, b.config()); diff != "" {
		t.Errorf("hand-written lines changed:\n%s", diff)
	}

	// The very line is asked for with another value: now it is ours.
	b.apply(lineOps(engine.Create, same...))
	b.apply(lineOps(engine.Update, b.lines("router bgp _ 65000\n neighbor 10.0.0.9 timers _ 3 10\n")[1]))
	b.apply(lineOps(engine.Remove, same[2]))
	if got := b.config(); strings.Contains(got, "timers") || !strings.Contains(got, "neighbor 10.0.0.9 remote-as 65009") {
		t.Error(got)
	}
}

// TestBlockOfOthers: a block that we began stays as long as somebody else's lines are in it.
func TestBlockOfOthers(t *testing.T) {
	b := startBgp(t, "")
	begin := b.lines("router bgp _ 65000\n")
	b.apply(lineOps(engine.Create, begin...))
	b.router.Configure(t, "router bgp 65000", "neighbor 10.0.0.9 remote-as 65009")
	b.apply(lineOps(engine.Remove, begin...))
	if got := b.config(); !strings.Contains(got, "neighbor 10.0.0.9 remote-as 65009") {
		t.Error(got)
	}
}

// TestLineRefusals: FRR's words reach the row, the other lines are written, and nothing is left on record.
func TestLineRefusals(t *testing.T) {
	b := startBgp(t, hand)
	ops := lineOps(engine.Create, b.lines(`router bgp _ 65000
 neighbor 10.0.0.1 peer-group _ NOBODY
 neighbor 10.0.0.1 remote-as _ 65001
`)[1:]...)
	ops = append(ops, lineOps(engine.Create, b.lines("router bgp _ 65001\n")...)...)
	ops = append(ops, lineOps(engine.Create, b.lines("route-map R _ permit _ 10\n")...)...)
	bad := frr.Line{Key: frr.LineKey{Daemon: frr.Bgpd, Head: "route-map R permit 20\nend"}}
	ops = append(ops, lineOps(engine.Create, bad)...)
	errs := b.target.Apply(t.Context(), frr.BgpdLine, ops)
	for i, want := range []string{"Configure the peer-group first", "", "BGP is already running; AS is 65000", "", "not one line"} {
		if got := errs[i]; want == "" && got != nil || want != "" && (got == nil || !strings.Contains(got.Error(), want)) {
			t.Errorf("%s: %v, want %q", ops[i].Key, got, want)
		}
	}
	if n := len(b.target.record.all()); n != 2 {
		t.Errorf("%d lines on record: %v", n, b.target.record.all())
	}
}
