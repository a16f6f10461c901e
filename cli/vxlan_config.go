package cli

import (
	"net/netip"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// configVxlan is `config vxlan`.
func configVxlan(sw *Switch) *cobra.Command {
	return group("vxlan", "VXLAN-related configuration tasks",
		&cobra.Command{Use: "add <vxlan_name> <src_ip>", Short: "Add VXLAN", Args: exactly("vxlan_name", "src_ip"),
			RunE: sw.edit(func(c *change, args []string) error { return c.addVxlan(args[0], args[1]) })},
		&cobra.Command{Use: "del <vxlan_name>", Short: "Del VXLAN", Args: exactly("vxlan_name"),
			RunE: sw.edit(func(c *change, args []string) error { return c.delVxlan(args[0]) })},
		group("evpn_nvo", "EVPN NVO",
			&cobra.Command{Use: "add <nvo_name> <vxlan_name>", Short: "Add NVO", Args: exactly("nvo_name", "vxlan_name"),
				RunE: sw.edit(func(c *change, args []string) error { return c.addNvo(args[0], args[1]) })},
			&cobra.Command{Use: "del <nvo_name>", Short: "Del NVO", Args: exactly("nvo_name"),
				RunE: sw.edit(func(c *change, args []string) error { return c.delNvo(args[0]) })},
		),
		group("map", "VLAN-VNI map entries",
			&cobra.Command{Use: "add <vxlan_name> <vlan_id> <vni>", Short: "Add VLAN-VNI map entry", Args: exactly("vxlan_name", "vlan_id", "vni"),
				RunE: sw.edit(func(c *change, args []string) error { return c.addVxlanMap(args[0], args[1], args[2]) })},
			&cobra.Command{Use: "del <vxlan_name> <vlan_id> <vni>", Short: "Del VLAN-VNI map entry", Args: exactly("vxlan_name", "vlan_id", "vni"),
				RunE: sw.edit(func(c *change, args []string) error { return c.delVxlanMap(args[0], args[1], args[2]) })},
		),
		group("map_range", "Ranges of VLAN-VNI map entries",
			&cobra.Command{Use: "add <vxlan_name> <vlan_start> <vlan_end> <vni_start>", Short: "Add Range of vlan-vni mappings", Args: exactly("vxlan_name", "vlan_start", "vlan_end", "vni_start"),
				RunE: sw.edit(func(c *change, args []string) error { return c.vxlanRange(args, c.addRangedMap) })},
			&cobra.Command{Use: "del <vxlan_name> <vlan_start> <vlan_end> <vni_start>", Short: "Del Range of vlan-vni mappings", Args: exactly("vxlan_name", "vlan_start", "vlan_end", "vni_start"),
				RunE: sw.edit(func(c *change, args []string) error { return c.vxlanRange(args, c.delRangedMap) })},
		),
	)
}

func (c *change) addVxlan(name, source string) error {
	ip, err := netip.ParseAddr(source)
	switch {
	case err != nil || ip.Zone() != "":
		return fail("%s invalid src ip address", source)
	case len(name) > maxNetdevName:
		return fail("'vxlan_name' length should not exceed %d characters", maxNetdevName)
	case countOf(c.candidate, tables.ConfigVxlanTunnel) > 0:
		return fail("VTEP already configured.")
	}
	c.write(tables.ConfigVxlanTunnel.Replace(name, tables.VxlanTunnelRow{SrcIP: ip}))
	return nil
}

func (c *change) delVxlan(name string) error {
	switch {
	case !has(c.candidate, tables.ConfigVxlanTunnel, name):
		return fail("Vxlan tunnel %s does not exist", name)
	case countOf(c.candidate, tables.ConfigVxlanNvo) > 0:
		return fail("Please delete the EVPN NVO configuration.")
	case countOf(c.candidate, tables.ConfigVxlanMap) > 0:
		return fail("Please delete all VLAN VNI mappings.")
	}
	c.write(tables.ConfigVxlanTunnel.Del(name))
	return nil
}

func (c *change) addNvo(name, vtep string) error {
	if countOf(c.candidate, tables.ConfigVxlanNvo) > 0 {
		return fail("EVPN NVO already configured")
	}
	if err := c.existingVtep(vtep); err != nil {
		return err
	}
	c.write(tables.ConfigVxlanNvo.Replace(name, tables.VxlanNvoRow{SourceVtep: vtep}))
	return nil
}

func (c *change) delNvo(name string) error {
	if countOf(c.candidate, tables.ConfigVxlanMap) > 0 {
		return fail("Please delete all VLAN VNI mappings.")
	}
	c.write(tables.ConfigVxlanNvo.Del(name))
	return nil
}

func (c *candidate) existingVtep(name string) error {
	if !has(c, tables.ConfigVxlanTunnel, name) {
		return fail("VTEP %s not configured", name)
	}
	return nil
}

func parseVNI(text string) (tables.VNI, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	switch {
	case err != nil:
		return 0, fail("Invalid VNI %s. Only valid VNI is accepted", text)
	case n < 1 || n > 1<<24-1:
		return 0, fail("Invalid VNI %s. Valid range [1 to 16777215].", text)
	}
	return tables.VNI(n), nil
}

func (c *change) addVxlanMap(vtep, vlan, vni string) error {
	id, err := parseVlan(vlan)
	if err != nil {
		return err
	}
	n, err := parseVNI(vni)
	if err != nil {
		return err
	}
	if err := c.existingVtep(vtep); err != nil {
		return err
	}
	if !has(c.candidate, tables.ConfigVlan, id) {
		return fail("%s not configured", id)
	}
	switch byVlan, byVNI := c.vxlanMapped(id, n); {
	case byVlan:
		return fail(" Vlan Id already mapped ")
	case byVNI:
		return fail(" VNI Id already mapped ")
	}
	c.write(tables.ConfigVxlanMap.Replace(vxlanMapKey(vtep, id, n), tables.VxlanMapRow{Vlan: id, VNI: n}))
	return nil
}

// vxlanMapKey is how SONiC's commands name a mapping.
func vxlanMapKey(vtep string, id tables.VlanID, vni tables.VNI) tables.VxlanMapKey {
	return tables.VxlanMapKey{Tunnel: vtep, Map: "map_" + vniText(vni) + "_" + id.String()}
}

// vxlanMapped tells whether a VLAN or a VNI has a mapping.
func (c *candidate) vxlanMapped(id tables.VlanID, vni tables.VNI) (byVlan, byVNI bool) {
	for _, e := range rowsOf(c, tables.ConfigVxlanMap) {
		byVlan, byVNI = byVlan || e.Row.Vlan == id, byVNI || e.Row.VNI == vni
	}
	return byVlan, byVNI
}

func (c *change) delVxlanMap(vtep, vlan, vni string) error {
	id, err := parseVlan(vlan)
	if err != nil {
		return err
	}
	n, err := parseVNI(vni)
	if err != nil {
		return err
	}
	if err := c.existingVtep(vtep); err != nil {
		return err
	}
	if vrf := c.vrfOfVNI(n); vrf != "" {
		return fail("VNI mapped to vrf %s, Please remove VRF VNI mapping", vrf)
	}
	c.write(tables.ConfigVxlanMap.Del(vxlanMapKey(vtep, id, n)))
	return nil
}

// vrfOfVNI is the VRF that a VNI is mapped to; "" if there is none.
func (c *candidate) vrfOfVNI(vni tables.VNI) string {
	for _, e := range rowsOf(c, tables.ConfigVrf) {
		if e.Row.VNI != nil && *e.Row.VNI == vni {
			return e.Key
		}
	}
	return ""
}

// vxlanRange does something for each VLAN of a range.
func (c *change) vxlanRange(args []string, f func(vtep string, id tables.VlanID, vni tables.VNI)) error {
	first, err := parseVlan(args[1])
	if err != nil {
		return err
	}
	last, err := parseVlan(args[2])
	if err != nil {
		return err
	}
	if first > last {
		return fail("vlan_end should be greater or equal to vlan_start")
	}
	vni, err := parseVNI(args[3])
	if err != nil {
		return err
	}
	if _, err := parseVNI(vniText(vni + tables.VNI(last-first))); err != nil {
		return fail("Invalid VNI End %d. Valid range [1 to 16777215].", vni)
	}
	if err := c.existingVtep(args[0]); err != nil {
		return err
	}
	for id := first; id <= last; id++ {
		f(args[0], id, vni+tables.VNI(id-first))
	}
	return nil
}

func (c *change) addRangedMap(vtep string, id tables.VlanID, vni tables.VNI) {
	byVlan, byVNI := c.vxlanMapped(id, vni)
	switch {
	case !has(c.candidate, tables.ConfigVlan, id):
		c.remark("%s not configured", id)
	case byVlan:
		c.remark("%s already mapped", id)
	case byVNI:
		c.remark("VNI:%d already mapped ", vni)
	default:
		c.write(tables.ConfigVxlanMap.Replace(vxlanMapKey(vtep, id, vni), tables.VxlanMapRow{Vlan: id, VNI: vni}))
	}
}

func (c *change) delRangedMap(vtep string, id tables.VlanID, vni tables.VNI) {
	if vrf := c.vrfOfVNI(vni); vrf != "" {
		c.remark("VNI:%d mapped to vrf %s, Please remove VRF VNI mapping", vni, vrf)
		return
	}
	c.write(tables.ConfigVxlanMap.Del(vxlanMapKey(vtep, id, vni)))
}

// configVrfVNI are the commands of `config vrf` about VNIs.
func configVrfVNI(sw *Switch) []*cobra.Command {
	return []*cobra.Command{
		{Use: "add_vrf_vni_map <vrf_name> <vni>", Short: "VRF to VNI map", Args: exactly("vrf_name", "vni"), RunE: sw.edit(func(c *change, args []string) error {
			if !has(c.candidate, tables.ConfigVrf, args[0]) {
				return fail("vrf %s doesnt exists", args[0])
			}
			vni, err := parseVNI(args[1])
			if err != nil {
				return err
			}
			if _, mapped := c.vxlanMapped(0, vni); !mapped {
				return fail("VLAN VNI not mapped. Please create VLAN VNI map entry first")
			}
			if other := c.vrfOfVNI(vni); other != "" && other != args[0] {
				return fail("VNI already mapped to vrf %s", other)
			}
			c.write(tables.ConfigVrf.Set(args[0], tables.VrfRow{VNI: &vni}))
			return nil
		})},
		{Use: "del_vrf_vni_map <vrf_name>", Short: "VRF to VNI map", Args: exactly("vrf_name"), RunE: sw.edit(func(c *change, args []string) error {
			if !has(c.candidate, tables.ConfigVrf, args[0]) {
				return fail("vrf %s doesnt exists", args[0])
			}
			c.write(tables.ConfigVrf.Set(args[0], tables.VrfRow{VNI: ptr(tables.VNI(0))}))
			return nil
		})},
	}
}
