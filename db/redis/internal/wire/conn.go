// Package wire speaks RESP2 with a Redis server in pipelines: commands are appended to one buffer, replies are parsed from another straight
// into rows. It exists because it costs a third of a general client's CPU on bulk work (BenchmarkClients in db/redis has the figures), and
// because a wait can be cancelled without losing the connection's place in the stream.
package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Conn is one connection. It belongs to one goroutine at a time. After an I/O or protocol error it is Broken and only good for Close.
type Conn struct {
	nc      net.Conn
	out     []byte
	in      []byte // in[r:w] is received and not yet parsed
	r, w    int
	db      db.ID
	selects int // SELECT replies that come before the next reply
	err     error
	chunk   []byte     // where strings are cut from
	fields  []db.Field // where rows are cut from
	last    []db.Field // the row before
}

// Error is an error reply of the server; the connection stays good.
type Error string

func (e Error) Error() string { return "redis: " + string(e) }

// New makes a connection of nc, in database 0.
func New(nc net.Conn) *Conn { return &Conn{nc: nc, in: make([]byte, 16<<10)} }

// Close closes the connection.
func (c *Conn) Close() error { return c.nc.Close() }

// Break makes the connection unusable, where replies are left that nobody will read.
func (c *Conn) Break(err error) error { return c.fail(err) }

// Broken reports whether the connection is unusable.
func (c *Conn) Broken() bool { return c.err != nil }

// Select makes id the database of the following commands. It must come first in a pipeline.
func (c *Conn) Select(id db.ID) {
	if c.db != id {
		c.Cmd("SELECT", strconv.Itoa(int(id)))
		c.db = id
		c.selects++
	}
}

// Cmd appends a command.
func (c *Conn) Cmd(args ...string) {
	c.Begin(len(args))
	for _, a := range args {
		c.Arg(a)
	}
}

// Begin appends the head of a command of n arguments, counting its name.
func (c *Conn) Begin(n int) { c.size('*', n) }

func (c *Conn) size(kind byte, n int) {
	c.out = append(c.out, kind)
	if n < 10 {
		c.out = append(c.out, byte('0'+n), '\r', '\n')
		return
	}
	c.out = strconv.AppendInt(c.out, int64(n), 10)
	c.out = append(c.out, '\r', '\n')
}

// Arg appends an argument.
func (c *Conn) Arg(s string) {
	c.size('$', len(s))
	c.out = append(c.out, s...)
	c.out = append(c.out, '\r', '\n')
}

// Arg2 appends one argument that consists of two parts.
func (c *Conn) Arg2(a, b string) {
	c.size('$', len(a)+len(b))
	c.out = append(c.out, a...)
	c.out = append(c.out, b...)
	c.out = append(c.out, '\r', '\n')
}

// Arg3 appends one argument that consists of three parts.
func (c *Conn) Arg3(a, b, d string) {
	c.size('$', len(a)+len(b)+len(d))
	c.out = append(c.out, a...)
	c.out = append(c.out, b...)
	c.out = append(c.out, d...)
	c.out = append(c.out, '\r', '\n')
}

// ArgBytes appends an argument.
func (c *Conn) ArgBytes(b []byte) {
	c.size('$', len(b))
	c.out = append(c.out, b...)
	c.out = append(c.out, '\r', '\n')
}

// ArgFields appends two arguments for each field.
func (c *Conn) ArgFields(fields []db.Field) {
	for i := range fields {
		c.Arg(fields[i].Name)
		c.Arg(fields[i].Value)
	}
}

// Buffered is how many bytes wait for Flush.
func (c *Conn) Buffered() int { return len(c.out) }

// Flush sends what was appended.
func (c *Conn) Flush() error {
	if c.err != nil {
		return c.err
	}
	_, err := c.nc.Write(c.out)
	if cap(c.out) > 1<<20 {
		c.out = nil
	}
	c.out = c.out[:0]
	return c.fail(err)
}

func (c *Conn) fail(err error) error {
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("redis connection: %w", err)
	}
	return c.err
}

// grace is how long commands under way may still take when their context ends: most finish, and the connection stays good.
const grace = 250 * time.Millisecond

// Bind lets the end of ctx interrupt the connection, after a grace; reading or writing that was interrupted breaks it. The result ends the
// binding.
func (c *Conn) Bind(ctx context.Context) (release func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = c.nc.SetDeadline(time.Now().Add(grace))
	})
	return func() {
		if stop() {
			return
		}
		<-done
		if err := c.nc.SetDeadline(time.Time{}); err != nil {
			_ = c.fail(err)
		}
	}
}

// Wait blocks until there is something to read, or ctx ends, after which the connection is still good.
func (c *Conn) Wait(ctx context.Context) error {
	if c.err != nil || c.r < c.w {
		return c.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		_ = c.nc.SetReadDeadline(time.Unix(1, 0))
	})
	err := c.fill()
	if stop() {
		return err
	}
	<-done
	if c.err != nil && !errors.Is(c.err, context.DeadlineExceeded) && !isTimeout(c.err) {
		return c.err
	}
	c.err = nil
	if err := c.nc.SetReadDeadline(time.Time{}); err != nil {
		return c.fail(err)
	}
	if c.r < c.w {
		return nil
	}
	return ctx.Err()
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// Poll reports whether there is something to read, without blocking.
func (c *Conn) Poll() bool {
	if c.err != nil || c.r < c.w {
		return c.r < c.w
	}
	sc, ok := c.nc.(syscall.Conn)
	if !ok {
		return false
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	c.r, c.w = 0, 0
	n := 0
	err = rc.Read(func(fd uintptr) bool {
		n, err = syscall.Read(int(fd), c.in)
		return true
	})
	if err == nil && n > 0 {
		c.w = n
	}
	return c.r < c.w
}

// fill reads more behind in[w], making room first.
func (c *Conn) fill() error {
	if c.err != nil {
		return c.err
	}
	switch {
	case c.r == c.w:
		c.r, c.w = 0, 0
	case c.w == len(c.in) && c.r > len(c.in)/2:
		c.w = copy(c.in, c.in[c.r:c.w])
		c.r = 0
	case c.w == len(c.in):
		grown := make([]byte, 2*len(c.in))
		c.w = copy(grown, c.in[c.r:c.w])
		c.in, c.r = grown, 0
	}
	n, err := c.nc.Read(c.in[c.w:])
	c.w += n
	if n > 0 {
		return nil
	}
	return c.fail(err)
}
