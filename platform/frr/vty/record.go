package vty

import (
	"bytes"
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

// record is which lines of a daemon's configuration are ours, in a file, so that they are known after a restart. The file is written on and on, each line
// in the place of an earlier one of the same key, and now and then anew.
type record struct {
	file   string
	daemon frr.Daemon
	length int // lines in the file

	// mu guards the rest: Apply changes it in the engine's goroutine, and the observing one reads it when the daemon has gone.
	mu      sync.Mutex
	entries map[frr.LineKey]entry
	changed map[frr.LineKey]bool // since it was saved
}

func newRecord(file string, d frr.Daemon) *record {
	return &record{file: file, daemon: d, entries: map[frr.LineKey]entry{}, changed: map[frr.LineKey]bool{}}
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
	if old, known := r.entries[e.Key]; !known || old != e {
		r.entries[e.Key] = e
		r.changed[e.Key] = true
	}
}

func (r *record) drop(k frr.LineKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.entries[k]; known {
		delete(r.entries, k)
		r.changed[k] = true
	}
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
			r.entries[k], r.changed[k] = e, true
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

// all are the lines, in no order.
func (r *record) all() []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Collect(maps.Values(r.entries))
}

// line is an entry in the file, one a line.
type line struct {
	Line   string `json:"line"` // the key's text
	Value  string `json:"value,omitempty"`
	No     bool   `json:"no,omitempty"`
	Shown  string `json:"shown,omitempty"`
	Fixed  bool   `json:"fixed,omitempty"`
	Unsure bool   `json:"unsure,omitempty"`
	Gone   bool   `json:"gone,omitempty"` // not ours any more
}

// save writes what has changed.
func (r *record) save() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.changed) == 0 {
		return nil
	}
	anew := r.length == 0 || r.length > 2*len(r.entries)+1000
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	lines := 0
	add := func(k frr.LineKey) error {
		e, known := r.entries[k]
		lines++
		return enc.Encode(line{
			Line: k.String(), Value: e.Text.Value, No: e.Text.No, Shown: e.Shown, Fixed: e.Fixed, Unsure: e.Unsure, Gone: !known || e.Foreign,
		})
	}
	keys := maps.Keys(r.changed)
	if anew {
		keys = maps.Keys(r.entries)
	}
	for k := range keys {
		if err := add(k); err != nil {
			return fmt.Errorf("record of lines: %w", err)
		}
	}
	if err := r.write(b.Bytes(), anew); err != nil {
		return fmt.Errorf("record of lines: %w", err)
	}
	if anew {
		r.length = 0
	}
	r.length += lines
	clear(r.changed)
	return nil
}

// write adds to the file, or puts another in its place. A daemon's passwords are in it.
func (r *record) write(text []byte, anew bool) error {
	if anew {
		if err := os.WriteFile(r.file+".new", text, 0o600); err != nil {
			return err
		}
		return os.Rename(r.file+".new", r.file)
	}
	f, err := os.OpenFile(r.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
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
	var bad error
	for text := range strings.Lines(string(text)) {
		r.length++
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
		e := entry{Key: k.(frr.LineKey), Text: frr.Text{Value: l.Value, No: l.No}, Shown: l.Shown, Fixed: l.Fixed, Unsure: l.Unsure}
		if l.Gone {
			r.drop(e.Key)
		} else {
			r.put(e)
		}
	}
	clear(r.changed)
	return bad
}
