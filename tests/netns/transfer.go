package netns

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	"golang.org/x/sync/errgroup"
)

// Transfer sends 4 MiB by TCP to one namespace from an address of another, which offloads make super-frames of, and compares what arrives.
func Transfer(t testing.TB, to, from *NS, ip string) {
	t.Helper()
	ln, err := from.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	var g errgroup.Group
	g.Go(func() error {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		_, err = c.Write(want)
		return errors.Join(err, c.Close())
	})
	c, err := to.Dial(t.Context(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, want) {
		t.Errorf("received %d bytes, %v", len(got), err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
