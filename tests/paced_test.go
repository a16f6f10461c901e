package tests

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// A paced flow keeps its rate as long as the machine lets it: what it was late for it makes up for in small bursts.
const (
	paceTick  = time.Millisecond
	paceBurst = 64
	paceMost  = 4_000_000 // datagrams of a flow
	paceRoom  = 32 << 20  // of the receiving socket
)

// paced is datagrams of one flow, numbered. Its sender and its receiver are a goroutine each.
type paced struct {
	t      *testing.T
	what   string
	rate   float64 // a second
	client net.Conn
	server net.PacketConn
	sent   atomic.Int64
	got    []atomic.Uint32 // a bit for each number
	again  atomic.Int64    // arrived before
	halt   func()
	marks  []mark
}

// mark is where a part of the run begins.
type mark struct {
	what string
	from int64
}

// newPaced runs until stop, or the end of the test.
func newPaced(t *testing.T, what string, rate float64, from, to *netns.NS, ip string) *paced {
	t.Helper()
	p := &paced{t: t, what: what, rate: rate, got: make([]atomic.Uint32, paceMost/32)}
	err := to.Do(func() (err error) {
		p.server, err = (&net.ListenConfig{Control: roomy}).ListenPacket(t.Context(), "udp", net.JoinHostPort(ip, "0"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.client, err = from.Dial(t.Context(), "udp", p.server.LocalAddr().String()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var sender, receiver errgroup.Group
	sender.Go(func() error { p.send(ctx); return nil })
	receiver.Go(func() error { p.receive(); return nil })
	halted := false
	p.halt = func() {
		if halted {
			return
		}
		halted = true
		cancel()
		_ = sender.Wait()
		p.arrived()
		_, _ = p.client.Close(), p.server.Close()
		_ = receiver.Wait()
	}
	t.Cleanup(p.halt)
	return p
}

// roomy gives a socket room for what a busy machine reads late.
func roomy(_, _ string, c syscall.RawConn) (err error) {
	e := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, paceRoom) })
	return errors.Join(err, e)
}

func (p *paced) send(ctx context.Context) {
	tick := time.NewTicker(paceTick)
	defer tick.Stop()
	var buf [8]byte
	due := 0.0
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		due = min(due+now.Sub(last).Seconds()*p.rate, paceBurst)
		last = now
		for ; due >= 1 && p.sent.Load() < paceMost; due-- {
			binary.BigEndian.PutUint64(buf[:], uint64(p.sent.Load()))
			if _, err := p.client.Write(buf[:]); err != nil {
				break // the sender's own: it was not sent
			}
			p.sent.Add(1)
		}
	}
}

func (p *paced) receive() {
	buf := make([]byte, 64)
	for {
		n, _, err := p.server.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if number := binary.BigEndian.Uint64(buf); err == nil && n == 8 && number < paceMost {
			if bit := uint32(1) << (number % 32); p.got[number/32].Or(bit)&bit != 0 {
				p.again.Add(1)
			}
		}
	}
}

// arrived waits until all have that were sent, or nothing has for a while.
func (p *paced) arrived() {
	for last, since := int64(-1), time.Now(); time.Since(since) < time.Second; <-time.After(poll) {
		lost := p.lost(0, p.sent.Load())
		if lost == 0 {
			return
		}
		if lost != last {
			last, since = lost, time.Now()
		}
	}
}

// lost counts the numbers that have not arrived.
func (p *paced) lost(from, to int64) (n int64) {
	for i := from; i < to; i++ {
		if p.got[i/32].Load()&(1<<(i%32)) == 0 {
			n++
		}
	}
	return n
}

// passes waits until as many more have been sent as in so many seconds.
func (p *paced) passes(seconds float64) {
	p.t.Helper()
	until := p.sent.Load() + int64(p.rate*seconds)
	await(p.t, func() bool { return p.sent.Load() >= until }, func() { p.t.Logf("%s: no traffic", p.what) })
}

func (p *paced) mark(what string) { p.marks = append(p.marks, mark{what, p.sent.Load()}) }

// losses ends the flow and says what was lost in which part: nothing, if it is empty.
func (p *paced) losses() string {
	p.halt()
	var parts []string
	for i, m := range p.marks {
		to := p.sent.Load()
		if i+1 < len(p.marks) {
			to = p.marks[i+1].from
		}
		if n := p.lost(m.from, to); n > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s datagrams lost %s", n, to-m.from, p.what, m.what))
		}
	}
	return strings.Join(parts, ", ")
}

// elsewhere is how many packets the machine or a host's socket has dropped so far, which is not the switch's doing: other tests run beside.
func elsewhere(t *testing.T, hosts ...*netns.NS) (n int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/net/softnet_stat")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var total, dropped int64
		_, _ = fmt.Sscanf(line, "%x %x", &total, &dropped)
		n += dropped
	}
	for _, h := range hosts {
		n += protocolCounter(h.Run(t, exec.Command("cat", "/proc/net/snmp")), "Udp", "RcvbufErrors")
	}
	return n
}

// protocolCounter finds a counter in /proc/net/snmp.
func protocolCounter(text, section, name string) (n int64) {
	var names []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] != section+":" {
			continue
		}
		if names == nil {
			names = f
			continue
		}
		for i := range names {
			if names[i] == name {
				_, _ = fmt.Sscan(f[i], &n)
			}
		}
	}
	return n
}
