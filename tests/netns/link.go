package netns

import (
	"testing"
	"unsafe"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Veth joins two namespaces, or two ends in one, by a veth pair. Both ends are up.
func Veth(t testing.TB, a *NS, aName string, b *NS, bName string) {
	t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = aName
	link := &netlink.Veth{LinkAttrs: attrs, PeerName: bName, PeerNamespace: netlink.NsFd(b.Fd())}
	if err := a.Handle.LinkAdd(link); err != nil {
		t.Fatalf("veth %s/%s - %s/%s: %v", a.name, aName, b.name, bName, err)
	}
	a.Up(t, aName)
	b.Up(t, bName)
}

// Link finds an interface.
func (n *NS) Link(t testing.TB, name string) netlink.Link {
	t.Helper()
	l, err := n.Handle.LinkByName(name)
	if err != nil {
		t.Fatalf("network namespace %s: interface %s: %v", n.name, name, err)
	}
	return l
}

// Up brings an interface up.
func (n *NS) Up(t testing.TB, name string) {
	t.Helper()
	if err := n.Handle.LinkSetUp(n.Link(t, name)); err != nil {
		t.Fatalf("network namespace %s: interface %s: up: %v", n.name, name, err)
	}
}

// Down takes an interface down; the other end of a veth pair loses its carrier.
func (n *NS) Down(t testing.TB, name string) {
	t.Helper()
	if err := n.Handle.LinkSetDown(n.Link(t, name)); err != nil {
		t.Fatalf("network namespace %s: interface %s: down: %v", n.name, name, err)
	}
}

// Addr gives an interface an address with prefix length. IPv6 addresses are usable at once: duplicate detection is left out.
func (n *NS) Addr(t testing.TB, link, addr string) {
	t.Helper()
	a, err := netlink.ParseAddr(addr)
	if err != nil {
		t.Fatal(err)
	}
	if a.IP.To4() == nil {
		a.Flags |= unix.IFA_F_NODAD
		n.Sysctl(t, "net/ipv6/conf/"+link+"/disable_ipv6", "0") // a switch has IPv6 on links that are interfaces only
	}
	if err := n.Handle.AddrAdd(n.Link(t, link), a); err != nil {
		t.Fatalf("network namespace %s: interface %s: address %s: %v", n.name, link, addr, err)
	}
}

// Checksums says whether an interface leaves checksums to what is behind it, as a veth does by itself. Without, there are no super-frames either; that is
// how containerlab makes its links.
func (n *NS) Checksums(t testing.TB, link string, left bool) {
	t.Helper()
	if err := n.Do(func() error { return checksums(link, left) }); err != nil {
		t.Fatalf("network namespace %s: interface %s: checksums: %v", n.name, link, err)
	}
}

func checksums(link string, left bool) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	value := struct{ command, data uint32 }{command: unix.ETHTOOL_STXCSUM}
	if left {
		value.data = 1
	}
	request := struct { // struct ifreq
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte
	}{data: unsafe.Pointer(&value)}
	copy(request.name[:], link)
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); e != 0 {
		return e
	}
	return nil
}
