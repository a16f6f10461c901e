package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// configInterface is `config interface`.
func configInterface(sw *Switch) *cobra.Command {
	setting := func(use, short, value string, set func(c *change, name, text string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " <interface_name> <" + value + ">", Short: short, Args: exactly("interface_name", value), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error { return set(c, args[0], args[1]) }),
		}
	}
	admin := func(use, short string, up tables.UpDown) *cobra.Command {
		return &cobra.Command{
			Use: use + " <interface_name>", Short: short, Args: exactly("interface_name"), ValidArgsFunction: sw.completePorts,
			RunE: sw.edit(func(c *change, args []string) error { return c.setAdmin(args[0], up) }),
		}
	}
	return group("interface", "Interface-related configuration tasks",
		admin("startup", "Start up interface", true),
		admin("shutdown", "Shut down interface", false),
		setting("speed", "Set interface speed", "interface_speed", (*change).setSpeed),
		setting("mtu", "Set interface mtu", "interface_mtu", (*change).setMTU),
		setting("fec", "Set interface fec", "interface_fec", (*change).setFEC),
		setting("autoneg", "Set interface auto negotiation mode", "mode", (*change).setAutoneg),
		setting("link-training", "Set interface link training mode", "mode", (*change).setLinkTraining),
		setting("advertised-speeds", "Set interface advertised speeds", "speed_list", (*change).setAdvertisedSpeeds),
		setting("description", "Set interface description", "description", (*change).setDescription),
		configBreakout(sw), configInterfacePfc(sw), configStormControl(sw), configInterfaceIP(sw), configInterfaceIPv6(sw), configInterfaceVrf(sw),
	)
}

// setAdmin starts or stops ports, LAGs and sub-interfaces.
func (c *change) setAdmin(list string, up tables.UpDown) error {
	names, err := expand(list)
	if err != nil {
		return err
	}
	if len(names) == 1 && !c.known(names[0]) {
		return fail("Interface name is invalid. Please enter a valid interface name!!")
	}
	for _, n := range names {
		sub := tables.InterfaceKey{Name: n}
		switch {
		case has(c.candidate, tables.ConfigPort, n):
			c.write(tables.ConfigPortEdit.Set(n, tables.PortEditRow{AdminStatus: &up}))
		case has(c.candidate, tables.ConfigLag, n):
			c.write(tables.ConfigLagEdit.Set(n, tables.LagEditRow{AdminStatus: &up}))
		case has(c.candidate, tables.ConfigSubInterface, sub):
			c.write(tables.ConfigSubInterface.Set(sub, tables.InterfaceRow{AdminStatus: &up}))
		}
	}
	return nil
}

// edit changes fields of a port, which has to be there.
func (c *change) editPort(name string, row tables.PortEditRow) error {
	if !has(c.candidate, tables.ConfigPort, name) {
		return fail("Invalid port %s", name)
	}
	c.write(tables.ConfigPortEdit.Set(name, row))
	return nil
}

// asicState is what the ASIC says of a port; empty if it has said nothing yet.
func (c *change) asicState(port string) (tables.PortAsicStateRow, error) {
	rows, err := fetch(c.view, tables.StatePortAsic, []string{port})
	return rows[port], err
}

func (c *change) setSpeed(name, text string) error {
	speed, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return fail("Invalid speed specified: %s", text)
	}
	state, err := c.asicState(name)
	if err != nil {
		return err
	}
	if s := state.SupportedSpeeds; s != "" && !slices.Contains(strings.Split(s, ","), strconv.FormatUint(speed, 10)) {
		return fail("Invalid speed specified: %s\nValid speeds:%s", text, s)
	}
	return c.editPort(name, tables.PortEditRow{Speed: ptr(uint32(speed))})
}

// The limits of an MTU, bytes.
const (
	minMTU = 68
	maxMTU = 9216
)

func (c *change) setMTU(name, text string) error {
	mtu, err := strconv.ParseUint(text, 10, 32)
	switch {
	case err != nil:
		return fail("Invalid value for '<interface_mtu>': '%s' is not a valid integer range.", text)
	case mtu < minMTU || mtu > maxMTU:
		return fail("Invalid value for '<interface_mtu>': %d is not in the range 68<=x<=9216.", mtu)
	case c.lagOf(name) != "":
		return fail("'interface_name' is in portchannel!")
	}
	return c.editPort(name, tables.PortEditRow{MTU: ptr(uint32(mtu))})
}

func (c *change) setFEC(name, text string) error {
	state, err := c.asicState(name)
	if err != nil {
		return err
	}
	supported := []string{"rs", "fc", "none", "auto"} // SONiC's, where the ASIC tells none
	switch state.SupportedFECs {
	case "":
	case notAvailable:
		return fail("Setting fec is not supported on port %s", name)
	default:
		supported = strings.Split(state.SupportedFECs, ",")
	}
	var fec tables.FEC
	if !slices.Contains(supported, text) || fec.UnmarshalText([]byte(text)) != nil {
		return fail("fec %s is not in ['%s']", text, strings.Join(supported, "', '"))
	}
	return c.editPort(name, tables.PortEditRow{FEC: &fec})
}

func (c *change) setAutoneg(name, mode string) error {
	if mode != "enabled" && mode != "disabled" {
		return fail("Invalid value for '<mode>': '%s' is not one of 'enabled', 'disabled'.", mode)
	}
	return c.editPort(name, tables.PortEditRow{Autoneg: ptr(tables.OnOff(mode == "enabled"))})
}

func (c *change) setLinkTraining(name, mode string) error {
	var on tables.OnOff
	if on.UnmarshalText([]byte(mode)) != nil {
		return fail("Invalid value for '<mode>': '%s' is not one of 'on', 'off'.", mode)
	}
	return c.editPort(name, tables.PortEditRow{LinkTraining: &on})
}

func (c *change) setAdvertisedSpeeds(name, list string) error {
	state, err := c.asicState(name)
	if err != nil {
		return err
	}
	if s := state.SupportedSpeeds; s != "" && list != "all" {
		for speed := range strings.SplitSeq(list, ",") {
			if !slices.Contains(strings.Split(s, ","), strings.TrimSpace(speed)) {
				return fail("Invalid speed specified: %s\nValid speeds:%s", speed, s)
			}
		}
	}
	return c.editPort(name, tables.PortEditRow{AdvSpeeds: &list})
}

func (c *change) setDescription(name, text string) error {
	if has(c.candidate, tables.ConfigLag, name) {
		c.write(tables.ConfigLagEdit.Set(name, tables.LagEditRow{Description: &text}))
		return nil
	}
	return c.editPort(name, tables.PortEditRow{Description: &text})
}
