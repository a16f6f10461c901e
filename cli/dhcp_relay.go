package cli

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// configVlanDhcp is `config vlan dhcp_relay`, which takes servers of both versions.
func configVlanDhcp(sw *Switch) *cobra.Command {
	sub := func(use, short string, f func(*change, tables.VlanID, []string) error) *cobra.Command {
		return &cobra.Command{Use: use + " <vid> <dhcp_relay_destination_ip>...", Short: short, Args: servers, ValidArgsFunction: sw.completeVlans,
			RunE: sw.edit(func(c *change, args []string) error {
				id, err := parseVlan(args[0])
				if err == nil && !has(c.candidate, tables.ConfigVlan, id) {
					err = fail("%s doesn't exist", id)
				}
				if err != nil {
					return err
				}
				return f(c, id, args[1:])
			})}
	}
	return group("dhcp_relay", "DHCP relay of a VLAN",
		sub("add", "Add a destination IP address to the VLAN's DHCP relay", (*change).addVlanServers),
		sub("del", "Remove a destination IP address from the VLAN's DHCP relay", (*change).delVlanServers))
}

// configDhcpRelay is `config dhcp_relay`.
func configDhcpRelay(sw *Switch) *cobra.Command {
	sub := func(use, short string, v6 bool, f func(*relayServers, []string) error) *cobra.Command {
		return &cobra.Command{Use: use + " <vid> <dhcp_relay_ip>...", Short: short, Args: servers, ValidArgsFunction: sw.completeVlans,
			RunE: sw.edit(func(c *change, args []string) error {
				id, err := parseVlan(args[0])
				if err != nil {
					return err
				}
				s, err := c.relayServers(id, v6)
				if err == nil {
					err = f(s, args[1:])
				}
				return err
			})}
	}
	return group("dhcp_relay", "DHCP relay configuration",
		group("ipv4", "DHCPv4 relay", group("helper", "Servers of a VLAN",
			sub("add", "Add DHCPv4 relay helpers", false, (*relayServers).add), sub("del", "Remove DHCPv4 relay helpers", false, (*relayServers).del))),
		group("ipv6", "DHCPv6 relay", group("destination", "Servers of a VLAN",
			sub("add", "Add DHCPv6 relay destinations", true, (*relayServers).add), sub("del", "Remove DHCPv6 relay destinations", true, (*relayServers).del))))
}

// servers wants a VLAN and at least one server.
func servers(_ *cobra.Command, args []string) error {
	if len(args) < 2 {
		return fail("Missing argument %q.", []string{"<vid>", "<dhcp_relay_ip>"}[len(args)])
	}
	return nil
}

func (c *change) addVlanServers(id tables.VlanID, texts []string) error {
	row := rowOf(c.candidate, tables.ConfigVlanDhcpEdit, id)
	var added []string
	for _, text := range texts {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return fail("%s is invalid IP address", text)
		}
		list := row.Of(ip)
		if slices.Contains(*list, ip) {
			c.remark("%s is already a DHCP relay destination for %s", ip, id)
			continue
		}
		*list = append(*list, ip)
		added = append(added, ip.String())
	}
	if len(added) > 0 {
		c.write(tables.ConfigVlanDhcpEdit.Rewrite(id, row))
		c.remark("Added DHCP relay destination addresses %s to %s", quotedList(added, "[", "]"), id)
	}
	return nil
}

func (c *change) delVlanServers(id tables.VlanID, texts []string) error {
	row := rowOf(c.candidate, tables.ConfigVlanDhcpEdit, id)
	for _, text := range texts {
		ip, err := netip.ParseAddr(text)
		list := row.Of(ip)
		i := slices.Index(*list, ip)
		if err != nil || i < 0 {
			return fail("%s is not a DHCP relay destination for %s", text, id)
		}
		*list = slices.Delete(slices.Clone(*list), i, i+1)
	}
	c.write(tables.ConfigVlanDhcpEdit.Rewrite(id, row))
	comma := ""
	if len(texts) == 1 {
		comma = "," // Python's way to print one
	}
	c.remark("Removed DHCP relay destination addresses %s from %s", quotedList(texts, "(", comma+")"), id)
	return nil
}

// quotedList is a list as Python prints it.
func quotedList(texts []string, open, end string) string {
	return open + "'" + strings.Join(texts, "', '") + "'" + end
}

// relayServers are those of one version of a VLAN.
type relayServers struct {
	*change
	id   tables.VlanID
	v6   bool
	list []netip.Addr
}

func (c *change) relayServers(id tables.VlanID, v6 bool) (*relayServers, error) {
	s := &relayServers{change: c, id: id, v6: v6}
	if v6 {
		s.list = slices.Clone(rowOf(c.candidate, tables.ConfigDhcpRelayEdit, id).Servers)
		return s, nil // SONiC takes them for VLANs that are not there yet
	}
	if !has(c.candidate, tables.ConfigVlan, id) {
		return nil, fail("%s doesn't exist", id)
	}
	s.list = slices.Clone(rowOf(c.candidate, tables.ConfigVlanDhcpEdit, id).Servers)
	return s, nil
}

// addresses reads servers of the version, each once.
func (s *relayServers) addresses(texts []string, what string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, text := range texts {
		ip, err := netip.ParseAddr(text)
		switch {
		case err != nil:
			return nil, fail("%s is invalid IP address", text)
		case ip.Is4() == s.v6:
			return nil, fail("%s is not IPv%s address", text, map[bool]string{true: "6", false: "4"}[s.v6])
		case slices.Contains(out, ip):
			return nil, fail("Find duplicate DHCP relay ip %s in %s list", text, what)
		}
		out = append(out, ip)
	}
	return out, nil
}

func (s *relayServers) add(texts []string) error {
	ips, err := s.addresses(texts, "add")
	if err != nil {
		return err
	}
	for _, ip := range ips {
		if slices.Contains(s.list, ip) {
			return fail("%s is already a DHCP relay for %s", ip, s.id)
		}
	}
	s.set(append(s.list, ips...))
	s.remark("Added DHCP relay address [%s] to %s", strings.Join(texts, ","), s.id)
	return nil
}

func (s *relayServers) del(texts []string) error {
	ips, err := s.addresses(texts, "del")
	if err != nil {
		return err
	}
	for _, ip := range ips {
		i := slices.Index(s.list, ip)
		if i < 0 {
			return fail("%s is not a DHCP relay for %s", ip, s.id)
		}
		s.list = slices.Delete(s.list, i, i+1)
	}
	s.set(s.list)
	s.remark("Removed DHCP relay address [%s] from %s", strings.Join(texts, ","), s.id)
	return nil
}

func (s *relayServers) set(list []netip.Addr) {
	if s.v6 {
		s.write(tables.ConfigDhcpRelayEdit.Rewrite(s.id, tables.DhcpRelayEditRow{Servers: list}))
		return
	}
	row := rowOf(s.candidate, tables.ConfigVlanDhcpEdit, s.id)
	row.Servers = list
	s.write(tables.ConfigVlanDhcpEdit.Rewrite(s.id, row))
}

// naturally are addresses as text, in natural order.
func naturally(list []netip.Addr) []string {
	out := make([]string, len(list))
	for i, ip := range list {
		out[i] = ip.String()
	}
	slices.SortFunc(out, natural.Compare)
	return out
}
