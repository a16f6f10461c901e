package ebpf

import (
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// echoServer answers datagrams with themselves.
type echoServer struct{ net.PacketConn }

func newEcho(b *bench, host int, ip string) (s echoServer, err error) {
	err = b.hosts[host].Do(func() (err error) {
		s.PacketConn, err = net.ListenPacket("udp", ip+":7777")
		return err
	})
	return s, err
}

func (s echoServer) serve() error {
	buf := make([]byte, 2000)
	for {
		n, from, err := s.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			continue // the answer to one that nobody waited for
		}
		if _, err := s.WriteTo(buf[:n], from); err != nil && !errors.Is(err, net.ErrClosed) {
			continue
		}
	}
}

func (s echoServer) close() error { return s.Close() }

var errLost = errors.New("no answer")

// echo sends datagram number n and waits for it to come back.
func echo(c net.Conn, buf []byte, n int64) error {
	binary.BigEndian.PutUint64(buf, uint64(n))
	if _, err := c.Write(buf[:64]); err != nil {
		return err
	}
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	for {
		size, err := c.Read(buf)
		if err != nil {
			return errLost
		}
		if size >= 8 && binary.BigEndian.Uint64(buf) == uint64(n) {
			return nil
		}
	}
}
