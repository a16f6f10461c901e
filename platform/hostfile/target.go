package hostfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Target is the file system of the switch as the engine's target. Files are written in place: one that is mounted by itself into a container, as Docker does with
// resolv.conf, cannot be exchanged.
type Target struct {
	root *os.Root
	kept string // directory, below root, of what files were before
}

var (
	_ engine.Target  = (*Target)(nil)
	_ engine.Adopter = (*Target)(nil)
)

// New is the target for the files below root. kept is a directory there that outlives the switch's processes.
func New(root *os.Root, kept string) *Target { return &Target{root, kept} }

// record is what is known of a file that is ours.
type record struct {
	Path  string  `json:"path"`
	Was   *string `json:"was"`   // before it was ours; null: it was not there
	Wrote string  `json:"wrote"` // by us, last
}

// Apply implements engine.Target.
func (t *Target) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for i, op := range ops {
		name := op.Key.(Key).Path
		if op.Verb == engine.Remove {
			errs[i] = t.restore(name)
		} else if at := slices.IndexFunc(op.Attrs, func(a engine.AttrValue) bool { return a.ID == content }); at >= 0 {
			errs[i] = t.write(name, op.Attrs[at].Value.(string))
		}
	}
	return errs
}

// Adopt implements engine.Adopter: the files that an earlier process wrote, as they are now. What somebody else has written meanwhile (Docker, when the container
// starts) is what they will be again.
func (t *Target) Adopt(context.Context, []*engine.Kind) ([]engine.Actual, error) {
	entries, err := fs.ReadDir(t.root.FS(), t.kept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []engine.Actual
	for _, e := range entries {
		text, err := t.root.ReadFile(path.Join(t.kept, e.Name()))
		var r record
		if err != nil || json.Unmarshal(text, &r) != nil || r.Path == "" {
			continue // half written when the machine stopped: the file has not been touched
		}
		now, err := t.read(r.Path)
		if err != nil {
			return nil, err
		}
		if now == nil || *now != r.Wrote {
			r.Was = now
			if err := t.keep(r); err != nil {
				return nil, err
			}
		}
		a := engine.Actual{Key: Key{r.Path}}
		if now != nil {
			a.Attrs = []engine.AttrValue{{ID: content, Value: *now}}
		}
		found = append(found, a)
	}
	return found, nil
}

func (t *Target) write(name, text string) error {
	r := record{Path: name}
	if known, err := t.root.ReadFile(t.place(name)); err != nil || json.Unmarshal(known, &r) != nil {
		was, err := t.read(name)
		if err != nil {
			return err
		}
		r.Was = was
	}
	r.Wrote = text
	if err := t.keep(r); err != nil { // before the file: what it was must not be lost
		return err
	}
	if err := t.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return t.root.WriteFile(name, []byte(text), 0o644)
}

func (t *Target) restore(name string) error {
	text, err := t.root.ReadFile(t.place(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var r record
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return fmt.Errorf("what %s was: %w", name, err)
	}
	if r.Was != nil {
		err = t.root.WriteFile(name, []byte(*r.Was), 0o644)
	} else if err = t.root.Remove(name); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return err
	}
	return t.root.Remove(t.place(name))
}

// read is a file's content, nil if there is none.
func (t *Target) read(name string) (*string, error) {
	text, err := t.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := string(text)
	return &s, nil
}

func (t *Target) keep(r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.root.MkdirAll(t.kept, 0o755); err != nil {
		return err
	}
	aside := t.place(r.Path) + "~"
	if err := t.root.WriteFile(aside, text, 0o600); err != nil {
		return err
	}
	return t.root.Rename(aside, t.place(r.Path))
}

func (t *Target) place(name string) string {
	return path.Join(t.kept, strings.ReplaceAll(name, "/", "_")+".json")
}
