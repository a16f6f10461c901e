package dhcprelay

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"
)

// packet is what has arrived.
type packet struct {
	six    bool
	client bool  // heard on a VLAN's own socket
	index  int32 // of the netdev
	from   netip.Addr
	mac    [6]byte // of who sent it, where it was heard on a VLAN's own socket
	data   []byte
}

// maxMessage is more than any message has: UDP's limit.
const maxMessage = 65535

// sockets are where servers are heard and spoken to, of all VLANs; clients of IPv4 are heard there too.
type sockets struct {
	four *ipv4.PacketConn
	six  *ipv6.PacketConn
	raw  int // speaks to clients: to addresses that they do not have yet
}

// The ports of DHCP for IPv4.
const portServer4, portClient4 = 67, 68

func openSockets(ctx context.Context) (s *sockets, err error) {
	var l net.ListenConfig
	four, err := l.ListenPacket(ctx, "udp4", fmt.Sprintf(":%d", portServer4))
	if err != nil {
		return nil, err
	}
	s = &sockets{four: ipv4.NewPacketConn(four), raw: -1}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err = s.four.SetControlMessage(ipv4.FlagInterface, true); err != nil {
		return nil, err
	}
	six, err := l.ListenPacket(ctx, "udp6", fmt.Sprintf("[::]:%d", portServer6))
	if err != nil {
		return nil, err
	}
	s.six = ipv6.NewPacketConn(six)
	if err = s.six.SetControlMessage(ipv6.FlagInterface, true); err != nil {
		return nil, err
	}
	s.raw, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	return s, err
}

func (s *sockets) close() {
	_ = s.four.Close()
	if s.six != nil {
		_ = s.six.Close()
	}
	if s.raw >= 0 {
		_ = unix.Close(s.raw)
	}
}

// read4 gives what arrives for port 67 to use until the socket is closed.
func (s *sockets) read4(use func(packet)) {
	for {
		b := make([]byte, 2048)
		n, control, from, err := s.four.ReadFrom(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && control != nil {
			use(packet{index: int32(control.IfIndex), from: from.(*net.UDPAddr).AddrPort().Addr(), data: b[:n]})
		}
	}
}

// read6 gives what servers say to use until the socket is closed.
func (s *sockets) read6(use func(packet)) {
	b := make([]byte, maxMessage)
	for {
		n, control, from, err := s.six.ReadFrom(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && control != nil {
			use(packet{six: true, index: int32(control.IfIndex), from: from.(*net.UDPAddr).AddrPort().Addr(), data: append([]byte(nil), b[:n]...)})
		}
	}
}

func (s *sockets) toServer4(m message4, server netip.Addr) error {
	_, err := s.four.WriteTo(m, nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(server, portServer4)))
	return err
}

// toServer6 speaks from the VLAN's address, to which the server answers.
func (s *sockets) toServer6(m message6, server, from netip.Addr) error {
	_, err := s.six.WriteTo(m, &ipv6.ControlMessage{Src: from.AsSlice()}, net.UDPAddrFromAddrPort(netip.AddrPortFrom(server, portServer6)))
	return err
}

// toClient6 speaks to a client or another relay on a netdev.
func (s *sockets) toClient6(m message6, to netip.AddrPort, index int32) error {
	_, err := s.six.WriteTo(m, &ipv6.ControlMessage{IfIndex: int(index)}, net.UDPAddrFromAddrPort(to))
	return err
}

// toClient4 sends a reply in an IPv4 packet of our own making: the kernel would ask for the address that the client does not have yet.
func (s *sockets) toClient4(m message4, from, to netip.Addr, mac [6]byte, index int32) error {
	address := unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_IP), Ifindex: int(index), Halen: 6}
	copy(address.Addr[:], mac[:])
	return unix.Sendto(s.raw, datagram(m, from, to), 0, &address)
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }

// The lengths of headers.
const ipHeader, udpHeader = 20, 8

// datagram is a message from port 67 to port 68, with IPv4 and UDP headers.
func datagram(m message4, from, to netip.Addr) []byte {
	b := make([]byte, ipHeader+udpHeader, ipHeader+udpHeader+len(m))
	src, dst := from.As4(), to.As4()
	b[0], b[8], b[9] = 0x45, 64, unix.IPPROTO_UDP // version and header's length, TTL, protocol
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)+len(m)))
	copy(b[12:], src[:])
	copy(b[16:], dst[:])
	binary.BigEndian.PutUint16(b[10:], ^sum(0, b[:ipHeader]))
	udp := b[ipHeader:]
	binary.BigEndian.PutUint16(udp, portServer4)
	binary.BigEndian.PutUint16(udp[2:], portClient4)
	binary.BigEndian.PutUint16(udp[4:], uint16(udpHeader+len(m)))
	check := sum(uint32(sum(unix.IPPROTO_UDP+uint32(udpHeader+len(m)), b[12:20])), append(append([]byte(nil), udp...), m...))
	if check = ^check; check == 0 {
		check = 0xffff // zero means that there is none
	}
	binary.BigEndian.PutUint16(udp[6:], check)
	return append(b, m...)
}

// sum goes on with the Internet's checksum (RFC 1071).
func sum(begin uint32, b []byte) uint16 {
	n := begin
	for ; len(b) > 1; b = b[2:] {
		n += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		n += uint32(b[0]) << 8
	}
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}

// ear hears the clients of IPv6 on a VLAN's netdev, with their link-layer addresses, which a socket of UDP does not tell.
type ear struct {
	file  *os.File
	index int32
}

func openEar(index int32) (*ear, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, forServers6()); err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
	}
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_IPV6), Ifindex: int(index)})
	}
	if err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return &ear{os.NewFile(uintptr(fd), "dhcpv6"), index}, nil
}

// forServers6 passes UDP to port 547 without extension headers, and nothing else.
func forServers6() *unix.SockFprog {
	const loadByte, loadHalf, equal, give = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	program := []unix.SockFilter{
		{Code: loadByte, K: atNext6}, {Code: equal, K: unix.IPPROTO_UDP, Jf: 3},
		{Code: loadHalf, K: ip6Header + 2}, {Code: equal, K: portServer6, Jf: 1},
		{Code: give, K: 1<<18 - 1}, {Code: give},
	}
	return &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
}

const ip6Header, atNext6, atSource6 = 40, 6, 8

// read gives what clients say to use until the socket is closed or its netdev is gone. A netdev that is down is one that says nothing.
func (e *ear) read(use func(packet)) {
	raw, err := e.file.SyscallConn()
	if err != nil {
		return
	}
	b := make([]byte, maxMessage)
	for {
		var n int
		var from unix.Sockaddr
		var failed error
		err := raw.Read(func(fd uintptr) bool {
			n, from, failed = unix.Recvfrom(int(fd), b, 0)
			return !errors.Is(failed, unix.EAGAIN)
		})
		link, ok := from.(*unix.SockaddrLinklayer)
		switch {
		case err != nil || failed != nil && !errors.Is(failed, unix.ENETDOWN) && !errors.Is(failed, unix.EINTR):
			return
		case failed == nil && ok && n >= ip6Header+udpHeader:
			use(packet{
				six: true, client: true, index: e.index, from: netip.AddrFrom16([16]byte(b[atSource6 : atSource6+16])), mac: [6]byte(link.Addr[:6]),
				data: append([]byte(nil), b[ip6Header+udpHeader:n]...),
			})
		}
	}
}

func (e *ear) close() { _ = e.file.Close() }
