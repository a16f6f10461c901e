package netsync

import (
	"context"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/dhcprelay"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// dhcpFeature is the row of FEATURE that switches the relay off.
const dhcpFeature = "dhcp_relay"

// dhcpRelay relays a VLAN's DHCP, if it has servers, once its netdev is there.
func dhcpRelay(tx *engine.Tx, id tables.VlanID, r tables.VlanRow) error {
	six, _ := engine.Get(tx, tables.ConfigDhcpRelay, id)
	servers6 := append(slices.Clone(r.Dhcpv6Servers), six.Servers...)
	slices.SortFunc(servers6, netip.Addr.Compare)
	servers6 = slices.Compact(servers6)
	if len(r.DhcpServers)+len(servers6) == 0 {
		return nil
	}
	if f, ok := engine.Get(tx, tables.ConfigFeature, dhcpFeature); ok && f.State == "disabled" {
		return nil
	}
	for _, a := range r.DhcpServers {
		if !a.Is4() {
			return badServer(tables.ConfigVlan.Name, id, "dhcp_servers", a, "IPv4")
		}
	}
	for _, a := range servers6 {
		if a.Is4() {
			return badServer(tables.ConfigDhcpRelay.Name, id, "dhcpv6_servers", a, "IPv6")
		}
	}
	link, there := engine.Get(tx, tables.FactLink, id.String())
	if !there || link.MAC == nil {
		return nil
	}
	device, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	s := dhcprelay.Settings{Index: link.Index, MAC: *link.MAC, Host: device.Hostname, Servers4: r.DhcpServers, Servers6: servers6}
	s.ClientMAC = !isFalse(six.ClientMAC) && !isFalse(six.ClientMACOption)
	s.InterfaceID = isTrue(six.InterfaceID) || isTrue(six.InterfaceOption)
	s.Address4, s.Address6 = vlanAddresses(tx, id)
	engine.Want(tx, dhcprelay.VlanKey{Name: id.String()}, dhcprelay.With(s))
	return nil
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

func badServer(table string, id tables.VlanID, field string, a netip.Addr, version string) error {
	return &db.FieldError{Database: db.Config, Table: table, Key: id.String(), Field: field, Value: a.String(), Reason: "is not an " + version + " address"}
}

// vlanAddresses are those by which a VLAN is known to servers: the lowest of each version. Invalid: there is none.
func vlanAddresses(tx *engine.Tx, id tables.VlanID) (four, six netip.Addr) {
	better := func(old *netip.Addr, a netip.Addr) {
		if !old.IsValid() || a.Less(*old) {
			*old = a
		}
	}
	for k := range engine.Each(tx, tables.ConfigVlanInterface) {
		switch a := k.Prefix.Addr(); {
		case k.Name != id.String() || !a.IsGlobalUnicast():
		case a.Is4():
			better(&four, a)
		default:
			better(&six, a)
		}
	}
	return four, six
}

// DhcpFacts writes what the agent of the DHCP relay reports, as facts.
func DhcpFacts(facts db.Store) func(context.Context, []dhcprelay.Report) error {
	return func(ctx context.Context, reports []dhcprelay.Report) error {
		var writes []db.Write
		for _, r := range reports {
			k := tables.DhcpCounterKey{Vlan: r.Place.Vlan, Port: r.Place.Port}
			id, err := tables.ParseVlanID(r.Place.Vlan)
			whole := err == nil && r.Place.Port == ""
			switch {
			case r.Gone && whole:
				writes = append(writes, tables.FactDhcpv6Counters.Del(id), tables.FactDhcpCounters.Del(k))
			case r.Gone:
				writes = append(writes, tables.FactDhcpCounters.Del(k))
			default:
				writes = append(writes, tables.FactDhcpCounters.Replace(k, tables.DhcpCountersRow{RX: r.Counts.Received, TX: r.Counts.Sent}))
				if whole {
					writes = append(writes, tables.FactDhcpv6Counters.Replace(id, dhcpv6Row(r.Counts.Messages6)))
				}
			}
		}
		return facts.Write(ctx, writes)
	}
}

func dhcpv6Row(n [dhcprelay.Types6]uint64) tables.Dhcpv6CountersRow {
	return tables.Dhcpv6CountersRow{
		Unknown: n[0], Solicit: n[1], Advertise: n[2], Request: n[3], Confirm: n[4], Renew: n[5], Rebind: n[6], Reply: n[7], Release: n[8], Decline: n[9],
		Reconfigure: n[10], Information: n[11], RelayForward: n[12], RelayReply: n[13], Malformed: n[14],
	}
}
