package netns

import (
	"testing"

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
	}
	if err := n.Handle.AddrAdd(n.Link(t, link), a); err != nil {
		t.Fatalf("network namespace %s: interface %s: address %s: %v", n.name, link, addr, err)
	}
}
