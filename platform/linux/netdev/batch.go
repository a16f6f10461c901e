package netdev

import (
	"encoding/binary"
	"errors"
	"syscall"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Request is one message of a batch; it is acknowledged like one of Do.
type Request struct {
	Type  uint16
	Flags int
	Parts []nl.NetlinkRequestData
}

// batchMax is how many messages go to the kernel at a time. What it answers waits in the socket's buffer, which holds some hundreds.
const batchMax = 64

// Batch sends requests, many in one system call, and waits for their acknowledgements. The kernel carries them out in order, also those behind one
// that fails. Errors are plain errnos, without the kernel's words.
func (c *Conn) Batch(list []Request) []error {
	errs := make([]error, len(list))
	for from := 0; from < len(list); from += batchMax {
		to := min(from+batchMax, len(list))
		if err := c.batch(list[from:to], errs[from:to]); err != nil {
			for i := from; i < len(errs); i++ {
				errs[i] = err
			}
			break
		}
	}
	return errs
}

func (c *Conn) batch(list []Request, errs []error) error {
	shared := c.sockets[unix.NETLINK_ROUTE]
	s := shared.Socket
	s.Lock()
	defer s.Unlock()
	first := shared.Seq + 1
	shared.Seq += uint32(len(list))
	var message []byte
	for i := range list {
		r := nl.NewNetlinkRequest(int(list[i].Type), list[i].Flags|unix.NLM_F_ACK)
		r.Seq = first + uint32(i)
		r.Data = list[i].Parts
		message = append(message, r.Serialize()...)
	}
	for {
		err := unix.Sendto(s.GetFd(), message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
	for acked := 0; acked < len(list); {
		answers, from, err := s.Receive()
		if err != nil {
			return err
		}
		for _, m := range answers {
			i := m.Header.Seq - first
			if from.Pid != nl.PidKernel || m.Header.Type != unix.NLMSG_ERROR || i >= uint32(len(list)) || len(m.Data) < 4 {
				continue
			}
			if errno := int32(binary.NativeEndian.Uint32(m.Data)); errno != 0 {
				errs[i] = syscall.Errno(-errno)
			}
			acked++
		}
	}
	return nil
}
