package netsync

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/dhcprelay"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// dhcpFeature is the row of FEATURE that switches the relay off.
const dhcpFeature = "dhcp_relay"

// dhcpRelay relays a VLAN's DHCP, if it has servers, once its netdev is there.
func dhcpRelay(tx *engine.Tx, id tables.VlanID, r tables.VlanRow) error {
	four, _ := engine.Get(tx, tables.ConfigDhcpv4Relay, id)
	six, _ := engine.Get(tx, tables.ConfigDhcpRelay, id)
	servers4, servers6 := distinct(r.DhcpServers, four.Servers), distinct(r.Dhcpv6Servers, six.Servers)
	if len(servers4)+len(servers6) == 0 {
		return nil
	}
	if f, ok := engine.Get(tx, tables.ConfigFeature, dhcpFeature); ok && f.State == "disabled" {
		return nil
	}
	if err := servedBy(id, servers4, servers6); err != nil {
		return err
	}
	link, there := engine.Get(tx, tables.FactLink, id.String())
	if !there || link.MAC == nil {
		return nil
	}
	device, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	s := dhcprelay.Settings{Index: link.Index, MAC: *link.MAC, Host: device.Hostname, Servers4: servers4, Servers6: servers6}
	s.ClientMAC = !isFalse(six.ClientMAC) && !isFalse(six.ClientMACOption)
	s.InterfaceID = isTrue(six.InterfaceID) || isTrue(six.InterfaceOption)
	s.Address4, s.Address6 = addressesOf(tx, id.String())
	if err := agentOptions(tx, id, four, &s); err != nil {
		return err
	}
	engine.Want(tx, dhcprelay.VlanKey{Name: id.String()}, dhcprelay.With(s))
	return nil
}

// distinct are the servers of two rows, each once.
func distinct(a, b []netip.Addr) (out []netip.Addr) {
	for _, ip := range slices.Concat(a, b) {
		if !slices.Contains(out, ip) {
			out = append(out, ip)
		}
	}
	return out
}

// servedBy holds that servers are of the version that they are named for.
func servedBy(id tables.VlanID, four, six []netip.Addr) error {
	for _, a := range four {
		if !a.Is4() {
			return badServer(tables.ConfigVlan.Name, id, "dhcp_servers", a, "IPv4")
		}
	}
	for _, a := range six {
		if a.Is4() {
			return badServer(tables.ConfigDhcpRelay.Name, id, "dhcpv6_servers", a, "IPv6")
		}
	}
	return nil
}

// agentOptions are what DHCPV4_RELAY says of option 82.
func agentOptions(tx *engine.Tx, id tables.VlanID, r tables.Dhcpv4RelayRow, s *dhcprelay.Settings) error {
	bad := func(field, value, reason string) error {
		return &db.FieldError{Database: db.Config, Table: tables.ConfigDhcpv4Relay.Name, Key: id.String(), Field: field, Value: value, Reason: reason}
	}
	on := func(e *tables.Enable) bool { return e != nil && bool(*e) }
	s.LinkSelection, s.ServerID = on(r.LinkSelection), on(r.ServerIDOverride)
	if r.MaxHops != nil {
		s.MaxHops = *r.MaxHops
	}
	if r.AgentMode != nil {
		s.Agents = map[tables.DhcpAgentMode]dhcprelay.AgentMode{tables.DhcpAppend: dhcprelay.Append, tables.DhcpReplace: dhcprelay.Replace}[*r.AgentMode]
	}
	if r.ServerVrf != nil && *r.ServerVrf != tables.VrfDefault {
		return bad("server_vrf", string(*r.ServerVrf), "is not the default VRF: servers elsewhere are not reached")
	}
	if r.SourceInterface == nil {
		return nil
	}
	if !s.LinkSelection {
		return bad("source_interface", string(*r.SourceInterface), "needs link_selection, by which servers are told the client's subnet")
	}
	if s.Source4, _ = addressesOf(tx, string(*r.SourceInterface)); !s.Source4.IsValid() {
		s.Address4 = netip.Addr{} // nothing of IPv4 is relayed until the source has an address
	}
	return nil
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

func badServer(table string, id tables.VlanID, field string, a netip.Addr, version string) error {
	return &db.FieldError{Database: db.Config, Table: table, Key: id.String(), Field: field, Value: a.String(), Reason: "is not an " + version + " address"}
}

// addressesOf are those by which an interface is known to servers: the lowest of each version. Invalid: there is none.
func addressesOf(tx *engine.Tx, name string) (four, six netip.Addr) {
	better := func(old *netip.Addr, a netip.Addr) {
		if !old.IsValid() || a.Less(*old) {
			*old = a
		}
	}
	for _, t := range []db.Table[tables.InterfaceKey, tables.InterfaceRow]{tables.ConfigVlanInterface, tables.ConfigLoopbackInterface, tables.ConfigInterface, tables.ConfigLagInterface} {
		if !strings.HasPrefix(name, interfacePrefix(t.Name)) {
			continue
		}
		for k := range engine.Each(tx, t) {
			switch a := k.Prefix.Addr(); {
			case k.Name != name || !a.IsGlobalUnicast():
			case a.Is4():
				better(&four, a)
			default:
				better(&six, a)
			}
		}
	}
	return four, six
}

// interfacePrefix is how the interfaces of a table are called.
func interfacePrefix(table string) string {
	return map[string]string{
		tables.ConfigVlanInterface.Name: "Vlan", tables.ConfigLoopbackInterface.Name: "Loopback", tables.ConfigInterface.Name: "Ethernet", tables.ConfigLagInterface.Name: "PortChannel",
	}[table]
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
