package tests

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// tap is a host's end of a wire.
type tap struct {
	*netns.Tap
	t testing.TB
}

func newTap(t testing.TB, n *netns.NS, dev string) *tap { return &tap{netns.NewTap(t, n, dev), t} }

// expect waits for a frame, past others, and fails if it comes more often than n times. It returns the first.
func (p *tap) expect(n int, is func([]byte) bool) (first []byte) {
	p.t.Helper()
	found := 0
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if f := p.Next(time.Until(deadline)); f != nil && is(f) {
			if found++; found == 1 {
				first, deadline = f, time.Now().Add(silence)
			}
		}
	}
	if found != n {
		p.t.Errorf("%d frames, want %d", found, n)
	}
	return first
}

// contains is a frame with a text in it.
func contains(mark string) func([]byte) bool {
	return func(f []byte) bool { return bytes.Contains(f, []byte(mark)) }
}

func hostMAC(f *forwarding, i int) (m [6]byte) {
	copy(m[:], f.hosts[i].Link(f.t, "eth0").Attrs().HardwareAddr)
	return m
}

// arpRequest asks for an address.
func arpRequest(src [6]byte, from, to string) []byte {
	s, d := netip.MustParseAddr(from).As4(), netip.MustParseAddr(to).As4()
	f := slices.Concat([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, src[:], []byte{8, 6, 0, 1, 8, 0, 6, 4, 0, 1}, src[:], s[:], make([]byte, 6), d[:])
	return append(f, make([]byte, 60-len(f))...)
}

func isARP(f []byte, operation byte) bool {
	return len(f) >= 42 && f[12] == 8 && f[13] == 6 && f[21] == operation
}

// arpAnswer matches the answer that an address gives to another one, arpRequestBy the question of one for another.
func arpAnswer(from, to string) func([]byte) bool    { return arpBetween(2, from, to) }
func arpRequestBy(from, to string) func([]byte) bool { return arpBetween(1, from, to) }

func arpBetween(operation byte, from, to string) func([]byte) bool {
	a, b := netip.MustParseAddr(from).As4(), netip.MustParseAddr(to).As4()
	return func(f []byte) bool {
		return isARP(f, operation) && [4]byte(f[28:32]) == a && [4]byte(f[38:42]) == b
	}
}
