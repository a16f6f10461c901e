package netsync

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/lldp"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func TestLLDPEntry(t *testing.T) {
	got := LLDPEntry(lldp.Entry{
		Interface: "Ethernet0", Index: "3", Age: "1 day, 00:01:18", Chassis: lldp.ID{Type: "mac", Value: "02:00:00:00:00:01"}, Name: "spine1",
		Management: []string{"10.0.0.1", "fe80::1"}, Capabilities: []lldp.Capability{{Type: "Bridge"}, {Type: "Router", Enabled: true}, {Type: "Else", Enabled: true}},
		Port: lldp.ID{Type: "local", Value: "fortyGigE0/0"}, PortText: "to leaf1",
	})
	want := tables.LLDPEntryRow{
		Index: "3", TimeMark: "86478", ChassisIDSubtype: "4", ChassisID: "02:00:00:00:00:01", PortIDSubtype: "7", PortID: "fortyGigE0/0",
		PortDescription: "to leaf1", SysName: "spine1", CapSupported: "28 00", CapEnabled: "08 00", ManAddr: "10.0.0.1,fe80::1",
	}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestLLDPPort(t *testing.T) {
	for _, c := range []struct {
		row  tables.PortRow
		want lldp.Port
	}{
		{tables.PortRow{Alias: "etp1", Description: "up"}, lldp.Port{Interface: "Ethernet0", ID: "etp1", Description: "up"}},
		{tables.PortRow{}, lldp.Port{Interface: "Ethernet0", ID: "Ethernet0", Description: "Ethernet0"}},
	} {
		if got := LLDPPort("Ethernet0", c.row); got != c.want {
			t.Errorf("%+v: %+v", c.row, got)
		}
	}
}
