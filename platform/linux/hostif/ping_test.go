package hostif

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// pinger sends ICMP echoes and waits for each answer.
type pinger struct {
	conn   net.Conn
	v6     bool
	serial uint16
}

func newPinger(t *testing.T, n *netns.NS, target string) *pinger {
	t.Helper()
	p := &pinger{v6: net.ParseIP(target).To4() == nil}
	network := "ip4:icmp"
	if p.v6 {
		network = "ip6:ipv6-icmp"
	}
	var err error
	if p.conn, err = n.Dial(t.Context(), network, target); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.conn.Close() })
	return p
}

var errLost = errors.New("no answer")

// echo is errLost if the answer does not come in time.
func (p *pinger) echo(timeout time.Duration) error {
	p.serial++
	request, reply := byte(8), byte(0)
	if p.v6 {
		request, reply = 128, 129
	}
	m := []byte{request, 0, 0, 0, 0x48, 0x59, 0, 0}
	binary.BigEndian.PutUint16(m[6:], p.serial)
	if !p.v6 { // the kernel fills in ICMPv6's
		binary.BigEndian.PutUint16(m[2:], checksum(m))
	}
	if _, err := p.conn.Write(m); err != nil {
		return fmt.Errorf("%w: %w", errLost, err)
	}
	if err := p.conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	for b := make([]byte, 1500); ; {
		n, err := p.conn.Read(b)
		if err != nil {
			return fmt.Errorf("%w: %w", errLost, err)
		}
		m := b[:n]
		if !p.v6 { // comes with its IP header
			m = m[min(4*int(m[0]&15), n):]
		}
		if len(m) >= 8 && m[0] == reply && binary.BigEndian.Uint16(m[6:]) == p.serial {
			return nil
		}
	}
}

func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// ping says that the switch answers the host, over IPv4 and IPv6.
func ping(t *testing.T, n *netns.NS) {
	t.Helper()
	for _, target := range []string{"10.0.0.1", "2001:db8::1"} {
		if err := newPinger(t, n, target).echo(10 * time.Second); err != nil {
			t.Fatalf("%s: %v", target, err)
		}
	}
}
