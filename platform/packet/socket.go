package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/model"
)

// The header that the kernel puts before each frame, and takes with it (struct virtio_net_hdr, in the machine's order): what offloads have left to be
// done.
const (
	offloadSize    = 10
	offloadPartial = 1 // flags: the checksum is to be finished
	atGSO          = 1
	atHeader       = 2
	atSegment      = 4
	atChecksum     = 6 // where the checksum begins
)

// longestFrame is that of a super-frame.
const longestFrame = 1 << 17

// socket is a netdev: frames that come in there, and frames that leave.
type socket struct {
	index int
	file  *os.File
	raw   syscall.RawConn
}

// received is a frame with what offloads have left to be done.
type received struct {
	model.Frame
	offload [offloadSize]byte
}

const everything = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // in network order

// open takes part in a netdev. Frames that the machine sends there are not seen.
func open(index int) (*socket, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("packet socket (needs CAP_NET_RAW): %w", err)
	}
	for _, option := range []int{unix.PACKET_AUXDATA, unix.PACKET_VNET_HDR, unix.PACKET_IGNORE_OUTGOING} {
		if err = unix.SetsockoptInt(fd, unix.SOL_PACKET, option, 1); err != nil {
			return nil, errors.Join(fmt.Errorf("packet socket: %w", err), unix.Close(fd))
		}
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 4<<20) // better than the default, not needed
	if err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything, Ifindex: index}); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	s := &socket{index: index, file: os.NewFile(uintptr(fd), "packet")}
	s.raw, err = s.file.SyscallConn()
	return s, err
}

// Close ends the reader.
func (s *socket) Close() error { return s.file.Close() }

// read hands on frames until the socket is closed.
func (s *socket) read(take func(received)) error {
	frame, control := make([]byte, offloadSize+longestFrame), make([]byte, 128)
	for {
		var n, controlled, flags int
		var err error
		if s.raw.Read(func(fd uintptr) bool {
			n, controlled, flags, _, err = unix.Recvmsg(int(fd), frame, control, unix.MSG_DONTWAIT)
			return !errors.Is(err, unix.EAGAIN)
		}) != nil {
			return nil // closed
		}
		if err != nil || flags&unix.MSG_TRUNC != 0 || n < offloadSize {
			continue // ENETDOWN, once; the feed follows links
		}
		if f, ok := parse(frame[:n], control[:controlled]); ok {
			take(f)
		}
	}
}

// parse reads a frame as the kernel hands it out: its outermost tag is in the control message.
func parse(b, control []byte) (f received, ok bool) {
	copy(f.offload[:], b)
	f.Data = b[offloadSize:]
	if f.offload[atGSO] != 0 {
		f.SegmentSize = int(binary.NativeEndian.Uint16(f.offload[atSegment:]))
		if header := int(binary.NativeEndian.Uint16(f.offload[atHeader:])); f.SegmentSize > 0 {
			f.Segments = (len(f.Data) - header + f.SegmentSize - 1) / f.SegmentSize
		}
	}
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return f, false
	}
	for _, m := range messages {
		if m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < 20 {
			continue
		}
		if binary.NativeEndian.Uint32(m.Data)&unix.TP_STATUS_VLAN_VALID != 0 {
			f.TCI, f.TPID = binary.NativeEndian.Uint16(m.Data[16:]), binary.NativeEndian.Uint16(m.Data[18:])
		}
	}
	return f, true
}

// send lets a frame out that came of one that was received. Tags before them move what offloads point to. A frame for which there is no room goes
// nowhere, as it would on a wire.
func (s *socket) send(was received, f model.Frame) {
	wire := f.Wire()
	offload := was.offload
	move := func(at int) {
		binary.NativeEndian.PutUint16(offload[at:], uint16(int(binary.NativeEndian.Uint16(offload[at:]))+len(wire)-len(was.Data)))
	}
	if offload[0]&offloadPartial != 0 {
		move(atChecksum)
	}
	if offload[atGSO] != 0 {
		move(atHeader)
	}
	_ = s.raw.Write(func(fd uintptr) bool {
		_, _ = unix.Writev(int(fd), [][]byte{offload[:], wire})
		return true
	})
}
