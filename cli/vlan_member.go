package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// configVlanMember is `config vlan member`.
func configVlanMember(sw *Switch) *cobra.Command {
	var untagged, multiple, except bool
	add := &cobra.Command{
		Use: "add <vid> <port>", Short: "Add VLAN member", Args: exactly("vid", "port"),
		RunE: sw.edit(func(c *change, args []string) error {
			if untagged && (multiple || except || args[0] == "all") {
				return fail("%s cannot have more than one untagged Vlan.", args[1])
			}
			return c.eachMemberVlan(args[0], multiple, except, c.allVlans(), func(id tables.VlanID) error {
				return c.addVlanMember(id, args[1], untagged)
			})
		}),
	}
	del := &cobra.Command{
		Use: "del <vid> <port>", Short: "Delete VLAN member", Args: exactly("vid", "port"),
		RunE: sw.edit(func(c *change, args []string) error {
			return c.eachMemberVlan(args[0], multiple, except, c.vlansOf(args[1]), func(id tables.VlanID) error {
				return c.delVlanMember(id, args[1])
			})
		}),
	}
	add.Flags().BoolVarP(&untagged, "untagged", "u", false, "Untagged status")
	for _, cmd := range []*cobra.Command{add, del} {
		cmd.Flags().BoolVarP(&multiple, "multiple", "m", false, "ranges and comma separated lists of VLANs")
		cmd.Flags().BoolVarP(&except, "except_flag", "e", false, "all VLANs there are but the given ones")
		cmd.ValidArgsFunction = sw.completeVlans
	}
	return group("member", "Members of a VLAN", add, del)
}

// eachMemberVlan goes through the VLANs that a member command means: `all` are all of every, and except turns the choice round.
func (c *change) eachMemberVlan(text string, multiple, except bool, every []tables.VlanID, f func(tables.VlanID) error) error {
	ids := every
	if text != "all" {
		var err error
		if ids, err = parseVlans(text, multiple || except); err != nil {
			return err
		}
		if except {
			ids = slices.DeleteFunc(every, func(id tables.VlanID) bool { return slices.Contains(ids, id) })
		}
	}
	for _, id := range ids {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

func (c *candidate) allVlans() []tables.VlanID { return keys(rowsOf(c, tables.ConfigVlan)) }

func (c *change) addVlanMember(id tables.VlanID, port string, untagged bool) error {
	if err := c.existingVlan(id); err != nil {
		return err
	}
	k := tables.VlanMemberKey{Vlan: id, Port: port}
	isPort := has(c.candidate, tables.ConfigPort, port)
	switch {
	case has(c.candidate, tables.ConfigVlanMember, k):
		return fail("%s is already a member of %s", port, id)
	case !isPort && !has(c.candidate, tables.ConfigLag, port):
		return fail("%s does not exist", port)
	case c.routed(port):
		return fail("%s is a router interface!", port)
	case isPort && c.lagOf(port) != "":
		return fail("%s is part of portchannel!", port)
	}
	row := tables.VlanMemberRow{Tagging: tables.Tagged}
	if untagged {
		row.Tagging = tables.Untagged
		for _, m := range rowsOf(c.candidate, tables.ConfigVlanMember) {
			if m.Key.Port == port && m.Row.Tagging == tables.Untagged {
				return fail("%s is already untagged member!", port)
			}
		}
	}
	c.write(tables.ConfigVlanMember.Replace(k, row))
	return nil
}

func (c *change) delVlanMember(id tables.VlanID, port string) error {
	if err := c.existingVlan(id); err != nil {
		return err
	}
	k := tables.VlanMemberKey{Vlan: id, Port: port}
	if !has(c.candidate, tables.ConfigVlanMember, k) {
		return fail("%s is not a member of %s", port, id)
	}
	c.write(tables.ConfigVlanMember.Del(k))
	return nil
}
