package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showVrf is `show vrf`.
func showVrf(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "vrf [vrf_name]", Short: "Show vrf config", Args: between(0, "vrf_name"), RunE: sw.look(func(v *view, args []string) error {
		vrfs, err := read(v, tables.ConfigVrf)
		if err != nil {
			return err
		}
		in := map[string][]string{}
		for _, table := range interfaceTables() {
			list, err := read(v, table)
			if err != nil {
				return err
			}
			for _, e := range list {
				if e.Row.VrfName != "" && !e.Key.Prefix.IsValid() {
					in[e.Row.VrfName] = append(in[e.Row.VrfName], e.Key.Name)
				}
			}
		}
		t := grid.Table{List: true, Header: []string{"VRF", "Interfaces"}}
		for _, vrf := range vrfs {
			if len(args) > 0 && vrf.Key != args[0] {
				continue
			}
			list := in[vrf.Key]
			slices.SortFunc(list, natural.Compare)
			if len(list) == 0 {
				list = []string{""}
			}
			for i, name := range list {
				first := vrf.Key
				if i > 0 && !v.json {
					first = ""
				}
				t.Rows = append(t.Rows, []string{first, name})
			}
		}
		return v.print(&t)
	})}
}

// configVrf is `config vrf`.
func configVrf(sw *Switch) *cobra.Command {
	return group("vrf", "VRF-related configuration tasks", append(configVrfVNI(sw),
		&cobra.Command{Use: "add <vrf_name>", Short: "Add vrf", Args: exactly("vrf_name"), RunE: sw.edit(func(c *change, args []string) error {
			if err := checkVrfName(args[0]); err != nil {
				return err
			}
			if has(c.candidate, tables.ConfigVrf, args[0]) {
				return fail("VRF %s already exists!", args[0])
			}
			c.write(tables.ConfigVrf.Replace(args[0], tables.VrfRow{}))
			return nil
		})},
		&cobra.Command{Use: "del <vrf_name>", Short: "Del vrf", Args: exactly("vrf_name"), RunE: sw.edit(func(c *change, args []string) error {
			if err := checkVrfName(args[0]); err != nil {
				return err
			}
			if !has(c.candidate, tables.ConfigVrf, args[0]) {
				return fail("VRF %s does not exist!", args[0])
			}
			c.leaveVrf(args[0])
			c.write(tables.ConfigVrf.Del(args[0]))
			c.remark("VRF %s deleted and all associated IP addresses removed.", args[0])
			return nil
		})},
	)...)
}

func checkVrfName(name string) error {
	switch {
	case name == "mgmt" || name == "management":
		return fail("the management VRF is not built: eth0 belongs to the machine that the switch runs on")
	case !strings.HasPrefix(name, vrfPrefix):
		return fail("'vrf_name' must begin with 'Vrf' or named 'mgmt'/'management' in case of ManagementVRF.")
	case len(name) > maxNetdevName:
		return fail("'vrf_name' length should not exceed 15 characters")
	}
	return nil
}

// leaveVrf takes all interfaces out of a VRF that goes, and their addresses away.
func (c *change) leaveVrf(vrf string) {
	for _, t := range interfaceTables() {
		for _, e := range rowsOf(c.candidate, t) {
			if e.Row.VrfName == vrf {
				c.dropAddresses(t, e.Key.Name)
				c.unbindRow(t, e.Key)
			}
		}
	}
}

func (c *change) dropAddresses(t interfaceTable, name string) {
	for _, k := range c.addressesOf(t, name) {
		c.write(t.Del(k))
	}
}

// unbindRow removes the row of an interface; a sub-interface stays, in the default VRF.
func (c *change) unbindRow(t interfaceTable, k tables.InterfaceKey) {
	if t.Name != tables.ConfigSubInterface.Name {
		c.write(t.Del(k))
		return
	}
	row := rowOf(c.candidate, t, k)
	row.VrfName = ""
	c.write(t.Replace(k, row))
}

// configInterfaceVrf is `config interface vrf`.
func configInterfaceVrf(sw *Switch) *cobra.Command {
	return group("vrf", "Bind interface to VRF",
		&cobra.Command{
			Use: "bind <interface_name> <vrf_name>", Short: "Bind the interface to VRF", Args: exactly("interface_name", "vrf_name"),
			RunE: sw.edit(func(c *change, args []string) error { return c.bindVrf(args[0], args[1]) }), ValidArgsFunction: sw.completePorts,
		},
		&cobra.Command{
			Use: "unbind <interface_name>", Short: "Unbind the interface to VRF", Args: exactly("interface_name"),
			RunE: sw.edit(func(c *change, args []string) error { return c.unbindVrf(args[0]) }), ValidArgsFunction: sw.completePorts,
		},
	)
}

// bindVrf moves an interface into a VRF; its addresses go, since they meant something in the old one.
func (c *change) bindVrf(name, vrf string) error {
	if !has(c.candidate, tables.ConfigVrf, vrf) {
		return fail("VRF %s does not exist!", vrf)
	}
	t, err := c.routable(name)
	if err != nil {
		return err
	}
	k := tables.InterfaceKey{Name: name}
	row := rowOf(c.candidate, t, k)
	if row.VrfName == vrf {
		return nil
	}
	c.dropAddresses(t, name)
	bound := tables.InterfaceRow{VrfName: vrf}
	if t.Name == tables.ConfigSubInterface.Name {
		bound = row
		bound.VrfName = vrf
	}
	c.write(t.Replace(k, bound))
	c.remark("Interface %s IP disabled and address(es) removed due to binding VRF %s.", name, vrf)
	return nil
}

func (c *change) unbindVrf(name string) error {
	t, err := c.routable(name)
	if err != nil {
		return err
	}
	k := tables.InterfaceKey{Name: name}
	row := rowOf(c.candidate, t, k)
	if row.VrfName == "" {
		return nil
	}
	c.dropAddresses(t, name)
	c.unbindRow(t, k)
	c.remark("Interface %s IP disabled and address(es) removed due to unbinding VRF %s.", name, row.VrfName)
	return nil
}
