package ebpf

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// plug gives a port a new netdev.
func (b *bench) plug(i int) {
	b.Helper()
	netns.Veth(b.TB, b.hosts[i], "eth0", b.ns, fmt.Sprintf("eth%d", i+1))
}

// transfer has a host send to another over TCP.
func transfer(b *bench, to, from int, ip string) {
	b.Helper()
	netns.Transfer(b.TB, b.hosts[to], b.hosts[from], ip)
}
