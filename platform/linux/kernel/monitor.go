package kernel

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The multicast groups of rtnetlink, as bits of a socket address.
const (
	groupLink     = 1 << (unix.RTNLGRP_LINK - 1)
	groupNeigh    = 1 << (unix.RTNLGRP_NEIGH - 1)
	groupTC       = 1 << (unix.RTNLGRP_TC - 1)
	groupIPv4Addr = 1 << (unix.RTNLGRP_IPV4_IFADDR - 1)
	groupIPv6Addr = 1 << (unix.RTNLGRP_IPV6_IFADDR - 1)
)

const (
	// receiveBuffer holds a burst of about 20,000 neighbours; the memory is charged only while messages wait. What does not fit is not
	// lost for good: the reader lists again.
	receiveBuffer = 16 << 20
	datagramMax   = 64 << 10
	// readMax bounds the datagrams of one read, so that a flood does not keep a reader from delivering.
	readMax = 4096
)

// monitor is a socket with subscriptions to rtnetlink's multicast groups.
type monitor struct {
	file *os.File
	raw  syscall.RawConn
	buf  []byte
}

// newMonitor subscribes in the calling thread's namespace. What happens from now on is read later.
func newMonitor(groups ...uint32) (*monitor, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("rtnetlink: %w", err)
	}
	m := &monitor{file: os.NewFile(uintptr(fd), "rtnetlink"), buf: make([]byte, datagramMax)}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer) // up to the host's limit
	}
	addr := &unix.SockaddrNetlink{Family: unix.AF_NETLINK}
	for _, g := range groups {
		addr.Groups |= g
	}
	if err := unix.Bind(fd, addr); err != nil {
		m.close()
		return nil, fmt.Errorf("rtnetlink: %w", err)
	}
	if m.raw, err = m.file.SyscallConn(); err != nil {
		m.close()
		return nil, fmt.Errorf("rtnetlink: %w", err)
	}
	return m, nil
}

func (m *monitor) close() { _ = m.file.Close() }

// read blocks for a message, then gives f all that wait (the payload is f's only during the call). lost says that the kernel had to drop
// some: whoever keeps a picture must list again.
func (m *monitor) read(ctx context.Context, f func(typ uint16, payload []byte)) (lost bool, err error) {
	if err := m.file.SetReadDeadline(time.Time{}); err != nil {
		return false, err
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		_ = m.file.SetReadDeadline(time.Unix(1, 0))
	})
	var failed error
	err = m.raw.Read(func(fd uintptr) bool {
		var got bool
		got, lost, failed = m.drain(int(fd), f)
		return got || lost || failed != nil
	})
	if !stop() {
		<-interrupted // or the deadline could hit a later read
		return lost, ctx.Err()
	}
	return lost, errors.Join(err, failed)
}

// discard drops what waits: a listing that follows tells the same and more. What happens between the two is read after the listing and
// may be older than it; reading on puts that right.
func (m *monitor) discard() error {
	if err := m.file.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	var failed error
	err := m.raw.Read(func(fd uintptr) bool {
		for got := true; got && failed == nil; {
			got, _, failed = m.drain(int(fd), func(uint16, []byte) {})
		}
		return true
	})
	return errors.Join(err, failed)
}

func (m *monitor) drain(fd int, f func(uint16, []byte)) (got, lost bool, err error) {
	for range readMax {
		n, from, err := unix.Recvfrom(fd, m.buf, 0)
		switch {
		case errors.Is(err, unix.EAGAIN):
			return got, lost, nil
		case errors.Is(err, unix.ENOBUFS):
			lost = true
			continue
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return got, lost, err
		}
		if sender, ok := from.(*unix.SockaddrNetlink); !ok || sender.Pid != 0 {
			continue // not the kernel
		}
		got = true
		messages(m.buf[:n], f)
	}
	return got, lost, nil
}

// messages splits a datagram; it stops at the first message that does not fit.
func messages(b []byte, f func(typ uint16, payload []byte)) {
	for len(b) >= unix.SizeofNlMsghdr {
		size := int(binary.NativeEndian.Uint32(b))
		if size < unix.SizeofNlMsghdr || size > len(b) {
			return
		}
		f(binary.NativeEndian.Uint16(b[4:]), b[unix.SizeofNlMsghdr:size])
		b = b[min((size+3)&^3, len(b)):]
	}
}
