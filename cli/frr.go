package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"
)

// FRR's daemons.
const (
	zebra = "zebra"
	bgpd  = "bgpd"
)

// vty runs a command in one of FRR's daemons and prints what it says.
func (v *view) vty(daemon, command string) error {
	text, err := v.FRR(v.ctx, daemon, command)
	if err != nil && !errors.Is(err, ErrRefused) {
		return err
	}
	if _, err := fmt.Fprint(v.out, text); err != nil {
		return err
	}
	if err != nil {
		return &silent{exitFailure}
	}
	return nil
}

// safeWords refuses arguments that are more than words of a vty command.
func safeWords(args []string) error {
	for _, a := range args {
		if strings.ContainsAny(a, "\x00\r\n|?") {
			return fail("Invalid argument %q", a)
		}
	}
	return nil
}

// showFRR is a command that one of FRR's daemons answers, with whatever arguments follow.
func showFRR(sw *Switch, daemon, use, short, command string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: func(_ *cobra.Command, args []string) error { return safeWords(args) },
		RunE: sw.ask(func(v *view, args []string) error {
			return v.vty(daemon, strings.Join(append([]string{command}, args...), " "))
		}),
	}
}

// showRoute is `show ip route`: zebra's table.
func showRoute(sw *Switch, family string) *cobra.Command {
	return &cobra.Command{
		Use: "route [[vrf <vrf_name>] [address] [...]]", Short: "Show the routing table",
		Args: func(_ *cobra.Command, args []string) error { return safeWords(args) },
		RunE: sw.ask(func(v *view, args []string) error {
			command := "show " + family + " route"
			if len(args) > 0 {
				command += " " + strings.Join(args, " ")
			}
			if v.json && (len(args) == 0 || args[len(args)-1] != "json") {
				command += " json"
			}
			return v.vty(zebra, command)
		}),
	}
}

func showRouteMap(sw *Switch) *cobra.Command {
	return showFRR(sw, bgpd, "route-map [route_map_name]", "Show route-map", "show route-map")
}

// addressFamily is one of BGP's two unicast families.
type addressFamily struct {
	label string // as FRR says it
	key   string // in FRR's JSON
	is    func(netip.Addr) bool
}

func ipv4Unicast() addressFamily { return addressFamily{"IPv4", "ipv4Unicast", netip.Addr.Is4} }
func ipv6Unicast() addressFamily { return addressFamily{"IPv6", "ipv6Unicast", netip.Addr.Is6} }
