package cli

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showIP is `show ip`.
func showIP(sw *Switch) *cobra.Command {
	return group("ip", "Show IP (IPv4) commands", showAddresses(sw, "IPv4", netip.Addr.Is4),
		showRoute(sw, "ip"), showBgp(sw, ipv4Unicast), showFRR(sw, zebra, "prefix-list [prefix_list_name]", "Show the IPv4 prefix lists", "show ip prefix-list"),
		showFRR(sw, zebra, "protocol", "Show IPv4 protocol information", "show ip protocol"), showFIB(sw, netip.Addr.Is4))
}

// showIPv6 is `show ipv6`.
func showIPv6(sw *Switch) *cobra.Command {
	return group("ipv6", "Show IPv6 commands", showAddresses(sw, "IPv6", netip.Addr.Is6),
		showRoute(sw, "ipv6"), showBgp(sw, ipv6Unicast), showFRR(sw, zebra, "prefix-list [prefix_list_name]", "Show the IPv6 prefix lists", "show ipv6 prefix-list"),
		showFRR(sw, zebra, "protocol", "Show IPv6 protocol information", "show ipv6 protocol"), showFIB(sw, netip.Addr.Is6),
		&cobra.Command{Use: "link-local-mode", Short: "Show ipv6 link-local-mode", Args: exactly(), RunE: sw.look(linkLocalMode)})
}

// showAddresses is `show ip interfaces`: what the kernel has, as in SONiC.
func showAddresses(sw *Switch, family string, of func(netip.Addr) bool) *cobra.Command {
	return &cobra.Command{
		Use: "interfaces", Short: "Show interfaces " + family + " address", Args: exactly(),
		RunE: sw.look(func(v *view, _ []string) error {
			list, err := v.Addresses(v.ctx)
			if err != nil {
				return err
			}
			peers, err := read(v, tables.ConfigBgpSessionEdit)
			if err != nil {
				return err
			}
			list = slices.DeleteFunc(list, func(a Address) bool { return !of(a.Prefix.Addr()) })
			slices.SortStableFunc(list, func(a, b Address) int {
				if c := natural.Compare(a.Interface, b.Interface); c != 0 {
					return c
				}
				return natural.Compare(a.Prefix.String(), b.Prefix.String())
			})
			t := grid.Table{Text: true, List: true, Header: []string{"Interface", "Master", family + " address/mask", "Admin/Oper", "BGP Neighbor", "Neighbor IP"}}
			last := ""
			for _, a := range list {
				row := []string{a.Interface, a.Master, a.Prefix.String(), a.Admin.String() + "/" + a.Oper.String(), notAvailable, notAvailable}
				if a.Interface == last && !v.json {
					row[0], row[1], row[3] = "", "", ""
				}
				last = a.Interface
				for _, p := range peers {
					if p.Row.LocalAddr != nil && p.Row.Name != nil && *p.Row.LocalAddr == a.Prefix.Addr().String() {
						row[4], row[5] = *p.Row.Name, p.Key
					}
				}
				t.Rows = append(t.Rows, row)
			}
			return v.print(&t)
		}),
	}
}

func linkLocalMode(v *view, _ []string) error {
	t := grid.Table{Grid: true, Header: []string{"Interface Name", "Mode"}}
	enabled := map[string]bool{}
	for _, table := range interfaceTables() {
		list, err := read(v, table)
		if err != nil {
			return err
		}
		for _, e := range list {
			enabled[e.Key.Name] = enabled[e.Key.Name] || e.Row.LinkLocalOnly != nil && bool(*e.Row.LinkLocalOnly)
		}
	}
	names, err := v.portNames()
	if err != nil {
		return err
	}
	lagRows, err := read(v, tables.ConfigLag)
	if err != nil {
		return err
	}
	vlans, err := read(v, tables.ConfigVlan)
	if err != nil {
		return err
	}
	names = append(names, keys(lagRows)...)
	for _, e := range vlans {
		names = append(names, e.Key.String())
	}
	for _, n := range names {
		t.Rows = append(t.Rows, []string{n, map[bool]string{true: "Enabled", false: "Disabled"}[enabled[n]]})
	}
	return v.print(&t)
}

// configInterfaceIP is `config interface ip`.
func configInterfaceIP(sw *Switch) *cobra.Command {
	sub := func(use, short string, f func(c *change, name string, p netip.Prefix) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " <interface_name> <ip_addr>", Short: short, Args: exactly("interface_name", "ip_addr"), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error {
				p, err := parseInterfaceAddress(args[1])
				if err != nil {
					return err
				}
				return f(c, args[0], p)
			}),
		}
	}
	action := &cobra.Command{
		Use: "loopback-action <interface_name> <action>", Short: "Set IP interface loopback action", Args: exactly("interface_name", "action"),
		ValidArgsFunction: sw.completePorts,
		RunE:              sw.edit(func(c *change, args []string) error { return c.setLoopbackAction(args[0], args[1]) }),
	}
	return group("ip", "Set IP interface attributes",
		sub("add", "Add an IP address towards the interface", (*change).addAddress),
		sub("remove", "Remove an IP address from the interface", (*change).removeAddress), action)
}

// parseInterfaceAddress reads an address with or without a length.
func parseInterfaceAddress(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil && !strings.Contains(text, "/") {
		var a netip.Addr
		if a, err = netip.ParseAddr(text); err == nil && a.Zone() == "" {
			p = netip.PrefixFrom(a, a.BitLen())
		}
	}
	if err != nil || !p.IsValid() || p.Addr().Is4In6() {
		return netip.Prefix{}, fail("IP address is not valid: '%s' does not appear to be an IPv4 or IPv6 interface", text)
	}
	return p, nil
}

// management is the container's interface, which belongs to whoever made the container.
const management = "eth0"

func (c *change) routable(name string) (interfaceTable, error) {
	if name == management {
		return interfaceTable{}, fail("%s belongs to the machine that the switch runs on: its addresses are not configured here", name)
	}
	t, ok := tableOf(name)
	if !ok {
		return t, errName()
	}
	return t, nil
}

func (c *change) addAddress(name string, p netip.Prefix) error {
	if len(c.vlansOf(name)) > 0 {
		return fail("Interface %s is a member of vlan\nAborting!", name)
	}
	if c.lagOf(name) != "" {
		return fail("%s is configured as a member of portchannel.", name)
	}
	t, err := c.routable(name)
	if err != nil {
		return err
	}
	base := tables.InterfaceKey{Name: name}
	if !has(c.candidate, t, base) {
		row := tables.InterfaceRow{}
		if t.Name == tables.ConfigSubInterface.Name {
			row.AdminStatus = ptr(tables.UpDown(true))
		}
		c.write(t.Replace(base, row))
	}
	c.write(t.Replace(tables.InterfaceKey{Name: name, Prefix: p}, tables.InterfaceRow{}))
	return nil
}

// addressesOf are the keys of the addresses of an interface.
func (c *candidate) addressesOf(t interfaceTable, name string) (out []tables.InterfaceKey) {
	for _, e := range rowsOf(c, t) {
		if e.Key.Name == name && e.Key.Prefix.IsValid() {
			out = append(out, e.Key)
		}
	}
	return out
}

func (c *change) removeAddress(name string, p netip.Prefix) error {
	t, err := c.routable(name)
	if err != nil {
		return err
	}
	addresses := c.addressesOf(t, name)
	k := tables.InterfaceKey{Name: name, Prefix: p}
	if !slices.Contains(addresses, k) {
		return nil // as in SONiC: what is not there needs no removing
	}
	last := len(addresses) == 1
	if last {
		for _, r := range rowsOf(c.candidate, tables.ConfigStaticRoute) {
			if slices.Contains(strings.Split(r.Row.Ifname, ","), name) {
				family := map[bool]string{true: "ip", false: "ipv6"}[r.Key.Prefix.Addr().Is4()]
				return fail("Cannot remove the last IP entry of interface %s. A static %s route is still bound to the RIF.", name, family)
			}
		}
	}
	c.write(t.Del(k))
	base := tables.InterfaceKey{Name: name}
	row := rowOf(c.candidate, t, base)
	linkLocal := row.LinkLocalOnly != nil && bool(*row.LinkLocalOnly)
	if last && row.VrfName == "" && !linkLocal && t.Name != tables.ConfigSubInterface.Name {
		c.write(t.Del(base))
	}
	return nil
}

func (c *change) setLoopbackAction(name, text string) error {
	var action tables.PacketAction
	t, ok := tableOf(name)
	k := tables.InterfaceKey{Name: name}
	if !ok || !has(c.candidate, t, k) {
		return fail("Interface %s is not an IP interface", name)
	}
	if action.UnmarshalText([]byte(text)) != nil {
		return fail("Invalid action")
	}
	c.write(t.Set(k, tables.InterfaceRow{LoopbackAction: &action}))
	return nil
}

// configInterfaceIPv6 is `config interface ipv6`.
func configInterfaceIPv6(sw *Switch) *cobra.Command {
	sub := func(use, short string, on tables.Enable) *cobra.Command {
		return group(use, short+" IPv6 processing on interface", &cobra.Command{
			Use: "use-link-local-only <interface_name>", Short: short + " IPv6 link local address on interface", Args: exactly("interface_name"),
			ValidArgsFunction: sw.completePorts,
			RunE:              sw.edit(func(c *change, args []string) error { return c.setLinkLocal(args[0], on) }),
		})
	}
	return group("ipv6", "Enable or Disable IPv6 processing on interface", sub("enable", "Enable", true), sub("disable", "Disable", false))
}

func (c *change) setLinkLocal(name string, on tables.Enable) error {
	t, ok := tableOf(name)
	k := tables.InterfaceKey{Name: name}
	switch {
	case !ok || t.Name == tables.ConfigLoopbackInterface.Name || t.Name == tables.ConfigSubInterface.Name:
		return fail("'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan]")
	case t.Name == tables.ConfigVlanInterface.Name && !c.vlanExists(name), t.Name != tables.ConfigVlanInterface.Name && !c.known(name):
		return fail("Interface name %s is invalid. Please enter a valid interface name!!", name)
	case c.lagOf(name) != "":
		return fail("%s is configured as a member of portchannel. Cannot configure the IPv6 link local mode!", name)
	case len(c.vlansOf(name)) > 0:
		return fail("%s is configured as a member of vlan. Cannot configure the IPv6 link local mode!", name)
	}
	if !bool(on) && !has(c.candidate, t, k) {
		return nil
	}
	c.write(t.Set(k, tables.InterfaceRow{LinkLocalOnly: &on}))
	row := rowOf(c.candidate, t, k)
	if !bool(on) && row.VrfName == "" && len(c.addressesOf(t, name)) == 0 {
		c.write(t.Del(k))
	}
	return nil
}

func (c *candidate) vlanExists(name string) bool {
	id, err := tables.ParseVlanID(name)
	return err == nil && has(c, tables.ConfigVlan, id)
}
