package lacp

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
)

// socket hears and sends the frames of slow protocols on a netdev.
type socket struct{ file *os.File }

func openSocket(index int32) (*socket, error) {
	const proto = machine.EtherType>>8 | machine.EtherType&0xff<<8
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	group := unix.PacketMreq{Ifindex: index, Type: unix.PACKET_MR_MULTICAST, Alen: 6}
	copy(group.Address[:], machine.Address[:])
	err = unix.SetsockoptPacketMreq(fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &group)
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
	}
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: proto, Ifindex: int(index)})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("packet socket: %w", err), unix.Close(fd))
	}
	return &socket{os.NewFile(uintptr(fd), "lacp")}, nil
}

// read gives every frame to use until the socket is closed or its netdev is gone. A netdev that is down is one that says nothing.
func (s *socket) read(ctx context.Context, use func([]byte)) {
	for ctx.Err() == nil {
		b := make([]byte, 256)
		n, err := s.file.Read(b)
		switch {
		case err == nil:
			use(b[:n])
		case errors.Is(err, unix.ENETDOWN):
		default:
			return
		}
	}
}

func (s *socket) write(frame []byte) error {
	_, err := s.file.Write(frame)
	return err
}

func (s *socket) close() { _ = s.file.Close() }
