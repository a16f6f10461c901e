package netns

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Tap sends raw frames on a netdev and receives those that come in there, until the end of the test.
type Tap struct {
	t  testing.TB
	FD int // the packet socket
}

// NewTap opens a tap on a netdev of a namespace.
func NewTap(t testing.TB, n *NS, dev string) *Tap {
	t.Helper()
	const all = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // in network order
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW, all)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: n.Link(t, dev).Attrs().Index}),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)); err != nil {
		t.Fatal(err)
	}
	return &Tap{t, fd}
}

// Send sends frames.
func (p *Tap) Send(frames ...[]byte) {
	p.t.Helper()
	for _, f := range frames {
		if _, err := unix.Write(p.FD, f); err != nil {
			p.t.Fatal(err)
		}
	}
}

// Next is the next frame within d, with its tag in line; nil if there is none.
func (p *Tap) Next(d time.Duration) []byte {
	p.t.Helper()
	tv := unix.NsecToTimeval(int64(max(d, time.Millisecond)))
	if err := unix.SetsockoptTimeval(p.FD, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv); err != nil {
		p.t.Fatal(err)
	}
	return p.receive(0)
}

// Arrived is the next frame that is there already, with its tag in line; nil if there is none.
func (p *Tap) Arrived() []byte {
	p.t.Helper()
	return p.receive(unix.MSG_DONTWAIT)
}

func (p *Tap) receive(flags int) []byte {
	p.t.Helper()
	buf, oob := make([]byte, 70000), make([]byte, 200)
	n, oobn, _, _, err := unix.Recvmsg(p.FD, buf, oob, flags)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
		return nil
	}
	if err != nil {
		p.t.Fatal(err)
	}
	tag, err := auxTag(oob[:oobn])
	if err != nil {
		p.t.Fatal(err)
	}
	if tag == nil {
		return buf[:n]
	}
	return slices.Concat(buf[:12], tag, buf[12:n])
}

// auxTag is the tag that the kernel took out of a frame: protocol and control information; nil if there was none.
func auxTag(oob []byte) ([]byte, error) {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, err
	}
	for _, m := range msgs {
		if m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < 20 {
			continue
		}
		if status := binary.NativeEndian.Uint32(m.Data); status&unix.TP_STATUS_VLAN_VALID != 0 {
			tci, tpid := binary.NativeEndian.Uint16(m.Data[16:]), binary.NativeEndian.Uint16(m.Data[18:])
			return []byte{byte(tpid >> 8), byte(tpid), byte(tci >> 8), byte(tci)}, nil
		}
	}
	return nil, nil
}
