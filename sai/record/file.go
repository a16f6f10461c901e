package record

import (
	"fmt"
	"os"
)

// File is a recording of bounded size: when it is full, it becomes the old half (path.1), and a new one begins.
type File struct {
	path string
	max  int64
	size int64
	f    *os.File
}

// Open appends to the recording at path. It and its old half hold at most about 2*max bytes.
func Open(path string, max int64) (*File, error) {
	r := &File{path: path, max: max}
	return r, r.open()
}

func (r *File) open() error {
	f, err := os.OpenFile(r.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return fmt.Errorf("recording: %w", err)
	}
	r.f, r.size = f, st.Size()
	return nil
}

// Write writes a line or several. It begins a new file first if they would not fit.
func (r *File) Write(p []byte) (int, error) {
	if r.f == nil || r.size > 0 && r.size+int64(len(p)) > r.max {
		if err := r.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := r.f.Write(p)
	r.size += int64(n)
	return n, err
}

// rotate begins a new file. If that fails, the next Write tries again.
func (r *File) rotate() error {
	if r.f != nil {
		_ = r.f.Close()
		r.f = nil
		if err := os.Rename(r.path, r.path+".1"); err != nil {
			return fmt.Errorf("recording: %w", err)
		}
	}
	return r.open()
}

// Close closes the file.
func (r *File) Close() error {
	if r.f == nil {
		return nil
	}
	return r.f.Close()
}
