package transaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a Store in a file. It is whole or absent at any moment.
type File string

// Load implements Store. A file that is not ours is set aside.
func (f File) Load() (*Pending, error) {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("pending commit: %w", err)
	}
	var p Pending
	if err := json.Unmarshal(text, &p); err != nil || p.ID == "" {
		return nil, os.Rename(string(f), string(f)+".bad")
	}
	return &p, nil
}

// Save implements Store.
func (f File) Save(p *Pending) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("pending commit: %w", err)
	}
	dir := filepath.Dir(string(f))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("pending commit: %w", err)
	}
	out, err := os.CreateTemp(dir, ".pending")
	if err != nil {
		return fmt.Errorf("pending commit: %w", err)
	}
	_, err = out.Write(text)
	err = errors.Join(err, out.Sync(), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), string(f))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("pending commit: %w", err), os.Remove(out.Name()))
	}
	return syncDir(dir)
}

// Remove implements Store.
func (f File) Remove() error {
	if err := os.Remove(string(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("pending commit: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("pending commit: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
