package vty

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// entry is a line that we wrote.
type entry struct {
	Key  frr.LineKey
	Text frr.Text
	// Shown is how FRR shows it; empty if it does not, because the line is the default.
	Shown string
	Fixed bool // of which attribute Text is
	// Foreign: somebody else had written the very line when it was wanted, so that it is not ours to take back.
	Foreign bool
	// Unsure: it was about to be written when this was noted.
	Unsure bool
}

// record is which lines of a daemon's configuration are ours, in a file, so that they are known after a restart.
type record struct {
	file   string
	daemon frr.Daemon

	// mu guards entries: Apply changes them in the engine's goroutine, and the observing one reads them when the daemon has gone.
	mu      sync.Mutex
	entries map[frr.LineKey]entry
	saved   string // what the file holds
}

func newRecord(file string, d frr.Daemon) *record {
	return &record{file: file, daemon: d, entries: map[frr.LineKey]entry{}}
}

func (r *record) get(k frr.LineKey) (entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.entries[k]
	return e, ok
}

// put notes a line.
func (r *record) put(e entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries[e.Key] = e
}

func (r *record) drop(k frr.LineKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.entries, k)
}

// rephrase notes lines that FRR shows in other words since something else was written: an interface's remote-as has a line of its own once the
// neighbour is in a peer group.
func (r *record) rephrase(now *tree) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, e := range r.entries {
		if e.Shown == "" || now.has(k.Context, e.Shown) {
			continue
		}
		if line, ok := now.find(k); ok {
			e.Shown = line
			r.entries[k] = e
		}
	}
}

// wrote tells whether a line that FRR shows is one of ours.
func (r *record) wrote(c frr.Context, shown string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for k, e := range r.entries {
		if k.Context == c && e.Shown == shown && !e.Foreign {
			return true
		}
	}
	return false
}

// all are the lines, in the order of their texts.
func (r *record) all() []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.SortedFunc(maps.Values(r.entries), func(a, b entry) int { return strings.Compare(a.Key.String(), b.Key.String()) })
}

// line is an entry in the file, one a line.
type line struct {
	Line   string `json:"line"` // the key's text
	Value  string `json:"value,omitempty"`
	No     bool   `json:"no,omitempty"`
	Shown  string `json:"shown,omitempty"`
	Fixed  bool   `json:"fixed,omitempty"`
	Unsure bool   `json:"unsure,omitempty"`
}

// save writes the file, all of it or nothing.
func (r *record) save() error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range r.all() {
		if e.Foreign {
			continue
		}
		if err := enc.Encode(line{Line: e.Key.String(), Value: e.Text.Value, No: e.Text.No, Shown: e.Shown, Fixed: e.Fixed, Unsure: e.Unsure}); err != nil {
			return fmt.Errorf("record of lines: %w", err)
		}
	}
	if b.String() == r.saved {
		return nil
	}
	// A daemon's passwords are among them.
	if err := os.WriteFile(r.file+".new", []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("record of lines: %w", err)
	}
	if err := os.Rename(r.file+".new", r.file); err != nil {
		return fmt.Errorf("record of lines: %w", err)
	}
	r.saved = b.String()
	return nil
}

// load reads the file. Without one, or of what is not understood in it, nothing is ours.
func (r *record) load() error {
	text, err := os.ReadFile(r.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record of lines: %w", err)
	}
	r.saved = string(text)
	var bad error
	for text := range strings.Lines(string(text)) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			bad = fmt.Errorf("record of lines %s: %w", r.file, err)
			continue
		}
		k, err := r.daemon.Kind().Parse(l.Line)
		if err != nil {
			bad = fmt.Errorf("record of lines %s: %w", r.file, err)
			continue
		}
		r.put(entry{Key: k.(frr.LineKey), Text: frr.Text{Value: l.Value, No: l.No}, Shown: l.Shown, Fixed: l.Fixed, Unsure: l.Unsure})
	}
	return bad
}
