package netns

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestVeth(t *testing.T) {
	a, b := New(t), New(t)
	Veth(t, a, "eth0", b, "eth1")
	for _, addr := range []string{"10.0.0.%/24", "2001:db8::%/64"} {
		a.Addr(t, "eth0", strings.Replace(addr, "%", "1", 1))
		b.Addr(t, "eth1", strings.Replace(addr, "%", "2", 1))
	}
	for _, addr := range []string{"10.0.0.1:0", "[2001:db8::1]:0"} {
		ln, err := a.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		var g errgroup.Group
		g.Go(func() error {
			c, err := ln.Accept()
			if err != nil {
				return err
			}
			defer c.Close()
			_, err = io.WriteString(c, "hello")
			return err
		})
		c, err := b.Dial(context.Background(), "tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got, err := io.ReadAll(c); string(got) != "hello" {
			t.Errorf("read %q, %v", got, err)
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.InterfaceByName("eth1"); err == nil {
		if own, _ := b.Handle.LinkByName("eth0"); own != nil {
			t.Error("the test process is inside the namespace")
		}
	}
}

func TestProcess(t *testing.T) {
	n := New(t)
	out := n.Run(t, exec.Command("ip", "-br", "link"))
	if !strings.HasPrefix(out, "lo ") || strings.Count(out, "\n") != 1 {
		t.Errorf("links of a new namespace:\n%s", out)
	}
	p := n.Start(t, exec.Command("cat"))
	p2 := n.Start(t, exec.Command("sh", "-c", "echo started; exec sleep 1000"))
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
	if err := p2.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := p2.Wait(); !errors.As(err, &exit) {
		t.Errorf("ended with %v", err)
	}
	if err := p2.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("signal to an ended process: %v", err)
	}
}

// TestDo checks that errors come back, that the setting is the namespace's, and that nothing is left behind.
func TestDo(t *testing.T) {
	var name string
	t.Run("inside", func(t *testing.T) {
		n := New(t)
		name = n.Name()
		n.Sysctl(t, "net/ipv4/ip_forward", "1")
		if err := n.Do(func() error { return io.ErrShortWrite }); err != io.ErrShortWrite {
			t.Error(err)
		}
		err := n.Do(func() error {
			b, err := os.ReadFile("/proc/thread-self/net/dev")
			if err == nil && strings.Count(string(b), ":") != 1 {
				t.Errorf("interfaces: %s", b)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		fd, err := n.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		unix.Close(fd)
	})
	if _, err := os.Stat("/run/netns/" + name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", name, err)
	}
}
