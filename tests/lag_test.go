package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/netns/ovs"
)

// bundled is one of two switches that a LAG of two links joins: %[1]d is its number, %[2]d the other's.
const bundled = `{
	"DEVICE_METADATA": {"localhost": {"mac": "02:00:00:00:00:0%[1]d", "hostname": "bundled%[1]d"}},
	"PORT": {
		"Ethernet0": {"lanes": "25,26,27,28", "admin_status": "up", "mtu": "9100"},
		"Ethernet4": {"lanes": "29,30,31,32", "admin_status": "up", "mtu": "9100"},
		"Ethernet8": {"lanes": "33,34,35,36", "admin_status": "up", "mtu": "9100"}
	},
	"INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.%[1]d.1/24": {}, "Ethernet0|fd00:%[1]d::1/64": {}},
	"PORTCHANNEL": {"PortChannel1": {"admin_status": "up", "min_links": "1"}},
	"PORTCHANNEL_MEMBER": {"PortChannel1|Ethernet4": {}, "PortChannel1|Ethernet8": {}},
	"PORTCHANNEL_INTERFACE": {"PortChannel1": {}, "PortChannel1|10.9.0.%[1]d/24": {}, "PortChannel1|fd09::%[1]d/64": {}},
	"STATIC_ROUTE": {"10.0.%[2]d.0/24": {"nexthop": "10.9.0.%[2]d"}, "fd00:%[2]d::/64": {"nexthop": "fd09::%[2]d"}}
}`

// lag joins two switches by a LAG with an interface on it, and cuts its members one by one under traffic.
func lag(t *testing.T, binary string) {
	a, b := newForwarding(t, binary, daemon.ASICKernel, fmt.Sprintf(bundled, 1, 2)), newForwarding(t, binary, daemon.ASICKernel, fmt.Sprintf(bundled, 2, 1))
	for i, f := range []*forwarding{a, b} {
		f.host()
		f.address(0, fmt.Sprintf("10.0.%d.2/24", i+1), fmt.Sprintf("fd00:%d::2/64", i+1), fmt.Sprintf("10.0.%d.1", i+1), fmt.Sprintf("fd00:%d::1", i+1))
	}
	// The kernel tells of a lost carrier up to a second late where both ends of a veth have the same number, since it then takes it for no link to another
	// netdev; so they have different ones.
	netns.Veth(t, a.ns, "spare1", a.ns, "spare2")
	netns.Veth(t, a.ns, "eth2", b.ns, "eth2")
	netns.Veth(t, a.ns, "eth3", b.ns, "eth3")
	for _, f := range []*forwarding{a, b} {
		f.start()
		f.connect()
	}
	// Across both switches, and to the host interface of the LAG.
	for _, ip := range []string{"10.0.2.2", "fd00:2::2", "10.9.0.2", "fd09::2"} {
		a.reaches(0, ip)
	}
	b.reaches(0, "10.9.0.1")
	for _, f := range []*forwarding{a, b} {
		f.field(tables.ApplLag.Schema, "PortChannel1", "oper_status", "up")
		f.carrier("PortChannel1", true)
	}
	// Flows are spread over the members, and what arrives by either is taken.
	spread := func() [2]uint64 {
		return [2]uint64{b.ns.Link(t, "eth2").Attrs().Statistics.RxPackets, b.ns.Link(t, "eth3").Attrs().Statistics.RxPackets}
	}
	before := spread()
	flows(t, a.hosts[0], b.hosts[0], "10.0.2.2", 64)
	if after := spread(); after[0]-before[0] < 10 || after[1]-before[1] < 10 {
		t.Errorf("packets by member: %v, then %v", before, after)
	}
	stream(t, "over a LAG", a.hosts[0], b.hosts[0], "fd00:2::2", make([]byte, 4<<20))

	there := newPaced(t, "to the far host", lagPace, a.hosts[0], b.hosts[0], "10.0.2.2")
	back := newPaced(t, "to the near host", lagPace, b.hosts[0], a.hosts[0], "10.0.1.2")
	for _, cut := range []string{"eth2", "eth3"} {
		for _, p := range []*paced{there, back} {
			p.mark("when " + cut + " is cut")
		}
		a.ns.Down(t, cut)
		for _, f := range []*forwarding{a, b} {
			f.oper(map[string]string{"eth2": "Ethernet4", "eth3": "Ethernet8"}[cut], "down")
		}
		flows(t, a.hosts[0], b.hosts[0], "10.0.2.2", 64) // every flow finds the other member
		for _, p := range []*paced{there, back} {
			p.mark("when " + cut + " is back")
		}
		a.ns.Up(t, cut)
		for _, f := range []*forwarding{a, b} {
			f.oper(map[string]string{"eth2": "Ethernet4", "eth3": "Ethernet8"}[cut], "up")
		}
		there.passes(0.5)
		back.passes(0.5)
	}
	for _, p := range []*paced{there, back} {
		text := p.losses()
		if p.again.Load() > 0 {
			t.Errorf("%d datagrams %s arrived twice", p.again.Load(), p.what)
		}
		if n := p.lost(0, p.sent.Load()); n > p.sent.Load()/4 {
			t.Errorf("the LAG does not hold: %s", text)
		}
		t.Logf("%d datagrams %s: %s", p.sent.Load(), p.what, text)
	}
	// Without its last member the LAG is down, and its interface with it.
	a.ns.Down(t, "eth2")
	a.ns.Down(t, "eth3")
	for _, f := range []*forwarding{a, b} {
		f.field(tables.ApplLag.Schema, "PortChannel1", "oper_status", "down")
		f.carrier("PortChannel1", false)
	}
	a.ns.Up(t, "eth3")
	a.reaches(0, "10.0.2.2")
	b.reaches(0, "fd00:1::2")
}

// foreign has LACP with Open vSwitch, and netsync killed, which speaks it: neither side notices. Where a LAG needs two members, one is none.
func foreign(t *testing.T, binary string) {
	f := newForwarding(t, binary, daemon.ASICKernel, `{
		"DEVICE_METADATA": {"localhost": {"mac": "02:00:00:00:00:01", "hostname": "foreign"}},
		"PORT": {"Ethernet0": {"lanes": "25,26,27,28", "admin_status": "up"}, "Ethernet4": {"lanes": "29,30,31,32", "admin_status": "up"}},
		"PORTCHANNEL": {"PortChannel1": {"admin_status": "up", "min_links": "2", "fast_rate": "true"}},
		"PORTCHANNEL_MEMBER": {"PortChannel1|Ethernet0": {}, "PortChannel1|Ethernet4": {}}
	}`)
	peer := netns.New(t)
	partner := ovs.Start(t, peer)
	for _, link := range []string{"eth1", "eth2"} {
		netns.Veth(t, f.ns, link, peer, link)
	}
	partner.Bond("bond0", []string{"eth1", "eth2"}, "lacp=active", "other_config:lacp-time=fast")
	f.start()
	f.connect()
	f.field(tables.ApplLag.Schema, "PortChannel1", "oper_status", "up")
	for _, port := range []string{"Ethernet0", "Ethernet4"} {
		f.field(tables.StateLagMember.Schema, "PortChannel1|"+port, "runner.partner_lacpdu_info.state", "63")
		f.field(tables.StateLagMember.Schema, "PortChannel1|"+port, "runner.actor_lacpdu_info.state", "63")
	}
	counted := func(what string) string {
		var all []string
		for _, member := range ovs.Members(partner.Ask("lacp/show-stats", "bond0")) {
			_, n, _ := strings.Cut(member, what+": ")
			n, _, _ = strings.Cut(n, "\n")
			all = append(all, n)
		}
		return strings.Join(all, " ")
	}
	before := counted("Carrier Status Changed")
	told := func() int { // what the ASIC has been, of members
		text, err := os.ReadFile(filepath.Join(f.env.SwssLog(), "sairedis.rec"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "|SAI_OBJECT_TYPE_LAG_MEMBER:")
	}
	toldBefore := told()
	f.killTogether("netsync")
	heard := counted("RX PDUs")
	await(t, func() bool { return counted("RX PDUs") != heard }, func() { t.Error("no LACPDU of the successor") })
	f.field(tables.StateLagMember.Schema, "PortChannel1|Ethernet0", "runner.partner_lacpdu_info.state", "63")
	if n, expired := told()-toldBefore, counted("Link Expired"); n != 0 || expired != "0 0" || counted("Carrier Status Changed") != before {
		t.Errorf("%d changes of members; the partner: %s", n, partner.Ask("lacp/show-stats", "bond0"))
	}
	peer.Down(t, "eth2")
	f.field(tables.ApplLag.Schema, "PortChannel1", "oper_status", "down")
}

// lagPace is what the hosts say while members are cut: each datagram is a millisecond.
const lagPace = 1000

// flows opens a connection after the other, each from a port of its own, and has all of them carry something.
func flows(t *testing.T, from, to *netns.NS, ip string, n int) {
	t.Helper()
	for range n {
		stream(t, "a flow", from, to, ip, []byte("x"))
	}
	if out := from.Run(t, exec.Command("ping", "-c", "1", "-W", "10", ip)); !strings.Contains(out, "1 received") {
		t.Error(out)
	}
}
