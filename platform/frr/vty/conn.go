// Package vty makes the objects of package frr real: it speaks to FRR's daemons over their vty sockets, as vtysh does, without vtysh.
//
// The protocol (FRR's lib/vty.c and vtysh/vtysh.c): a command is its text and a zero byte; the answer is what the command prints, three zero
// bytes and a status byte, 0 for success. A daemon works on one command at a time.
package vty

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// maxAnswer bounds an answer; a running configuration of 100,000 routes has 5 MB.
const maxAnswer = 64 << 20

// Error is a command that a daemon refused, with what it said.
type Error struct {
	Command string
	Status  byte
	Output  string
}

func (e *Error) Error() string {
	said := strings.TrimSpace(e.Output)
	if said == "" {
		said = fmt.Sprintf("status %d", e.Status)
	}
	return fmt.Sprintf("FRR refuses %q: %s", e.Command, said)
}

// Conn is a connection to a daemon, for one goroutine.
type Conn struct {
	nc  net.Conn
	buf []byte
}

// Dial connects to a daemon's socket and gets the right to configure.
func Dial(ctx context.Context, socket string) (*Conn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	c := &Conn{nc: nc}
	if _, err := c.Run(ctx, "enable"); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection.
func (c *Conn) Close() error { return c.nc.Close() }

var errTooLong = errors.New("the answer is too long")

// Run runs a command and returns what it prints. An *Error is the daemon's refusal, after which the connection goes on; after any other
// error it is of no more use.
func (c *Conn) Run(ctx context.Context, command string) (string, error) {
	if strings.ContainsAny(command, "\x00\n\r") {
		return "", &Error{Command: command, Output: "it is more than one line"}
	}
	if err := c.nc.SetDeadline(time.Time{}); err != nil {
		return "", err
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		_ = c.nc.SetDeadline(time.Unix(1, 0))
	})
	out, status, err := c.exchange(command)
	if !stop() {
		<-interrupted
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("vty: %w", err)
	}
	if status != 0 {
		return out, &Error{Command: command, Status: status, Output: out}
	}
	return out, nil
}

func (c *Conn) exchange(command string) (out string, status byte, err error) {
	if _, err := c.nc.Write(append([]byte(command), 0)); err != nil {
		return "", 0, err
	}
	c.buf = c.buf[:0]
	for {
		if out, status, ok := answer(c.buf); ok {
			return out, status, nil
		}
		if len(c.buf) > maxAnswer {
			return "", 0, errTooLong
		}
		if len(c.buf) == cap(c.buf) {
			c.buf = append(c.buf, make([]byte, max(4096, len(c.buf)))...)[:len(c.buf)]
		}
		n, err := c.nc.Read(c.buf[len(c.buf):cap(c.buf)])
		c.buf = c.buf[:len(c.buf)+n]
		if err != nil {
			return "", 0, err
		}
	}
}

// answer takes a complete answer apart. Output holds no zero bytes, so the first one begins the end.
func answer(b []byte) (out string, status byte, ok bool) {
	end := bytes.IndexByte(b, 0)
	if end < 0 || len(b) < end+4 {
		return "", 0, false
	}
	return string(b[:end]), b[end+3], true
}
