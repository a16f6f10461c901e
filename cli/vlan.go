package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showVlan is `show vlan`.
func showVlan(sw *Switch) *cobra.Command {
	return group("vlan", "Show VLAN information",
		&cobra.Command{Use: "brief", Short: "Show all bridge information", Args: exactly(), RunE: sw.look(vlanBrief)},
		&cobra.Command{Use: "config", Short: "Show VLANs and their members", Args: exactly(), RunE: sw.look(vlanConfig)},
	)
}

func vlanBrief(v *view, _ []string) error {
	vlans, err := read(v, tables.ConfigVlan)
	if err != nil {
		return err
	}
	members, err := v.vlanMembers()
	if err != nil {
		return err
	}
	interfaces, err := read(v, tables.ConfigVlanInterface)
	if err != nil {
		return err
	}
	t := grid.Table{Grid: true, Header: []string{"VLAN ID", "IP Address", "Ports", "Port Tagging", "Proxy ARP", "DHCP Helper Address"}}
	for _, vlan := range vlans {
		var addresses, ports, tagging []string
		proxy := "disabled"
		for _, i := range interfaces {
			switch {
			case i.Key.Name != vlan.Key.String():
			case i.Key.Prefix.IsValid():
				addresses = append(addresses, i.Key.Prefix.String())
			case i.Row.ProxyARP != nil && bool(*i.Row.ProxyARP):
				proxy = "enabled"
			}
		}
		for _, m := range members[vlan.Key] {
			ports, tagging = append(ports, m.Key.Port), append(tagging, taggingText(m.Row.Tagging))
		}
		t.Rows = append(t.Rows, []string{
			strconv.Itoa(int(vlan.Key)), strings.Join(addresses, "\n"), strings.Join(ports, "\n"), strings.Join(tagging, "\n"), proxy,
			strings.Join(naturally(vlan.Row.DhcpServers), "\n"),
		})
	}
	return v.print(&t)
}

// vlanMembers are the members of each VLAN, in natural order.
func (v *view) vlanMembers() (map[tables.VlanID][]entry[tables.VlanMemberKey, tables.VlanMemberRow], error) {
	list, err := read(v, tables.ConfigVlanMember)
	out := map[tables.VlanID][]entry[tables.VlanMemberKey, tables.VlanMemberRow]{}
	for _, m := range list {
		out[m.Key.Vlan] = append(out[m.Key.Vlan], m)
	}
	return out, err
}

func taggingText(t tables.Tagging) string {
	text, _ := t.MarshalText() // never fails
	return string(text)
}

func vlanConfig(v *view, _ []string) error {
	vlans, err := read(v, tables.ConfigVlan)
	if err != nil {
		return err
	}
	members, err := v.vlanMembers()
	if err != nil {
		return err
	}
	t := grid.Table{List: true, Header: []string{"Name", "VID", "Member", "Mode"}}
	for _, vlan := range vlans {
		name, id := vlan.Key.String(), strconv.Itoa(int(vlan.Key))
		for _, m := range members[vlan.Key] {
			t.Rows = append(t.Rows, []string{name, id, m.Key.Port, taggingText(m.Row.Tagging)})
		}
		if len(members[vlan.Key]) == 0 {
			t.Rows = append(t.Rows, []string{name, id, "", ""})
		}
	}
	return v.print(&t)
}

// configVlan is `config vlan`.
func configVlan(sw *Switch) *cobra.Command {
	var multiple bool
	add := &cobra.Command{
		Use: "add <vid>", Short: "Add VLAN", Args: exactly("vid"),
		RunE: sw.edit(func(c *change, args []string) error { return c.eachVlan(args[0], multiple, c.addVlan) }),
	}
	del := &cobra.Command{
		Use: "del <vid>", Short: "Delete VLAN", Args: exactly("vid"),
		RunE: sw.edit(func(c *change, args []string) error { return c.eachVlan(args[0], multiple, c.delVlan) }),
	}
	proxy := &cobra.Command{
		Use: "proxy_arp <vid> <mode>", Short: "Configure proxy ARP for a VLAN", Args: exactly("vid", "mode"),
		RunE: sw.edit(func(c *change, args []string) error { return c.vlanProxyARP(args[0], args[1]) }),
	}
	for _, cmd := range []*cobra.Command{add, del} {
		cmd.Flags().BoolVarP(&multiple, "multiple", "m", false, "ranges and comma separated lists of VLANs")
	}
	return group("vlan", "VLAN-related configuration tasks", add, del, proxy, configVlanMember(sw), configVlanDhcp(sw), configVlanSag(sw))
}

// The VLAN ids there are. The first is the default VLAN, which is never configured.
const (
	minVlan = 1
	maxVlan = 4094
)

// parseVlans reads an id, or with multiple a list of ids and ranges.
func parseVlans(text string, multiple bool) ([]tables.VlanID, error) {
	if !multiple {
		id, err := parseVlan(text)
		return []tables.VlanID{id}, err
	}
	var out []tables.VlanID
	for part := range strings.SplitSeq(strings.ReplaceAll(text, " ", ""), ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, err := parseVlan(first)
		if err != nil {
			return nil, err
		}
		to := from
		if ranged {
			if to, err = parseVlan(last); err != nil {
				return nil, err
			}
			if from >= to {
				return nil, fail("%d is greater than %d. List cannot be generated", from, to)
			}
		}
		for id := from; id <= to; id++ {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func parseVlan(text string) (tables.VlanID, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	switch {
	case err != nil && strings.Trim(text, "0123456789") != "" || text == "":
		return 0, fail("%s is not integer", text)
	case err != nil || n < minVlan || n > maxVlan:
		return 0, fail("Invalid VLAN ID %s (2-4094)", text)
	case n == minVlan:
		return 0, fail("%s is default VLAN", tables.VlanID(n))
	}
	return tables.VlanID(n), nil
}

func (c *change) eachVlan(text string, multiple bool, f func(tables.VlanID) error) error {
	ids, err := parseVlans(text, multiple)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) addVlan(id tables.VlanID) error {
	if has(c.candidate, tables.ConfigVlan, id) {
		return fail("%s already exists.", id)
	}
	c.write(tables.ConfigVlanEdit.Replace(id, tables.VlanEditRow{ID: ptr(uint16(id))}))
	return nil
}

func (c *change) delVlan(id tables.VlanID) error {
	if err := c.existingVlan(id); err != nil {
		return err
	}
	if c.routed(id.String()) {
		return fail("%s can not be removed. First remove IP addresses assigned to this VLAN", id)
	}
	for _, m := range rowsOf(c.candidate, tables.ConfigVlanMember) {
		if m.Key.Vlan == id {
			return fail("VLAN ID %d can not be removed. First remove all members assigned to this VLAN.", id)
		}
	}
	c.write(tables.ConfigVlan.Del(id))
	return nil
}

func (c *candidate) existingVlan(id tables.VlanID) error {
	if !has(c, tables.ConfigVlan, id) {
		return fail("%s does not exist", id)
	}
	return nil
}

func (c *change) vlanProxyARP(text, mode string) error {
	id, err := parseVlan(text)
	if err != nil {
		return err
	}
	var on tables.Enabled
	if mode != "enabled" && mode != "disabled" {
		return fail("Invalid value for '<mode>': '%s' is not one of 'enabled', 'disabled'.", mode)
	}
	on = mode == "enabled"
	k := tables.InterfaceKey{Name: id.String()}
	if !has(c.candidate, tables.ConfigVlanInterface, k) {
		return fail("Interface %s does not exist", id)
	}
	c.write(tables.ConfigVlanInterface.Set(k, tables.InterfaceRow{ProxyARP: &on}))
	c.remark("Proxy ARP setting saved to ConfigDB")
	return nil
}

// completeVlans completes VLAN ids.
func (sw *Switch) completeVlans(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if len(args) > 0 {
		return sw.completePorts(c, nil, typed)
	}
	err := sw.look(func(v *view, _ []string) error {
		vlans, err := read(v, tables.ConfigVlan)
		for _, e := range vlans {
			out = append(out, strconv.Itoa(int(e.Key)))
		}
		slices.SortFunc(out, natural.Compare)
		return err
	})(c, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
