package gnoi

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/openconfig/gnoi/system"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// probe sends echo requests and hears what comes of them.
type probe struct {
	to   netip.Addr
	conn *net.IPConn
	v4   *ipv4.PacketConn
	v6   *ipv6.PacketConn
	id   uint16
}

// reply is what came of an echo request.
type reply struct {
	from  netip.Addr
	rtt   time.Duration
	bytes int
	ttl   int
	code  int
	final bool // the destination's own answer
	state system.TracerouteResponse_State
}

// openProbe opens a raw socket. device is the VRF's, if there is one.
func openProbe(to netip.Addr, source, device string, whole bool) (*probe, error) {
	network, address := "ip4:icmp", "0.0.0.0"
	if to.Is6() {
		network, address = "ip6:ipv6-icmp", "::"
	}
	if source != "" {
		address = source
	}
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		outer := c.Control(func(fd uintptr) {
			if device != "" {
				err = unix.BindToDevice(int(fd), device)
			}
			if err == nil && whole && to.Is4() {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DO)
			}
		})
		return errors.Join(outer, err)
	}}
	c, err := lc.ListenPacket(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(*net.IPConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T is no raw socket", c), c.Close())
	}
	p := &probe{to: to, conn: conn, id: uint16(time.Now().UnixNano())}
	if to.Is4() {
		p.v4 = ipv4.NewPacketConn(conn)
		return p, p.v4.SetControlMessage(ipv4.FlagTTL, true)
	}
	p.v6 = ipv6.NewPacketConn(conn)
	return p, p.v6.SetControlMessage(ipv6.FlagHopLimit, true)
}

func (p *probe) close() { _ = p.conn.Close() }

// hops limits how far the next request goes.
func (p *probe) hops(n int) error {
	if p.v4 != nil {
		return p.v4.SetTTL(n)
	}
	return p.v6.SetHopLimit(n)
}

// echo sends one request of a number of bytes, and waits for what comes of it. Nothing in time is os.ErrDeadlineExceeded.
func (p *probe) echo(ctx context.Context, seq, size int, wait time.Duration) (reply, error) {
	var kind icmp.Type = ipv4.ICMPTypeEcho
	if p.v6 != nil {
		kind = ipv6.ICMPTypeEchoRequest
	}
	m := icmp.Message{Type: kind, Body: &icmp.Echo{ID: int(p.id), Seq: seq, Data: make([]byte, size)}}
	packet, err := m.Marshal(nil)
	if err != nil {
		return reply{}, err
	}
	sent := time.Now()
	deadline := sent.Add(wait)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := p.conn.SetReadDeadline(deadline); err != nil {
		return reply{}, err
	}
	stop := context.AfterFunc(ctx, func() { _ = p.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := p.conn.WriteToIP(packet, &net.IPAddr{IP: p.to.AsSlice(), Zone: p.to.Zone()}); err != nil {
		return reply{}, err
	}
	for {
		r, ok, err := p.hear(seq)
		if err != nil {
			return reply{}, errors.Join(ctx.Err(), err)
		}
		if ok {
			r.rtt = time.Since(sent)
			return r, nil
		}
	}
}

// hear reads one message; ok if it is about the request.
func (p *probe) hear(seq int) (r reply, ok bool, err error) {
	buf := make([]byte, maxSize+512)
	var n int
	var from net.Addr
	protocol := 1
	if p.v4 != nil {
		var cm *ipv4.ControlMessage
		if n, cm, from, err = p.v4.ReadFrom(buf); cm != nil {
			r.ttl = cm.TTL
		}
	} else {
		protocol = 58
		var cm *ipv6.ControlMessage
		if n, cm, from, err = p.v6.ReadFrom(buf); cm != nil {
			r.ttl = cm.HopLimit
		}
	}
	if err != nil {
		return r, false, err
	}
	if a, isIP := from.(*net.IPAddr); isIP {
		r.from, _ = netip.AddrFromSlice(a.IP)
		r.from = r.from.Unmap()
	}
	m, err := icmp.ParseMessage(protocol, buf[:n])
	if err != nil {
		return r, false, nil
	}
	r.bytes, r.code = n, m.Code
	switch body := m.Body.(type) {
	case *icmp.Echo:
		r.final = m.Type == ipv4.ICMPTypeEchoReply || m.Type == ipv6.ICMPTypeEchoReply
		return r, r.final && body.ID == int(p.id) && body.Seq == seq, nil
	case *icmp.TimeExceeded:
		return r, p.ours(body.Data, seq), nil
	case *icmp.DstUnreach:
		r.state = unreachable(p.v6 != nil, m.Code)
		return r, p.ours(body.Data, seq), nil
	}
	return r, false, nil
}

// ours tells whether a complaint quotes the request: an IP header, and the beginning of the message.
func (p *probe) ours(quoted []byte, seq int) bool {
	header := 40
	if p.v4 != nil {
		if len(quoted) < 20 {
			return false
		}
		header = int(quoted[0]&15) * 4
	}
	if len(quoted) < header+8 {
		return false
	}
	q := quoted[header:]
	return binary.BigEndian.Uint16(q[4:]) == p.id && binary.BigEndian.Uint16(q[6:]) == uint16(seq)
}

func unreachable(v6 bool, code int) system.TracerouteResponse_State {
	switch {
	case v6 && code == 1, !v6 && (code == 9 || code == 10 || code == 13):
		return system.TracerouteResponse_PROHIBITED
	case !v6 && code == 1, v6 && code == 3:
		return system.TracerouteResponse_HOST_UNREACHABLE
	case code == 0:
		return system.TracerouteResponse_NETWORK_UNREACHABLE
	case !v6 && code == 2:
		return system.TracerouteResponse_PROTOCOL_UNREACHABLE
	case !v6 && code == 4:
		return system.TracerouteResponse_FRAGMENTATION_NEEDED
	case !v6 && code == 5:
		return system.TracerouteResponse_SOURCE_ROUTE_FAILED
	}
	return system.TracerouteResponse_ICMP
}
