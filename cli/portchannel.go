package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showPortchannel is `show interfaces portchannel`.
func showPortchannel(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "portchannel", Short: "Show PortChannel information", Args: exactly(), RunE: sw.look(portchannels)}
}

func portchannels(v *view, _ []string) error {
	l, err := v.lags()
	if err != nil {
		return err
	}
	var members []string
	for _, one := range l.all {
		for _, port := range one.members {
			members = append(members, tables.ApplLagMember.EncodeKey(tables.LagMemberKey{Lag: one.name, Port: port}))
		}
	}
	changes, err := v.store.Get(v.ctx, tables.ApplLagMember.Schema, members)
	if err != nil {
		return fmt.Errorf("reading %s: %w", tables.ApplLagMember.Name, err)
	}
	carries := map[tables.LagMemberKey]tables.Enabled{}
	for _, e := range decode(v, tables.ApplLagMember, changes) {
		carries[e.Key] = e.Row.Status
	}
	t := grid.Table{Numbered: true, Header: []string{"No.", "Team Dev", "Protocol", "Ports"}}
	for _, one := range l.all {
		protocol, ports := notAvailable, []string{}
		if one.appl != nil {
			protocol = one.protocol() + "(" + map[tables.UpDown]string{true: "Up", false: "Dw"}[one.appl.OperStatus] + ")"
			for _, port := range one.members {
				status, known := carries[tables.LagMemberKey{Lag: one.name, Port: port}]
				ports = append(ports, port+"("+selected(bool(status), known)+")")
			}
			if len(ports) == 0 {
				ports = []string{notAvailable}
			}
		}
		t.Rows = append(t.Rows, []string{strings.TrimPrefix(one.name, portChannel), one.name, protocol, strings.Join(ports, " ")})
	}
	if v.json {
		return v.print(&t)
	}
	fmt.Fprintln(v.out, "Flags: A - active, I - inactive, Up - up, Dw - Down, N/A - not available,")
	fmt.Fprintln(v.out, "       S - selected, D - deselected, * - not synced")
	return v.print(&t)
}

func selected(carries, known bool) string {
	switch {
	case !known:
		return "*"
	case carries:
		return "S"
	}
	return "D"
}

// The limits of LAG names and settings.
const (
	maxPortchannel = 9999
	maxNetdevName  = 15
	maxMinLinks    = 1024
	defaultTPID    = "0x8100"
)

func checkPortchannelName(name string) error {
	digits, ok := strings.CutPrefix(name, portChannel)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n > maxPortchannel || len(name) > maxNetdevName {
		return fail("%s is invalid!, name should have prefix '%s' and suffix '<0-9999>' and its length should not exceed 15 characters", name, portChannel)
	}
	return nil
}

// existing refuses a LAG that is malformed or not there.
func (c *candidate) existingLag(name string) error {
	if err := checkPortchannelName(name); err != nil {
		return err
	}
	if !has(c, tables.ConfigLag, name) {
		return fail("%s is not present.", name)
	}
	return nil
}

// configPortchannel is `config portchannel`.
func configPortchannel(sw *Switch) *cobra.Command {
	var minLinks int
	var fallback, fastRate string
	add := &cobra.Command{
		Use: "add <portchannel_name>", Short: "Add port channel", Args: exactly("portchannel_name"),
		RunE: sw.edit(func(c *change, args []string) error {
			falls, err := parseBool("--fallback", fallback)
			if err != nil {
				return err
			}
			fast, err := parseBool("--fast-rate", fastRate)
			if err != nil {
				return err
			}
			return c.addPortchannel(args[0], minLinks, falls, fast)
		}),
	}
	add.Flags().IntVar(&minLinks, "min-links", 1, "members that must be up for the LAG to be up, 1 to 1024")
	add.Flags().StringVar(&fallback, "fallback", "false", "be up without LACP from the other end")
	add.Flags().StringVar(&fastRate, "fast-rate", "false", "ask for LACP frames every second")
	del := &cobra.Command{
		Use: "del <portchannel_name>", Short: "Remove port channel", Args: exactly("portchannel_name"),
		RunE: sw.edit(func(c *change, args []string) error { return c.delPortchannel(args[0]) }),
	}
	addMember := &cobra.Command{
		Use: "add <portchannel_name> <port_name>", Short: "Add member to port channel", Args: exactly("portchannel_name", "port_name"),
		RunE: sw.edit(func(c *change, args []string) error { return c.addLagMember(args[0], args[1]) }),
	}
	delMember := &cobra.Command{
		Use: "del <portchannel_name> <port_name>", Short: "Remove member from portchannel", Args: exactly("portchannel_name", "port_name"),
		RunE: sw.edit(func(c *change, args []string) error { return c.delLagMember(args[0], args[1]) }),
	}
	return group("portchannel", "PortChannel-related configuration tasks", add, del, group("member", "Members of a port channel", addMember, delMember))
}

// parseBool reads true or false, which SONiC's options take as a word of its own.
func parseBool(option, text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fail("Invalid value for '%s': '%s' is not one of 'true', 'false'.", option, text)
}

func (c *change) addPortchannel(name string, minLinks int, fallback, fastRate bool) error {
	if err := checkPortchannelName(name); err != nil {
		return err
	}
	if minLinks < 1 || minLinks > maxMinLinks {
		return fail("Invalid value for '--min-links': %d is not in the range 1<=x<=1024.", minLinks)
	}
	if has(c.candidate, tables.ConfigLag, name) {
		return fail("%s already exists!", name)
	}
	row := tables.LagEditRow{
		AdminStatus: new(tables.UpDown), MTU: ptr(uint32(tables.DefaultPortMTU)), LacpKey: ptr("auto"), MinLinks: &minLinks, FastRate: &fastRate,
	}
	*row.AdminStatus = true
	if fallback {
		row.Fallback = &fallback
	}
	c.write(tables.ConfigLagEdit.Replace(name, row))
	return nil
}

func ptr[T any](v T) *T { return &v }

func (c *change) delPortchannel(name string) error {
	if err := c.existingLag(name); err != nil {
		return err
	}
	if vlans := c.vlansOf(name); len(vlans) > 0 {
		return fail("%s has vlan %s configured, remove vlan membership to proceed", name, vlans[0])
	}
	for _, m := range rowsOf(c.candidate, tables.ConfigLagMember) {
		if m.Key.Lag == name {
			return fail("Portchannel %s contains members. Remove members before deleting Portchannel!", name)
		}
	}
	c.write(tables.ConfigLag.Del(name))
	return nil
}

func (c *change) addLagMember(lag, port string) error {
	if !strings.HasPrefix(port, ethernet) || !c.known(port) {
		return fail("Interface name is invalid. Please enter a valid interface name!!")
	}
	if err := c.existingLag(lag); err != nil {
		return err
	}
	if c.routed(port) {
		return fail(" %s has ip address configured", port)
	}
	for _, e := range rowsOf(c.candidate, tables.ConfigSubInterface) {
		if parent, _, _ := strings.Cut(e.Key.Name, subInterface); parent == port {
			return fail(" %s has subinterfaces configured", port)
		}
	}
	if vlans := c.vlansOf(port); len(vlans) > 0 {
		return fail("%s Interface configured as VLAN_MEMBER under vlan : %s", port, vlans[0])
	}
	if other := c.lagOf(port); other != "" {
		return fail("%s Interface is already member of %s ", port, other)
	}
	if err := c.matchingMember(lag, port); err != nil {
		return err
	}
	c.write(tables.ConfigLagMember.Replace(tables.LagMemberKey{Lag: lag, Port: port}, tables.LagMemberConfigRow{}))
	return nil
}

// matchingMember wants a new member to be like the others and like its LAG.
func (c *change) matchingMember(lag, port string) error {
	row := rowOf(c.candidate, tables.ConfigPortEdit, port)
	for _, m := range rowsOf(c.candidate, tables.ConfigLagMember) {
		if m.Key.Lag != lag {
			continue
		}
		other := rowOf(c.candidate, tables.ConfigPortEdit, m.Key.Port)
		if deref(other.Speed) != deref(row.Speed) {
			return fail("Port speed of %s is different than the other members of the portchannel %s", port, lag)
		}
	}
	mtu := rowOf(c.candidate, tables.ConfigLagEdit, lag).MTU
	if mtu != nil && row.MTU != nil && *mtu != *row.MTU {
		return fail("Port MTU of %s is different than the %s MTU size", port, lag)
	}
	if row.TPID != nil && *row.TPID != defaultTPID {
		return fail("Port TPID of %s: %s is not at default 0x8100", port, *row.TPID)
	}
	return nil
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func (c *change) delLagMember(lag, port string) error {
	if err := checkPortchannelName(lag); err != nil {
		return err
	}
	if !c.known(port) {
		return fail("Interface name is invalid. Please enter a valid interface name!!")
	}
	if err := c.existingLag(lag); err != nil {
		return err
	}
	k := tables.LagMemberKey{Lag: lag, Port: port}
	if !has(c.candidate, tables.ConfigLagMember, k) {
		return fail("%s is not a member of portchannel %s", port, lag)
	}
	c.write(tables.ConfigLagMember.Del(k))
	return nil
}
