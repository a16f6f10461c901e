package process

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
)

// log is where the output of one program goes: a file, or the supervisor's output. Only one process of the program writes at a time.
type log struct {
	name   string
	path   string // empty: to shared
	file   *os.File
	size   int64
	max    int64
	keep   int
	shared *lockedWriter
}

// lockedWriter is shared by the programs' copying goroutines, hence the mutex.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) line(name string, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(l.w, "%s: %s\n", name, text) // nobody to tell
}

func (s *Supervisor) openLog(spec Spec) *log {
	return &log{name: spec.Name, path: spec.LogFile, max: s.config.LogMax, keep: s.config.LogKeep, shared: s.output}
}

// copy reads a program's output to its end. It never stops before: a program must not die or stand still because its log cannot be written.
func (l *log) copy(r io.Reader) {
	if l.path == "" {
		l.lines(r)
		return
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if werr := l.write(buf[:n]); werr != nil {
				l.shared.line(l.name, []byte("log: "+werr.Error()))
			}
		}
		if err != nil {
			return
		}
	}
}

// lineMax bounds what is kept of a line; longer ones are cut into several.
const lineMax = 16 << 10

func (l *log) lines(r io.Reader) {
	b := bufio.NewReaderSize(r, lineMax)
	for {
		text, _, err := b.ReadLine()
		if err != nil {
			return
		}
		l.shared.line(l.name, text)
	}
}

func (l *log) write(b []byte) error {
	if l.file == nil {
		f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
		if err != nil {
			return err
		}
		at, err := f.Seek(0, io.SeekEnd)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		l.file, l.size = f, at
	}
	n, err := l.file.Write(b)
	if l.size += int64(n); err == nil && l.size >= l.max {
		err = l.rotate()
	}
	return err
}

// rotate renames log to log.1, log.1 to log.2 and so on; the oldest is overwritten.
func (l *log) rotate() error {
	err := l.close()
	for i := l.keep; i > 0; i-- {
		from := l.path
		if i > 1 {
			from += "." + strconv.Itoa(i-1)
		}
		if rerr := os.Rename(from, l.path+"."+strconv.Itoa(i)); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}

func (l *log) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}
