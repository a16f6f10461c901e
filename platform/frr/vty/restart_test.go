package vty

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// TestNoBlock: a block that has gone with its daemon is not begun by what stands in it.
func TestNoBlock(t *testing.T) {
	b := startBgp(t, "")
	before := b.config()
	errs := b.target.Apply(t.Context(), frr.BgpdLine, lineOps(engine.Create, b.lines("router bgp _ 65000\n neighbor 10.0.0.1 remote-as _ 65001\n")[1:]...))
	var class *engine.Error
	if !errors.As(errs[0], &class) || class.Class != engine.Transient {
		t.Error(errs[0])
	}
	if diff := cmp.Diff(before, b.config()); diff != "" {
		t.Error(diff)
	}
}

// TestActionInPlace: a statement of a route map changes its action, and keeps what is in it.
func TestActionInPlace(t *testing.T) {
	b := startBgp(t, "")
	b.apply(lineOps(engine.Create, b.lines("route-map R _ permit _ 10\n match tag _ 5\n")...))
	b.apply(lineOps(engine.Update, b.lines("route-map R _ deny _ 10\n")...))
	if got := b.config(); !strings.Contains(got, "route-map R deny 10\n match tag 5") || strings.Contains(got, "permit") {
		t.Error(got)
	}
	b.apply(lineOps(engine.Update, b.lines("route-map R _ deny _ 10\n match tag _ 6\n")[1]))
	if got := b.config(); !strings.Contains(got, "route-map R deny 10\n match tag 6") {
		t.Error(got)
	}
}

// TestBgpdRestarts: lines that a bgpd took along are told, and the commands are repeated until they succeed.
func TestBgpdRestarts(t *testing.T) {
	b := startBgp(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	events := b.target.Observe(ctx)
	lines := b.lines(small)
	b.apply(lineOps(engine.Create, lines...))
	b.bgpd.Kill()
	b.target.last = nil // as after a while
	errs := b.target.Apply(t.Context(), frr.BgpdLine, lineOps(engine.Update, lines[2]))
	var class *engine.Error
	if !errors.As(errs[0], &class) || class.Class != engine.Transient {
		t.Errorf("without bgpd: %v", errs[0])
	}
	b.router.Start(t, "bgpd", "router bgp 65000\n neighbor 10.0.0.1 remote-as 65001\n") // as saved by a user
	gone := map[engine.Key]bool{}
	deadline := time.After(20 * time.Second)
	for len(gone) < len(lines)-2 {
		select {
		case list := <-events:
			for _, a := range list {
				gone[a.Key] = a.Gone
			}
		case <-deadline:
			t.Fatalf("gone are only %v", gone)
		}
	}
	b.apply(lineOps(engine.Create, lines...))
	b.apply(lineOps(engine.Remove, lines[4], lines[3], lines[2], lines[1], lines[6], lines[5], lines[0]))
	if got := b.config(); strings.Contains(got, "router bgp") || strings.Contains(got, "route-map") {
		t.Errorf("what is ours was not taken back after the restart:\n%s", got)
	}
	cancel()
	if err := b.target.Close(); err != nil {
		t.Error(err)
	}
}

// TestSuddenEnd: between the note and the command, and between the command and its note.
func TestSuddenEnd(t *testing.T) {
	b := startBgp(t, "")
	lines := b.lines(small)
	b.apply(lineOps(engine.Create, lines[0]))
	for _, l := range lines[1:3] {
		b.target.record.put(entry{Key: l.Key, Text: l.Text, Unsure: true})
	}
	if err := b.target.record.save(); err != nil {
		t.Fatal(err)
	}
	b.router.Configure(t, "router bgp 65000", "neighbor 10.0.0.1 remote-as 65001")
	b.open()
	found, err := b.target.Adopt(t.Context(), nil)
	if err != nil || len(found) != 2 {
		t.Errorf("adopted %v, %v", found, err)
	}
	b.apply(lineOps(engine.Create, lines[2]))
	b.apply(lineOps(engine.Remove, lines[2], lines[1], lines[0]))
	if got := b.config(); strings.Contains(got, "router bgp") {
		t.Error(got)
	}
}

// TestAdoptWithoutDaemon: lines are taken as noted until the daemon can be asked.
func TestAdoptWithoutDaemon(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bgpd.lines")
	r := newRecord(file, frr.Bgpd)
	lines := readLines(t, frr.Bgpd, small)
	for _, l := range lines {
		r.put(entry{Key: l.Key, Text: l.Text, Shown: l.Key.Text(l.Text)})
	}
	if err := r.save(); err != nil {
		t.Fatal(err)
	}
	target := NewLines(frr.Bgpd, t.TempDir(), file, slog.New(slog.DiscardHandler), nil)
	found, err := target.Adopt(t.Context(), nil)
	if err != nil || len(found) != len(lines) {
		t.Errorf("adopted %v, %v", found, err)
	}
}

// FuzzTree: whatever a daemon prints is read without a panic, and each line is found again where it stands.
func FuzzTree(f *testing.F) {
	f.Add(small)
	f.Add("a\n  b\n c\n!\nexit\nend\n d\n")
	f.Fuzz(func(t *testing.T, config string) {
		tree := parseTree(config)
		for c, b := range tree.blocks {
			for _, line := range b.lines {
				if !tree.has(c, line) {
					t.Fatalf("%q in %q is not found", line, c)
				}
			}
		}
	})
}
