package tests

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// stream sends content over TCP and compares it.
func stream(t *testing.T, what string, from, to *netns.NS, ip string, content []byte) {
	t.Helper()
	ln, err := to.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var sender errgroup.Group
	sender.Go(func() error {
		c, err := from.Dial(t.Context(), "tcp", ln.Addr().String())
		if err != nil {
			return err
		}
		_, err = c.Write(content)
		return errors.Join(err, c.Close())
	})
	c, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%s: %d bytes of a stream arrived, want %d, %v", what, len(got), len(content), err)
	}
	if err := sender.Wait(); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// segments sends content as UDP super-frames, which are cut into datagrams on their way, and compares them.
func segments(t *testing.T, what string, from, to *netns.NS, ip string, content []byte) {
	t.Helper()
	const size, each = 1200, 40
	var server net.PacketConn
	err := to.Do(func() (err error) {
		server, err = (&net.ListenConfig{Control: roomy}).ListenPacket(t.Context(), "udp", net.JoinHostPort(ip, "0"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	c, err := from.Dial(t.Context(), "udp", server.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	raw, err := c.(*net.UDPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	e := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT, size) })
	if err := errors.Join(err, e); err != nil {
		t.Skipf("the kernel does not cut datagrams: %v", err)
	}
	if err := server.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	content = content[:10*size*each]
	buf := make([]byte, 10000)
	for at := 0; at < len(content); {
		if _, err := c.Write(content[at : at+size*each]); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for range each {
			n, _, err := server.ReadFrom(buf)
			if err != nil || !bytes.Equal(buf[:n], content[at:at+size]) {
				t.Fatalf("%s: datagram at %d: %d bytes, %v", what, at, n, err)
			}
			at += size
		}
	}
}
