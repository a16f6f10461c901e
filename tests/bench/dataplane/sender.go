package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	cilium "github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// The sender hands the kernel batches, and lets at most a window be under way: what is slow is slow, and does not lose.
const (
	batch  = 64
	window = 256
	rest   = 20 * time.Microsecond  // between looks while the window is full
	stall  = 50 * time.Millisecond  // without progress what is under way is lost
	settle = 200 * time.Millisecond // for the last ones to arrive
)

// course is a kind of frames over a rig.
type course struct {
	*rig
	kind
	tx   *transmitter
	sink *sink
}

// packets measures all kinds of frames over all rigs, in turns.
func packets(ctx context.Context, t *trial.T, rigs []*rig, r results, o options) error {
	var all []course
	for _, g := range rigs {
		s := newSink(t, g.b)
		defer s.close() // transfers shall arrive
		for _, k := range g.kinds() {
			src := netip.MustParseAddr(map[bool]string{false: aFour, true: aSix}[k.v6])
			tx, err := newTransmitter(g.a, g.a.Link(t, "eth0").Attrs().Index, frames(g.target(t), mac(t, g.a, "eth0"), k, src, destinations(g, k)))
			if err != nil {
				return err
			}
			defer tx.close()
			all = append(all, course{g, k, tx, s})
		}
	}
	defer onCPU(0)()
	for round := range o.rounds {
		for _, c := range all {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			n := o.packets
			if c.slow {
				n /= 4
			}
			if err := c.measure(r, n, round == 0); err != nil {
				return fmt.Errorf("%s, %s: %w", c.name, c.kind, err)
			}
		}
	}
	return nil
}

// measure sends frames once. What is sent first only warms caches; the first time that takes the most.
func (c *course) measure(r results, n int, first bool) error {
	warm := n / 20
	if first {
		warm = n
	}
	if err := c.tx.send(warm, c.sink); err != nil {
		return err
	}
	before, cpu, began := c.sink.count(), processTime(), time.Now()
	if err := c.tx.send(n, c.sink); err != nil {
		return err
	}
	wall, spent, arrived := time.Since(began), processTime()-cpu, c.sink.count()-before
	if arrived == 0 {
		return errors.New("nothing arrives")
	}
	k := c.kind.String()
	r.add(c.name, k, "ns", float64(spent)/float64(arrived))
	r.add(c.name, k, "kpps", float64(arrived)/wall.Seconds()/1000)
	r.add(c.name, k, "arrived", float64(arrived)/float64(n/batch*batch))
	return nil
}

// sink counts what arrives at a host and drops it, in memory that is shared with the kernel.
type sink struct {
	memory []byte
	stop   func()
	parts  []interface{ Close() error }
}

func newSink(t *trial.T, n *netns.NS) *sink {
	m, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1, Flags: unix.BPF_F_MMAPABLE})
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{}
	if s.memory, err = unix.Mmap(m.FD(), 0, unix.Getpagesize(), unix.PROT_READ, unix.MAP_SHARED); err != nil {
		t.Fatal(err)
	}
	const drop = 2
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "sink", Type: ebpf.SchedCLS, License: "GPL", Instructions: asm.Instructions{
		asm.LoadMapValue(asm.R1, m.FD(), 0), asm.Mov.Imm(asm.R2, 1), asm.StoreXAdd(asm.R1, asm.R2, asm.DWord), asm.Mov.Imm(asm.R0, drop), asm.Return(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if s.stop, err = attach(n, n.Link(t, "eth0").Attrs().Index, p); err != nil {
		t.Fatal(err)
	}
	s.parts = append(s.parts, p, m)
	return s
}

func (s *sink) count() uint64 { return atomic.LoadUint64((*uint64)(unsafe.Pointer(&s.memory[0]))) }

func (s *sink) close() {
	s.stop()
	_ = unix.Munmap(s.memory)
	for _, p := range s.parts {
		_ = p.Close()
	}
}

// attach has a program run for each frame that arrives at a netdev.
func attach(n *netns.NS, index int, p *ebpf.Program) (stop func(), err error) {
	var l cilium.Link
	err = n.Do(func() error {
		l, err = cilium.AttachTCX(cilium.TCXOptions{Interface: index, Program: p, Attach: ebpf.AttachTCXIngress})
		return err
	})
	return func() { _ = l.Close() }, err
}

// transmitter sends frames over and over.
type transmitter struct {
	fd       int
	messages []message
	iovecs   []unix.Iovec
	frames   [][]byte
	at       int
}

// message is the kernel's struct mmsghdr.
type message struct {
	hdr unix.Msghdr
	len uint32
	_   [4]byte
}

func newTransmitter(n *netns.NS, index int, frames [][]byte) (*transmitter, error) {
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	if err != nil {
		return nil, err
	}
	tx := &transmitter{fd: fd, messages: make([]message, len(frames)), iovecs: make([]unix.Iovec, len(frames)), frames: frames}
	err = errors.Join(unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: index}), unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1))
	for i, f := range frames {
		tx.iovecs[i] = unix.Iovec{Base: &f[0], Len: uint64(len(f))}
		tx.messages[i].hdr.Iov, tx.messages[i].hdr.Iovlen = &tx.iovecs[i], 1
	}
	return tx, err
}

func (tx *transmitter) close() { _ = unix.Close(tx.fd) }

// send sends n frames, in whole batches, and waits for the last.
func (tx *transmitter) send(n int, s *sink) error {
	first, sent := s.count(), uint64(0)
	for ; n >= batch; n -= batch {
		m := &tx.messages[tx.at]
		if _, _, e := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(tx.fd), uintptr(unsafe.Pointer(m)), batch, 0, 0, 0); e != 0 {
			return fmt.Errorf("sending: %w", e)
		}
		tx.at = (tx.at + batch) % len(tx.messages)
		sent += batch
		if !s.reaches(first+sent-min(sent, window), stall) {
			first = s.count() - sent // lost; the window begins anew
		}
	}
	s.reaches(first+sent, settle)
	return nil
}

// reaches waits until so many have arrived, or nothing does any more.
func (s *sink) reaches(n uint64, patience time.Duration) bool {
	last, since := s.count(), time.Time{}
	for last < n {
		d := unix.NsecToTimespec(int64(rest))
		_, _ = unix.Ppoll(nil, &d, nil) // a signal wakes early
		now := s.count()
		if now != last || since.IsZero() {
			last, since = now, time.Now()
		} else if time.Since(since) > patience {
			return false
		}
	}
	return true
}
