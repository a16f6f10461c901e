package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// chunk is what one system call of a transfer moves.
const chunk = 256 << 10

// The ways in which links are made: veth's own settings, or containerlab's.
const (
	offloads = "TCP"
	plain    = "TCP, as containerlab"
)

// transfers measures one TCP flow by all rigs, first with offloads and then without.
func transfers(ctx context.Context, t *trial.T, rigs []*rig, r results, d time.Duration) {
	for _, clab := range []bool{false, true} {
		for _, g := range rigs {
			if g.plain && !clab {
				continue // frames that are larger than the wire's, without checksums, get lost in a copy loop
			}
			g.asContainerlab(t, clab)
			for _, v6 := range []bool{false, true} {
				if ctx.Err() != nil {
					return
				}
				runtime.GC()
				bytes, cpu, err := g.transfer(ctx, v6, d)
				if err != nil {
					t.Fatal(fmt.Sprintf("%s: %v", g.name, err))
				}
				what := map[bool]string{false: offloads, true: plain}[clab]
				r.add(g.name, kind{v6: v6}.String(), what, float64(bytes)*8/d.Seconds()/1e9)
				r.add(g.name, kind{v6: v6}.String(), what+" CPU", float64(cpu)/(float64(bytes)/1024))
			}
			g.asContainerlab(t, false)
		}
	}
}

// transfer sends for a while, and says what arrived and what it took of CPU time.
func (g *rig) transfer(ctx context.Context, v6 bool, d time.Duration) (bytes int64, cpu int64, err error) {
	ln, err := g.b.Listen("tcp", net.JoinHostPort(g.bAddress(v6), "0"))
	if err != nil {
		return 0, 0, err
	}
	defer ln.Close()
	from, err := g.a.Dial(ctx, "tcp", ln.Addr().String())
	if err != nil {
		return 0, 0, err
	}
	to, err := ln.Accept()
	if err != nil {
		return 0, 0, errors.Join(err, from.Close())
	}
	out, err1 := blocking(from)
	in, err2 := blocking(to)
	if err := errors.Join(err1, err2); err != nil {
		return 0, 0, err
	}
	defer func() { _, _ = out.Close(), in.Close() }()
	before := processTime()
	var both errgroup.Group
	both.Go(func() error {
		defer onCPU(0)()
		buf := make([]byte, chunk)
		for deadline := time.Now().Add(d); time.Now().Before(deadline); {
			if _, err := unix.Write(int(out.Fd()), buf); err != nil {
				return fmt.Errorf("sending: %w", err)
			}
		}
		return unix.Shutdown(int(out.Fd()), unix.SHUT_WR)
	})
	both.Go(func() error {
		defer onCPU(1)()
		buf := make([]byte, chunk)
		for {
			n, err := unix.Read(int(in.Fd()), buf)
			if n <= 0 || err != nil {
				return err
			}
			bytes += int64(n)
		}
	})
	err = both.Wait()
	return bytes, processTime() - before, err
}

// blocking takes a connection from Go's scheduler: its thread waits in the kernel, as a plain program's.
func blocking(c net.Conn) (*os.File, error) {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil, fmt.Errorf("%T is no TCP connection", c)
	}
	f, err := t.File()
	if err == nil {
		err = errors.Join(unix.SetNonblock(int(f.Fd()), false), t.Close())
	}
	return f, err
}

// onCPU gives the calling goroutine a thread of its own on a CPU.
func onCPU(cpu int) (release func()) {
	runtime.LockOSThread()
	free := pin(cpu)
	return func() {
		free()
		runtime.UnlockOSThread()
	}
}
