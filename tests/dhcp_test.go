package tests

import (
	"context"
	"net/netip"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/dhcp"
)

// dhcpRelay: a host in a VLAN gets addresses from a server in another subnet, which is told where the host is; other hosts of the VLAN hear it once.
func dhcpRelay(f *forwarding) {
	told4, told6 := dhcp.Serve4(f.t, f.hosts[0], "10.0.0.2", "10.0.10.50"), dhcp.Serve6(f.t, f.hosts[0], "fd00:0::2", "fd00:10::50")
	hears := newTap(f.t, f.hosts[2], "eth0")
	err := f.client.Write(context.Background(), []db.Write{
		tables.ConfigDhcpRelay.Set(10, tables.DhcpRelayRow{Servers: []netip.Addr{netip.MustParseAddr("fd00:0::2")}}),
		tables.ConfigVlanDhcpEdit.Set(10, tables.VlanDhcpEditRow{Servers: []netip.Addr{netip.MustParseAddr("10.0.0.2")}}),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	counted(f, tables.DhcpCounterKey{Vlan: "Vlan10"}, func(r tables.DhcpCountersRow) bool { return r.TX == tables.DhcpCounts4{} }) // there as soon as the VLAN is relayed
	ack, err := dhcp.Lease4(context.Background(), f.hosts[1], "eth0")
	if err != nil {
		f.t.Fatal("IPv4: ", err)
	}
	if ip := ack.YourIPAddr.String(); ip != "10.0.10.50" {
		f.t.Error(ack.Summary())
	}
	mac := f.hosts[1].Link(f.t, "eth0").Attrs().HardwareAddr.String()
	own := f.ns.Link(f.t, "Vlan10").Attrs().HardwareAddr.String()
	if got, want := <-told4, (dhcp.Told{Circuit: "forwarding:Ethernet4", Remote: own, Link: "10.0.10.1", MAC: mac}); got != want {
		f.t.Errorf("the server is told %+v, not %+v", got, want)
	}
	discovers := func(b []byte) bool { return strings.Contains(string(b), "\x63\x82\x53\x63\x35\x01\x01") }
	hears.expect(1, discovers)
	offered, err := dhcp.Solicit6(context.Background(), f.hosts[1], "eth0")
	if err != nil || offered != "fd00:10::50" {
		f.t.Fatalf("IPv6: %s %v", offered, err)
	}
	if got, want := <-told6, (dhcp.Told{Link: "fd00:10::1", MAC: mac}); got != want {
		f.t.Errorf("the server is told %+v, not %+v", got, want)
	}
	const discover, ack4 = 1, 5 // in the order of tables.DhcpTypes4
	counted(f, tables.DhcpCounterKey{Vlan: "Vlan10", Port: "Ethernet4"}, func(r tables.DhcpCountersRow) bool { return r.RX[discover] > 0 && r.TX[ack4] > 0 })
	f.set(tables.ConfigFeature.Schema, "dhcp_relay", "state", "disabled")
	await(f.t, func() bool {
		rows, err := f.client.Get(context.Background(), tables.CountersDhcp.Schema, []string{"Vlan10"})
		return err == nil && rows[0].Gone
	}, func() { f.t.Error("the feature is disabled, and there are counters") })
}

// counted waits until counters of the relay are as wanted.
func counted(f *forwarding, k tables.DhcpCounterKey, ok func(tables.DhcpCountersRow) bool) {
	f.t.Helper()
	key := tables.CountersDhcp.EncodeKey(k)
	var row tables.DhcpCountersRow
	await(f.t, func() bool {
		rows, err := f.client.Get(context.Background(), tables.CountersDhcp.Schema, []string{key})
		if err != nil || rows[0].Gone {
			return false
		}
		_, row, err = tables.CountersDhcp.Decode(key, rows[0].Fields)
		return err == nil && ok(row)
	}, func() { f.t.Errorf("counters of %s: %+v", key, row) })
}
