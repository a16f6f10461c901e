package netdev

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// requestTimeout bounds one request in seconds; the kernel answers when it has its lock, which removals of many links hold for long.
const requestTimeout = 60

// Conn is one reused rtnetlink request socket. Its methods are safe for concurrent use; requests go one after the other.
type Conn struct {
	*Namespace
	sockets map[int]*nl.SocketHandle
	ioctl   int // a datagram socket, to ask for interface indexes
}

// Dial opens a Conn in the calling thread's namespace.
func Dial() (*Conn, error) {
	ns, err := OpenNamespace()
	if err != nil {
		return nil, err
	}
	c := &Conn{Namespace: ns, ioctl: -1}
	if err := c.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("rtnetlink: %w", err), c.Close())
	}
	return c, nil
}

func (c *Conn) open() (err error) {
	if c.ioctl, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return err
	}
	s, err := nl.GetNetlinkSocketAt(netns.None(), netns.None(), unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	c.sockets = map[int]*nl.SocketHandle{unix.NETLINK_ROUTE: {Socket: s}}
	timeout := unix.Timeval{Sec: requestTimeout}
	_ = s.SetReceiveTimeout(&timeout) // never fails
	_ = s.SetSendTimeout(&timeout)
	_ = s.SetExtAck(true) // only adds words to errors
	return nil
}

// Close ends the Conn.
func (c *Conn) Close() error {
	for _, s := range c.sockets {
		s.Socket.Close()
	}
	if c.ioctl >= 0 {
		_ = unix.Close(c.ioctl)
	}
	return c.Namespace.Close()
}

// Do sends one request and waits for its acknowledgement. Errors are errnos, with the kernel's words where it has some.
func (c *Conn) Do(typ uint16, flags int, parts ...nl.NetlinkRequestData) error {
	r := nl.NewNetlinkRequest(int(typ), flags|unix.NLM_F_ACK)
	r.Sockets = c.sockets
	for _, p := range parts {
		r.AddData(p)
	}
	_, err := r.Execute(unix.NETLINK_ROUTE, 0)
	return err
}

// Get asks for one object, and returns the payloads of the answers of a type.
func (c *Conn) Get(typ, answer uint16, parts ...nl.NetlinkRequestData) ([][]byte, error) {
	r := nl.NewNetlinkRequest(int(typ), 0)
	r.Sockets = c.sockets
	for _, p := range parts {
		r.AddData(p)
	}
	return r.Execute(unix.NETLINK_ROUTE, answer)
}

// dumpTries bounds how often a dump that changed under the kernel's hands is repeated; the last one is taken as it is, because whoever
// needs more listens to the changes as well.
const dumpTries = 4

// Dump lists all objects of a kind (RTM_GETLINK ...) as the payloads of the answer's messages.
func (c *Conn) Dump(get uint16, header nl.NetlinkRequestData) ([][]byte, error) {
	for try := 1; ; try++ {
		r := nl.NewNetlinkRequest(int(get), unix.NLM_F_DUMP)
		r.Sockets = c.sockets
		r.AddData(header)
		answer, err := r.Execute(unix.NETLINK_ROUTE, 0)
		if errors.Is(err, nl.ErrDumpInterrupted) {
			if try < dumpTries {
				continue
			}
			err = nil
		}
		return answer, err
	}
}

// Index is the interface index of a netdev; ENODEV if there is none.
func (c *Conn) Index(name string) (int32, error) {
	r, err := unix.NewIfreq(name)
	if err != nil {
		return 0, unix.ENODEV // no such name can exist
	}
	if err := unix.IoctlIfreq(c.ioctl, unix.SIOCGIFINDEX, r); err != nil {
		return 0, err
	}
	return int32(r.Uint32()), nil
}
