package fpm

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a handler that passes everything on, so that a test may wait for it.
type recorder struct {
	conns  chan *Conn
	routes chan Route
	ends   chan error
	fail   error // of Batch
}

func newRecorder() *recorder {
	return &recorder{conns: make(chan *Conn, 10), routes: make(chan Route, 10000), ends: make(chan error, 10)}
}

func (r *recorder) Connected(c *Conn) { r.conns <- c }

func (r *recorder) Batch(ms []Message) error {
	for _, m := range ms {
		m.Route.Nexthops = append([]Nexthop(nil), m.Route.Nexthops...)
		r.routes <- m.Route
	}
	return r.fail
}

func (r *recorder) Disconnected(err error) { r.ends <- err }

// serve runs a server until the test ends.
func serve(t *testing.T, h Handler) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	g.Go(func() error { return s.Serve(ctx, h) })
	t.Cleanup(func() {
		cancel()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func dial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t *testing.T, c net.Conn, rs ...Route) {
	t.Helper()
	var b []byte
	for i := range rs {
		b, _ = AppendRoute(b, &rs[i])
	}
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
}

func TestServer(t *testing.T) {
	h := newRecorder()
	s := serve(t, h)
	zebra := dial(t, s)
	conn := <-h.conns
	want := ecmp4(7)
	send(t, zebra, want)
	got := <-h.routes
	if diff := cmp.Diff(want, got, compare); diff != "" {
		t.Error(diff)
	}

	got.Offload = Offloaded
	if err := conn.Ack([]Route{got, got}); err != nil {
		t.Fatal(err)
	}
	d := NewReader(zebra)
	for range 2 {
		var ack Message
		if err := d.Next(&ack); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, ack.Route, compare); diff != "" {
			t.Error(diff)
		}
	}

	zebra.Close()
	if err := <-h.ends; err != io.EOF {
		t.Errorf("disconnected by %v", err)
	}
	if st := s.Stats(); st.Routes != 1 || st.Frames != 1 {
		t.Errorf("stats %+v", st)
	}
	second := dial(t, s)
	<-h.conns
	send(t, second, want)
	<-h.routes
	second.Close()
	<-h.ends
	if st := s.Stats(); st.Routes != 2 || st.Bytes == 0 {
		t.Errorf("stats %+v", st)
	}
}

// TestManyAcks needs more than one write, and a zebra that reads late.
func TestManyAcks(t *testing.T) {
	h := newRecorder()
	zebra := dial(t, serve(t, h))
	conn := <-h.conns
	acks := make([]Route, 50000)
	for i := range acks {
		acks[i] = ecmp4(uint32(i))
		acks[i].Offload = Offloaded
	}
	var g errgroup.Group
	g.Go(func() error { return conn.Ack(acks) })
	d := NewReader(zebra)
	var m Message
	for i := range acks {
		if err := d.Next(&m); err != nil || m.Route.Dst != acks[i].Dst || m.Route.Offload != Offloaded {
			t.Fatalf("acknowledgement %d: %+v, %v", i, m, err)
		}
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestReplaced(t *testing.T) {
	h := newRecorder()
	s := serve(t, h)
	first := dial(t, s)
	old := <-h.conns
	send(t, first, ecmp4(1))
	<-h.routes
	second := dial(t, s)
	<-h.conns
	if err := <-h.ends; err != ErrReplaced {
		t.Errorf("disconnected by %v", err)
	}
	if err := old.Ack([]Route{ecmp4(1)}); !errors.Is(err, ErrReplaced) {
		t.Errorf("acknowledged on the old connection: %v", err)
	}
	if _, err := first.Read(make([]byte, 1)); err == nil {
		t.Error("the old connection is open")
	}
	send(t, second, ecmp4(2))
	if r := <-h.routes; r.Dst != ecmp4(2).Dst {
		t.Errorf("got %v", r.Dst)
	}
}

// TestOutOfStep closes a connection whose framing is broken, after what came before it was delivered.
func TestOutOfStep(t *testing.T) {
	h := newRecorder()
	s := serve(t, h)
	zebra := dial(t, s)
	<-h.conns
	send(t, zebra, ecmp4(1))
	if _, err := zebra.Write([]byte("HTTP/1.1")); err != nil {
		t.Fatal(err)
	}
	<-h.routes
	var fe *FrameError
	if err := <-h.ends; !errors.As(err, &fe) {
		t.Errorf("disconnected by %v", err)
	}
	if _, err := zebra.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is open")
	}
}

// TestHandlerFails closes the connection, so that zebra starts again.
func TestHandlerFails(t *testing.T) {
	h := newRecorder()
	h.fail = errors.New("no database")
	s := serve(t, h)
	zebra := dial(t, s)
	<-h.conns
	send(t, zebra, ecmp4(1))
	if err := <-h.ends; err != h.fail {
		t.Errorf("disconnected by %v", err)
	}
	if _, err := zebra.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is open")
	}
}

func TestServeEnds(t *testing.T) {
	h := newRecorder()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	g.Go(func() error { return s.Serve(ctx, h) })
	dial(t, s)
	<-h.conns
	cancel()
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if err := <-h.ends; !errors.Is(err, context.Canceled) {
		t.Errorf("disconnected by %v", err)
	}
}

func TestListenFails(t *testing.T) {
	if _, err := Listen(context.Background(), "256.0.0.1:x"); err == nil {
		t.Error("no error")
	}
}
