package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// canned is a connection whose other end has said everything already, a few bytes at a time.
type canned struct {
	net.Conn
	r    io.Reader
	size int
	sent bytes.Buffer
}

func (c *canned) Read(b []byte) (int, error)  { return c.r.Read(b[:min(len(b), c.size)]) }
func (c *canned) Write(b []byte) (int, error) { return c.sent.Write(b) }

func says(text string, size int) *Conn {
	return New(&canned{r: strings.NewReader(text), size: size})
}

func TestCommands(t *testing.T) {
	nc := &canned{r: strings.NewReader("")}
	c := New(nc)
	c.Select(db.State)
	c.Select(db.State)
	c.Cmd("SET", "a", "")
	c.Begin(4)
	c.Arg2("H", "SET")
	c.Arg3("T", "|", "kkkkkkkkkk")
	c.ArgFields([]db.Field{{Name: "n\r\n", Value: "v"}})
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "*2\r\n$6\r\nSELECT\r\n$1\r\n6\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n*4\r\n$4\r\nHSET\r\n$12\r\nT|kkkkkkkkkk\r\n$3\r\nn\r\n\r\n$1\r\nv\r\n"
	if diff := cmp.Diff(want, nc.sent.String()); diff != "" {
		t.Error(diff)
	}
}

func TestReplies(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	const text = "+OK\r\n:-42\r\n$5\r\na\r\nbc\r\n$-1\r\n*4\r\n$1\r\nf\r\n$1\r\nv\r\n$1\r\ng\r\n$0\r\n\r\n*0\r\n*3\r\n$1\r\na\r\n$-1\r\n$1\r\nb\r\n"
	for _, size := range []int{1, 2, 3, 7, 1 << 20} {
		c := says(text+"-ERR no\r\n*2\r\n*1\r\n-WRONGTYPE x\r\n:1\r\n$40000\r\n"+long+"\r\n", size)
		fatal := func(ok bool, what string, v any) {
			t.Helper()
			if !ok {
				t.Fatalf("size %d: %s: %v", size, what, v)
			}
		}
		err := c.Skip(1)
		fatal(err == nil, "status", err)
		n, err := c.Int()
		fatal(n == -42 && err == nil, "number", n)
		s, ok, err := c.String()
		fatal(s == "a\r\nbc" && ok && err == nil, "text", s)
		s, ok, err = c.String()
		fatal(s == "" && !ok && err == nil, "nil", s)
		f, err := c.Fields()
		fatal(cmp.Equal(f, []db.Field{{Name: "f", Value: "v"}, {Name: "g"}}) && err == nil, "fields", f)
		f, err = c.Fields()
		fatal(len(f) == 0 && err == nil, "no fields", f)
		l, err := c.Strings(nil)
		fatal(cmp.Equal(l, []string{"a", "b"}) && err == nil, "strings", l)
		_, err = c.Fields()
		fatal(err == Error("ERR no") && !c.Broken(), "error", err)
		err = c.Skip(1)
		fatal(err == Error("WRONGTYPE x") && !c.Broken(), "nested error", err)
		s, _, err = c.String()
		fatal(s == long && err == nil, "long text", len(s))
		_, _, err = c.String()
		fatal(errors.Is(err, io.EOF) && c.Broken(), "end", err)
	}
}

func TestMalformed(t *testing.T) {
	for _, text := range []string{"\r\n", "+OK\n", "?1\r\n", ":x\r\n", "$-2\r\n", "$99999999999999999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "$5\r\nab"} {
		c := says(text, 3)
		if err := c.Skip(1); err == nil || !c.Broken() {
			t.Errorf("%q: %v", text, err)
		}
	}
	c := says("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", 100)
	if _, err := c.Fields(); err == nil || !c.Broken() {
		t.Error("an odd hash is read")
	}
}

// TestWait checks that a wait which ends leaves the connection where it was.
func TestWait(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	c := New(ours)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for range 3 {
		if err := c.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || c.Broken() {
			t.Fatal(err)
		}
	}
	go func() { _, _ = theirs.Write([]byte(":7\r\n")) }()
	if err := c.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Int(); n != 7 || err != nil {
		t.Fatal(n, err)
	}
}

// FuzzReplies reads any bytes in any way, whole and byte by byte, with the same result.
func FuzzReplies(f *testing.F) {
	f.Add([]byte("ssbif"), []byte("+OK\r\n-ERR\r\n$3\r\nabc\r\n:1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n"))
	f.Add([]byte("laf"), []byte("*2\r\n$1\r\na\r\n$-1\r\n*3\r\n"))
	f.Add([]byte("b"), []byte("$536870912\r\n"))
	f.Fuzz(func(t *testing.T, ops, text []byte) {
		run := func(size int) (out []any) {
			c := says(string(text), size)
			for _, op := range ops {
				var v any
				var err error
				switch op % 6 {
				case 0:
					err = c.Skip(1)
				case 1:
					v, err = c.Int()
				case 2:
					v, _, err = c.String()
				case 3:
					v, err = c.Strings(nil)
				case 4:
					v, err = c.Fields()
				case 5:
					v, err = c.Array()
				}
				if out = append(out, v, err == nil); c.Broken() {
					return append(out[:len(out)-2], "broken")
				}
			}
			return out
		}
		if diff := cmp.Diff(run(1<<20), run(1)); diff != "" {
			t.Fatal(diff)
		}
	})
}
