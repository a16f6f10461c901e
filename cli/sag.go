package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// configSag is `config static-anycast-gateway`.
func configSag(sw *Switch) *cobra.Command {
	return group("static-anycast-gateway", "static-anycast-gateway configuration",
		group("mac_address", "MAC address of the gateway",
			&cobra.Command{Use: "add <mac_address>", Short: "Add the gateway's MAC address", Args: exactly("mac_address"), RunE: sw.edit(func(c *change, args []string) error {
				var mac tables.MAC
				if mac.UnmarshalText([]byte(args[0])) != nil || mac[0]&1 != 0 || mac.IsZero() {
					return fail("%s is not a valid MAC address", args[0])
				}
				c.write(tables.ConfigSag.Replace(tables.SagGlobal, tables.SagRow{GatewayMAC: mac}))
				return nil
			})},
			&cobra.Command{Use: "del <mac_address>", Short: "Delete the gateway's MAC address", Args: exactly("mac_address"), RunE: sw.edit(func(c *change, args []string) error {
				var mac tables.MAC
				if !has(c.candidate, tables.ConfigSag, tables.SagGlobal) || mac.UnmarshalText([]byte(args[0])) != nil ||
					rowOf(c.candidate, tables.ConfigSag, tables.SagGlobal).GatewayMAC != mac {
					return fail("static-anycast-gateway MAC address %s not found", args[0])
				}
				c.write(tables.ConfigSag.Del(tables.SagGlobal))
				return nil
			})},
		),
	)
}

// configVlanSag is `config vlan static-anycast-gateway`.
func configVlanSag(sw *Switch) *cobra.Command {
	set := func(use, short string, on bool) *cobra.Command {
		return &cobra.Command{Use: use + " <vid>", Short: short, Args: exactly("vid"), RunE: sw.edit(func(c *change, args []string) error {
			id, err := parseVlan(args[0])
			if err != nil {
				return err
			}
			k := tables.InterfaceKey{Name: id.String()}
			if !has(c.candidate, tables.ConfigVlanInterface, k) {
				return fail("Interface %s does not exist", id)
			}
			c.write(tables.ConfigVlanInterface.Set(k, tables.InterfaceRow{AnycastGateway: &on}))
			return nil
		})}
	}
	return group("static-anycast-gateway", "static-anycast-gateway of a VLAN", set("enable", "Enable it", true), set("disable", "Disable it", false))
}

// showSag is `show static-anycast-gateway`.
func showSag(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "static-anycast-gateway", Short: "Show static-anycast-gateway information", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		list, err := read(v, tables.ConfigSag)
		if err != nil {
			return err
		}
		interfaces, err := read(v, tables.ConfigVlanInterface)
		if err != nil {
			return err
		}
		mac, vlans := "Not Configured", 0
		for _, e := range list {
			mac = e.Row.GatewayMAC.String()
		}
		for _, i := range interfaces {
			if i.Row.AnycastGateway != nil && *i.Row.AnycastGateway {
				vlans++
			}
		}
		fmt.Fprintf(v.out, "Static Anycast Gateway Information\n\n")
		_, err = fmt.Fprintf(v.out, "MacAddress         NumberOfVlanInterfaces\n-----------------  ------------------------\n%-17s  %24d\n", mac, vlans)
		return err
	})}
}
