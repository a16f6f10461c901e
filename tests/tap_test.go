package tests

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// tap sends and receives raw frames on a host's netdev.
type tap struct {
	t  testing.TB
	fd int
}

func newTap(t testing.TB, n *netns.NS, dev string) *tap {
	t.Helper()
	const all = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // in network order
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW, all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: n.Link(t, dev).Attrs().Index}),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1), unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)); err != nil {
		t.Fatal(err)
	}
	return &tap{t, fd}
}

func (p *tap) send(frame []byte) {
	p.t.Helper()
	if _, err := unix.Write(p.fd, frame); err != nil {
		p.t.Fatal(err)
	}
}

// next is the next frame within d, with its tag in line; nil if there is none.
func (p *tap) next(d time.Duration) []byte {
	p.t.Helper()
	tv := unix.NsecToTimeval(int64(max(d, time.Millisecond)))
	if err := unix.SetsockoptTimeval(p.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		p.t.Fatal(err)
	}
	buf, oob := make([]byte, 70000), make([]byte, 200)
	n, oobn, _, _, err := unix.Recvmsg(p.fd, buf, oob, 0)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return nil
	}
	if err != nil {
		p.t.Fatal(err)
	}
	frame := buf[:n]
	msgs, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		p.t.Fatal(err)
	}
	for _, m := range msgs {
		if m.Header.Type == unix.PACKET_AUXDATA && len(m.Data) >= 20 && binary.NativeEndian.Uint32(m.Data)&unix.TP_STATUS_VLAN_VALID != 0 {
			tci := binary.NativeEndian.Uint16(m.Data[16:])
			return slices.Concat(frame[:12], []byte{0x81, 0, byte(tci >> 8), byte(tci)}, frame[12:])
		}
	}
	return frame
}

// expect waits for a frame, past others, and fails if it comes more often than n times. It returns the first.
func (p *tap) expect(n int, is func([]byte) bool) (first []byte) {
	p.t.Helper()
	found := 0
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if f := p.next(time.Until(deadline)); f != nil && is(f) {
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
