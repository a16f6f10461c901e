package netdev

import (
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func dial(t *testing.T, n *netns.NS) *Conn {
	t.Helper()
	var c *Conn
	if err := n.Do(func() (err error) { c, err = Dial(); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestNamespace: whatever thread asks, /proc/sys is that of the namespace.
func TestNamespace(t *testing.T) {
	n := netns.New(t)
	c := dial(t, n)
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	if out := n.Run(t, exec.Command("cat", "/proc/sys/net/ipv4/ip_forward")); out != "1\n" {
		t.Errorf("ip_forward is %s", out)
	}
	n.Run(t, exec.Command("ip", "link", "add", "Ethernet0", "type", "veth", "peer", "name", "in-Ethernet0"))
	values, errs := c.ReadSysctls([]string{"net/ipv4/conf/Ethernet0/arp_ignore", "net/ipv6/conf/Ethernet0/keep_addr_on_down", "net/ipv4/conf/none/arp_ignore"})
	if values[0] != "2" || values[1] != "1" || !errors.Is(errs[2], fs.ErrNotExist) {
		t.Error(values, errs)
	}
	failure := errors.New("failure")
	if err := c.Namespace.Do(func() error { return failure }); !errors.Is(err, failure) {
		t.Error(err)
	}
}

func TestPairKeeps(t *testing.T) {
	n := netns.New(t)
	c := dial(t, n)
	up, mtu := true, uint32(9100)
	if err := c.AddPair(Pair{Name: "Ethernet0", Outer: Change{MTU: &mtu}, Carrier: &up}); err != nil {
		t.Fatal(err)
	}
	small := uint32(1500)
	if err := c.AddPair(Pair{Name: "Ethernet0", Outer: Change{MTU: &small}, Keep: true}); err != nil {
		t.Fatal(err)
	}
	l, err := c.Link("Ethernet0")
	if err != nil || l.MTU != 9100 || l.Admin {
		t.Errorf("%+v, %v", l, err)
	}
	if inner, err := c.Link("in-Ethernet0"); err != nil || !inner.Admin || !inner.NoARP {
		t.Errorf("%+v, %v", inner, err)
	}
	if _, err := c.Index("a name that is too long for the kernel"); !errors.Is(err, unix.ENODEV) {
		t.Error(err)
	}
	n.Run(t, exec.Command("ip", "link", "add", "Vlan10", "type", "veth", "peer", "name", "other"))
	if err := c.AddPair(Pair{Name: "Vlan10"}); !errors.Is(err, ErrForeign) {
		t.Error(err)
	}
}

func TestRename(t *testing.T) {
	n := netns.New(t)
	c := dial(t, n)
	n.Run(t, exec.Command("ip", "link", "add", "Ethernet0", "up", "type", "veth", "peer", "name", "x"))
	if err := errors.Join(c.Rename("Ethernet0", "eth1"), c.Rename("x", "y")); err != nil {
		t.Fatal(err)
	}
	l, err := c.Link("eth1")
	if err != nil || !l.Admin {
		t.Errorf("%+v, %v", l, err)
	}
	if err := c.Rename("gone", "z"); !errors.Is(err, unix.ENODEV) {
		t.Error(err)
	}
}

// TestRemoveLinks falls back to single removals when one of the links cannot be removed with the others.
func TestRemoveLinks(t *testing.T) {
	n := netns.New(t)
	c := dial(t, n)
	for _, name := range []string{"Vlan1", "Vlan2"} {
		if err := c.AddPair(Pair{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	found, errs := c.RemoveLinks([]string{"Vlan1", "lo", "Vlan3", "Vlan2"})
	if !found[0] || found[1] || found[2] || !found[3] || errs[0] != nil || errs[1] == nil || errs[2] != nil || errs[3] != nil {
		t.Error(found, errs)
	}
	if out := n.Run(t, exec.Command("ip", "-br", "link")); strings.Count(out, "\n") != 1 {
		t.Error(out)
	}
}
