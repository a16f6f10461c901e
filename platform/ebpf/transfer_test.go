package ebpf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// plug gives a port a new netdev.
func (b *bench) plug(i int) {
	b.Helper()
	netns.Veth(b.TB, b.hosts[i], "eth0", b.ns, fmt.Sprintf("eth%d", i+1))
}

// transfer sends 4 MiB over TCP, which offloads make super-frames of, and compares them.
func transfer(b *bench, from, to int, ip string) {
	b.Helper()
	ln, err := b.hosts[to].Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		b.Fatal(err)
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
	c, err := b.hosts[from].Dial(b.Context(), "tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, want) {
		b.Errorf("received %d bytes, %v", len(got), err)
	}
	if err := g.Wait(); err != nil {
		b.Error(err)
	}
}
