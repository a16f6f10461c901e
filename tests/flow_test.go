package tests

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// flow is datagrams from one host to another, each answered before the next is sent.
type flow struct {
	t          *testing.T
	sent, lost atomic.Int64
}

// newFlow runs until the test ends. A datagram without an answer within seconds is lost.
func newFlow(t *testing.T, from, to *netns.NS, ip string) *flow {
	t.Helper()
	var server net.PacketConn
	err := to.Do(func() (err error) {
		server, err = net.ListenPacket("udp", net.JoinHostPort(ip, "0"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := from.Dial(t.Context(), "udp", server.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	f := &flow{t: t}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error {
		buf := make([]byte, 100)
		for {
			n, peer, err := server.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			if err == nil {
				_, _ = server.WriteTo(buf[:n], peer) // what does not arrive is lost, and counted
			}
		}
	})
	g.Go(func() error {
		defer func() { _, _ = client.Close(), server.Close() }()
		for ctx.Err() == nil {
			if !exchange(client, f.sent.Add(1)) {
				f.lost.Add(1)
			}
		}
		return nil
	})
	t.Cleanup(func() {
		cancel()
		_ = g.Wait()
	})
	return f
}

// exchange sends datagram number n and waits for it to come back.
func exchange(c net.Conn, n int64) bool {
	buf := binary.BigEndian.AppendUint64(nil, uint64(n))
	if _, err := c.Write(buf); err != nil {
		return false
	}
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return false
	}
	for {
		size, err := c.Read(buf)
		if err != nil {
			return false
		}
		if size == 8 && binary.BigEndian.Uint64(buf) == uint64(n) {
			return true
		}
	}
}

// passes waits until n more datagrams have gone.
func (f *flow) passes(n int64) {
	f.t.Helper()
	until := f.sent.Load() + n
	await(f.t, func() bool { return f.sent.Load() >= until }, func() { f.t.Log("no traffic") })
}
