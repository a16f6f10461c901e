package packet

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// BenchmarkTCP measures one stream between two hosts in a VLAN.
func BenchmarkTCP(b *testing.B) {
	s := newBench(b, 2, 0)
	s.access(10, sai.VlanTaggingModeUntagged, 0, 0, 1)
	s.hosts[0].Addr(b, "eth0", "10.0.0.1/24")
	s.hosts[1].Addr(b, "eth0", "10.0.0.2/24")
	reaches(s, 0, "10.0.0.2")
	ln, err := s.hosts[1].Listen("tcp", "10.0.0.2:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	piece := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	var g errgroup.Group
	g.Go(func() error {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		for range b.N {
			if _, err := c.Write(piece); err != nil {
				return err
			}
		}
		return c.Close()
	})
	c, err := s.hosts[0].Dial(b.Context(), "tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.SetBytes(int64(len(piece)))
	b.ResetTimer()
	if n, err := io.Copy(io.Discard, c); err != nil || n != int64(b.N*len(piece)) {
		b.Errorf("%d bytes, %v", n, err)
	}
	if err := errors.Join(g.Wait()); err != nil {
		b.Error(err)
	}
}
