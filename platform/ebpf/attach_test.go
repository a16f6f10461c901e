package ebpf

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// TestQuicken: a front-panel netdev gets a link of its own beside the block's filter, a host interface does not; frames pass once, before and after.
func TestQuicken(t *testing.T) {
	b := newBench(t, 2)
	k := b.plane.k
	b.access(10, 0, 1)
	in, out := newTap(t, b.hosts[0], "eth0"), newTap(t, b.hosts[1], "eth0")
	once := func(mark string) {
		t.Helper()
		in.Send(ether(mac(2), mac(1), 0xffff, mark), ether(mac(2), mac(1), 0xffff, "end"))
		out.expect(mark)
		out.silent(mark, "end")
	}
	once("by the filter")
	linked := func(name string) bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.links[name] != nil
	}
	b.until("links of the front panel", func() bool { return linked("eth1") && linked("eth2") })
	once("by the link")
	if linked(linux.InnerName(hostName(0))) {
		t.Error("a host interface has a link, which costs a grace period")
	}
	if k.slow() != "" {
		t.Error(k.slow())
	}
	members, err := k.block.Members()
	if err != nil || len(members) != 4 {
		t.Error(members, err)
	}
}
