package ebpf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// tap sends and receives raw frames on a netdev.
type tap struct {
	t  testing.TB
	fd int
}

const ethAll = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // in network order

func newTap(t testing.TB, n *netns.NS, name string) *tap {
	t.Helper()
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW, ethAll)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: ethAll, Ifindex: n.Link(t, name).Attrs().Index}),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)); err != nil {
		t.Fatal(err)
	}
	return &tap{t, fd}
}

func (p *tap) send(frames ...[]byte) {
	p.t.Helper()
	for _, f := range frames {
		if _, err := unix.Write(p.fd, f); err != nil {
			p.t.Fatal(err)
		}
	}
}

// next is the next frame within d, with its tag in line; nil if there is none.
func (p *tap) next(d time.Duration) []byte {
	p.t.Helper()
	tv := unix.NsecToTimeval(int64(max(d, time.Millisecond)))
	if err := unix.SetsockoptTimeval(p.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		p.t.Fatal(err)
	}
	return p.receive(0)
}

// receive is the next frame, with its tag in line; nil if there is none in time.
func (p *tap) receive(flags int) []byte {
	p.t.Helper()
	buf, oob := make([]byte, 70000), make([]byte, 200)
	n, oobn, _, _, err := unix.Recvmsg(p.fd, buf, oob, flags)
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
		if m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < 20 {
			continue
		}
		if status := binary.NativeEndian.Uint32(m.Data); status&unix.TP_STATUS_VLAN_VALID != 0 {
			tci, tpid := binary.NativeEndian.Uint16(m.Data[16:]), binary.NativeEndian.Uint16(m.Data[18:])
			return slices.Concat(frame[:12], []byte{byte(tpid >> 8), byte(tpid), byte(tci >> 8), byte(tci)}, frame[12:])
		}
	}
	return frame
}

// expect waits for a frame that contains the mark; others are passed over.
func (p *tap) expect(mark string) []byte {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if f := p.next(time.Until(deadline)); bytes.Contains(f, []byte(mark)) {
			return f
		}
	}
	p.t.Fatalf("no frame with %q", mark)
	return nil
}

// silent fails if a frame with the mark has arrived before one with the other mark, which must come.
func (p *tap) silent(mark, until string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		f := p.next(time.Until(deadline))
		if bytes.Contains(f, []byte(mark)) {
			p.t.Errorf("a frame with %q arrived", mark)
		}
		if bytes.Contains(f, []byte(until)) {
			return
		}
	}
	p.t.Fatalf("no frame with %q", until)
}

// pending counts the frames with a mark that have arrived already.
func (p *tap) pending(mark string) (n int) {
	p.t.Helper()
	for f := p.next(0); f != nil; f = p.next(0) {
		if bytes.Contains(f, []byte(mark)) {
			n++
		}
	}
	return n
}

// ether is a frame of an experimental protocol. tag is a VLAN tag, 0xffff for none.
func ether(dst, src sai.MAC, tag uint16, mark string) []byte {
	f := slices.Concat(dst[:], src[:])
	if tag != 0xffff {
		f = append(f, 0x81, 0, byte(tag>>8), byte(tag))
	}
	f = append(f, 0x88, 0xb5)
	f = append(f, mark...)
	for len(f) < 60 {
		f = append(f, 0)
	}
	return f
}

const untagged = 0xffff

// tagOf is the tag of a received frame, or untagged.
func tagOf(f []byte) uint16 {
	if f[12] == 0x81 && f[13] == 0 {
		return binary.BigEndian.Uint16(f[14:])
	}
	return untagged
}

func mac(i byte) sai.MAC { return sai.MAC{2, 0, 0, 0, 1, i} }

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
