package fpm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// batchSize bounds a batch in messages; in time it is bounded by never waiting for more than the first.
const batchSize = 1024

// Handler gets what zebra sends. All calls come from one goroutine, in the order Connected, Batch..., Disconnected, for one connection
// after the other.
type Handler interface {
	// Connected begins a connection; zebra now sends all it has. c may be kept and used from any goroutine until Disconnected and after it,
	// when it only returns errors.
	Connected(c *Conn)
	// Batch takes messages in zebra's order. They are valid until it returns. While it works, zebra waits (TCP's own back pressure). An error
	// closes the connection: zebra comes back and sends everything again.
	Batch(ms []Message) error
	// Disconnected ends a connection: io.EOF when zebra closed it, ErrReplaced, a *FrameError, Batch's error, the context's, or the socket's.
	Disconnected(err error)
}

// Server accepts zebra, one connection at a time: a newer one replaces the older, because zebra has only one and the old may linger.
type Server struct {
	ln    net.Listener
	stats counters
}

// Listen opens the socket, for example on 127.0.0.1:2620.
func Listen(ctx context.Context, addr string) (*Server, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("fpm: %w", err)
	}
	return NewServer(ln), nil
}

// NewServer serves on a socket that is open already. Serve closes it.
func NewServer(ln net.Listener) *Server { return &Server{ln: ln} }

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.ln.Addr() }

// Stats is the sum over all connections. It may be called from any goroutine.
func (s *Server) Stats() Stats { return s.stats.load() }

// Serve runs until the context ends, which it reports as nil, or the socket fails.
func (s *Server) Serve(ctx context.Context, h Handler) error {
	g, ctx := errgroup.WithContext(ctx)
	conns := make(chan *Conn)
	g.Go(func() error { return s.accept(ctx, conns) })
	g.Go(func() error {
		for c := range conns {
			h.Connected(c)
			err := s.read(c, h)
			c.end(err)
			h.Disconnected(context.Cause(c.ctx))
		}
		return nil
	})
	return g.Wait()
}

// accept hands connections over, ending the one before.
func (s *Server) accept(ctx context.Context, conns chan<- *Conn) error {
	defer close(conns)
	defer context.AfterFunc(ctx, func() { _ = s.ln.Close() })()
	var last *Conn
	for {
		nc, err := s.ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = nc.Close()
			}
			return nil
		}
		if err != nil {
			_ = s.ln.Close()
			return fmt.Errorf("fpm: %w", err)
		}
		if last != nil {
			last.end(ErrReplaced)
		}
		last = newConn(ctx, nc)
		select {
		case conns <- last:
		case <-ctx.Done():
			last.end(context.Cause(ctx))
			return nil
		}
	}
}

// read delivers batches until the connection ends, and says why.
func (s *Server) read(c *Conn, h Handler) error {
	d := NewReader(c.nc)
	ms := make([]Message, batchSize)
	for {
		n, err := d.Read(ms)
		s.stats.add(d)
		if err != nil {
			return err
		}
		if err := h.Batch(ms[:n]); err != nil {
			return err
		}
	}
}

// Conn is a connection of zebra's, for answers.
type Conn struct {
	nc  net.Conn
	ctx context.Context
	end context.CancelCauseFunc // closes nc; only the first cause counts
	// mu keeps the frames of several callers apart and guards buf.
	mu  sync.Mutex
	buf []byte
}

func newConn(ctx context.Context, nc net.Conn) *Conn {
	c := &Conn{nc: nc}
	c.ctx, c.end = context.WithCancelCause(ctx)
	context.AfterFunc(c.ctx, func() { _ = nc.Close() })
	return c
}

// ackBuffer is how many bytes go into one write.
const ackBuffer = 1 << 18

// Ack tells zebra what the ASIC made of routes: each says so in Offload and otherwise repeats what zebra sent. It waits while zebra does not read. An error means that the connection is over; zebra sends the routes again on the next one, so nothing needs to be kept.
func (c *Conn) Ack(rs []Route) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf = c.buf[:0]
	for i := range rs {
		b, err := appendAck(c.buf, &rs[i])
		if err != nil {
			return err
		}
		if c.buf = b; len(b) < ackBuffer && i < len(rs)-1 {
			continue
		}
		if err := c.write(); err != nil {
			return fmt.Errorf("fpm: acknowledge %d routes: %w", len(rs), err)
		}
	}
	return nil
}

func (c *Conn) write() error {
	_, err := c.nc.Write(c.buf)
	c.buf = c.buf[:0]
	if err != nil {
		if cause := context.Cause(c.ctx); cause != nil {
			return cause
		}
	}
	return err
}

// appendAck leaves the next hops out if there are so many that they do not fit.
func appendAck(b []byte, r *Route) ([]byte, error) {
	b, err := AppendRoute(b, r)
	if errors.Is(err, ErrTooLong) {
		short := *r
		short.Nexthops = nil
		return AppendRoute(b, &short)
	}
	return b, err
}

// counters are Stats that another goroutine may read.
type counters struct {
	last [8]atomic.Uint64
	seen Stats // of the current connection's reader; its goroutine only
	of   *Reader
}

func (c *counters) add(d *Reader) {
	if c.of != d {
		c.of, c.seen = d, Stats{}
	}
	now, before := d.Stats().list(), c.seen.list()
	for i := range now {
		c.last[i].Add(now[i] - before[i])
	}
	c.seen = d.Stats()
}

func (c *counters) load() Stats {
	var v [8]uint64
	for i := range v {
		v[i] = c.last[i].Load()
	}
	return Stats{Reads: v[0], Bytes: v[1], Frames: v[2], Routes: v[3], Objects: v[4], Replaced: v[5], Ignored: v[6], Malformed: v[7]}
}

func (s Stats) list() [8]uint64 {
	return [8]uint64{s.Reads, s.Bytes, s.Frames, s.Routes, s.Objects, s.Replaced, s.Ignored, s.Malformed}
}
