package wire

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Limits of what a server may send: Redis's own.
const (
	maxBulk  = 512 << 20
	maxArray = 1 << 28
)

var errNested = errors.New("reply nested too deeply")

// line is the next line without its end; it is valid until the next read.
func (c *Conn) line() ([]byte, error) {
	seen := 0
	for {
		if i := bytes.IndexByte(c.in[c.r+seen:c.w], '\n'); i >= 0 {
			end := c.r + seen + i
			line := c.in[c.r:end]
			c.r = end + 1
			if len(line) < 2 || line[len(line)-1] != '\r' {
				return nil, c.fail(fmt.Errorf("malformed reply %q", line))
			}
			return line[:len(line)-1], nil
		}
		seen = c.w - c.r
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}

// head is the next reply's kind and number or text. Replies of SELECTs are passed over.
func (c *Conn) head() (kind byte, n int64, text []byte, err error) {
	for c.selects > 0 {
		c.selects--
		line, err := c.line()
		if err != nil {
			return 0, 0, nil, err
		}
		if line[0] != '+' {
			return 0, 0, nil, c.fail(fmt.Errorf("SELECT: %s", line))
		}
	}
	line, err := c.line()
	if err != nil {
		return 0, 0, nil, err
	}
	kind, text = line[0], line[1:]
	switch kind {
	case '+', '-':
		return kind, 0, text, nil
	case ':', '$', '*':
		n, ok := number(text)
		if ok && (kind == ':' || n >= -1 && (kind == '*' && n <= maxArray || kind == '$' && n <= maxBulk)) {
			return kind, n, nil, nil
		}
	}
	return 0, 0, nil, c.fail(fmt.Errorf("malformed reply %q", line))
}

func number(text []byte) (n int64, ok bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 19 {
		return 0, false
	}
	for _, d := range text {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int64(d-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// body is the next n bytes and the line end behind them; it is valid until the next read.
func (c *Conn) body(n int) ([]byte, error) {
	for c.w-c.r < n+2 {
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	b := c.in[c.r : c.r+n]
	if c.in[c.r+n] != '\r' || c.in[c.r+n+1] != '\n' {
		return nil, c.fail(errors.New("a text that does not end where it should"))
	}
	c.r += n + 2
	return b, nil
}

// Skip passes over n replies. The error is the first one the server replied with, wherever in the replies it stood, or the connection's.
func (c *Conn) Skip(n int) error {
	var first error
	for range n {
		if err := c.skip(0); err != nil && (first == nil || c.err != nil) {
			first = err
		}
		if c.err != nil {
			return c.err
		}
	}
	return first
}

func (c *Conn) skip(depth int) error {
	if depth > 8 {
		return c.fail(errNested)
	}
	kind, n, text, err := c.head()
	switch {
	case err != nil:
		return err
	case kind == '-':
		return Error(text)
	case kind == '$' && n >= 0:
		_, err = c.body(int(n))
		return err
	case kind == '*':
		var first error
		for range n {
			if err := c.skip(depth + 1); err != nil && first == nil {
				first = err
			}
			if c.err != nil {
				return c.err
			}
		}
		return first
	}
	return nil
}

// Int is a number reply.
func (c *Conn) Int() (int64, error) {
	kind, n, text, err := c.head()
	return n, c.expect(kind, ':', text, err)
}

// Array is the length of an array reply, whose elements are read next; -1 for nil.
func (c *Conn) Array() (int, error) {
	kind, n, text, err := c.head()
	if kind == '$' && n == -1 {
		return -1, nil
	}
	return int(n), c.expect(kind, '*', text, err)
}

// Bytes is a text reply, valid until the next read; ok is false for nil. Numbers and states come as text too.
func (c *Conn) Bytes() (b []byte, ok bool, err error) {
	if b := c.ready(); b != nil {
		return b, true, nil
	}
	kind, n, text, err := c.head()
	switch {
	case kind == '+':
		return text, true, nil
	case (kind == '$' || kind == '*') && n == -1:
		return nil, false, nil
	}
	if err := c.expect(kind, '$', text, err); err != nil {
		return nil, false, err
	}
	b, err = c.body(int(n))
	return b, err == nil, err
}

// ready is the next reply if it is a short text that has arrived as a whole, as almost all are; else nil.
func (c *Conn) ready() []byte {
	in := c.in[c.r:c.w]
	if len(in) < 5 || in[0] != '$' || c.selects > 0 {
		return nil
	}
	n, i := 0, 1
	for ; i < min(6, len(in)-1) && '0' <= in[i] && in[i] <= '9'; i++ {
		n = n*10 + int(in[i]-'0')
	}
	start := i + 2
	if i == 1 || len(in) < start+n+2 || in[i] != '\r' || in[i+1] != '\n' || in[start+n] != '\r' || in[start+n+1] != '\n' {
		return nil
	}
	c.r += start + n + 2
	return in[start : start+n : start+n]
}

func (c *Conn) expect(got, want byte, text []byte, err error) error {
	switch {
	case err != nil:
		return err
	case got == '-':
		return Error(text)
	case got != want:
		return c.fail(fmt.Errorf("unexpected reply of kind %q", got))
	}
	return nil
}

// String is Bytes as a string that may be kept, but shares its memory with many others (db.Change's rule).
func (c *Conn) String() (s string, ok bool, err error) {
	b, ok, err := c.Bytes()
	if !ok || err != nil {
		return "", false, err
	}
	return c.cut(b), true, nil
}

// chunkSize is how many bytes of strings are allocated at once.
const chunkSize = 32 << 10

// cut copies b into a chunk that is written once and never again, which is what makes the string valid.
func (c *Conn) cut(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > chunkSize/8 {
		return string(b)
	}
	if len(c.chunk) < len(b) {
		c.chunk = make([]byte, chunkSize)
	}
	n := copy(c.chunk, b)
	s := unsafe.String(&c.chunk[0], n)
	c.chunk = c.chunk[n:]
	return s
}

// Strings is an array reply of texts, appended to list; nil elements are left out.
func (c *Conn) Strings(list []string) ([]string, error) {
	n, err := c.Array()
	if err != nil {
		return list, err
	}
	for range n {
		s, ok, err := c.String()
		if err != nil {
			return list, c.fail(err)
		}
		if ok {
			list = append(list, s)
		}
	}
	return list, nil
}

// Fields is the reply of HGETALL; empty for a missing hash. Memory is shared as with String.
func (c *Conn) Fields() ([]db.Field, error) {
	n, err := c.Array()
	if err != nil || n <= 0 {
		return nil, err
	}
	if n%2 != 0 {
		return nil, c.fail(errors.New("a hash with an odd number of texts"))
	}
	n /= 2
	if len(c.fields) < n {
		c.fields = make([]db.Field, max(256, min(n, 1<<16)))
	}
	list := c.fields[:0:min(n, len(c.fields))]
	for i := range n {
		var f db.Field
		name, _, err := c.Bytes()
		if err != nil {
			return nil, c.fail(err)
		}
		if i < len(c.last) && c.last[i].Name == string(name) {
			f.Name = c.last[i].Name // rows of a table mostly have the same fields
		} else {
			f.Name = c.cut(name)
		}
		if f.Value, _, err = c.String(); err != nil {
			return nil, c.fail(err)
		}
		list = append(list, f)
	}
	if n <= len(c.fields) {
		c.fields = c.fields[n:]
	}
	if n < 64 {
		c.last = list
	}
	return list, nil
}
