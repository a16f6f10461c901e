package cli

import (
	"net/netip"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// flushRequests is the channel by which orchagent is asked to forget learned addresses (sonic-contract 2.8).
const flushRequests = "FLUSHFDBREQUEST"

// Clear is the program `sonic-clear`.
func Clear(sw *Switch) *cobra.Command {
	flush := func(use, short string, args cobra.PositionalArgs, request func(v *view, args []string) (op, data string, err error)) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: args, RunE: sw.look(func(v *view, args []string) error {
			op, data, err := request(v, args)
			if err != nil {
				return err
			}
			if err := v.store.Publish(v.ctx, db.Notification{Channel: flushRequests, Op: op, Data: data}); err != nil {
				return err
			}
			return v.line("FDB entries are cleared.")
		})}
	}
	fdb := group("fdb", "Clear FDB table",
		flush("all", "Clear All FDB entries", exactly(), func(*view, []string) (string, string, error) { return "ALL", "ALL", nil }),
		flush("port <portid>", "Clear FDB entries learned from one port", exactly("portid"), func(v *view, args []string) (string, string, error) {
			ok, err := v.isBridgePort(args[0])
			if err == nil && !ok {
				err = fail("Invalid port %s", args[0])
			}
			return "PORT", args[0], err
		}),
		flush("vlan <vlanid>", "Clear FDB entries learned in one VLAN", exactly("vlanid"), func(v *view, args []string) (string, string, error) {
			id, err := parseVlan(args[0])
			if err != nil {
				return "", "", err
			}
			vlans, err := v.store.Get(v.ctx, tables.ConfigVlan.Schema, []string{id.String()})
			if err == nil && vlans[0].Gone {
				err = fail("%s does not exist", id)
			}
			return "VLAN", strconv.Itoa(int(id)), err
		}),
	)
	cmd := group("sonic-clear", "SONiC command line - 'Clear' command", fdb)
	cmd.AddCommand(clearCounters(sw)...)
	cmd.AddCommand(clearWatermarks(sw)...)
	cmd.AddCommand(clearNeighbors(sw, "arp", "Clear IP ARP table", false), clearNeighbors(sw, "ndp", "Clear IPv6 NDP table", true))
	return program(cmd)
}

// Unavailable is a program of SONiC's of which there is nothing yet but its name: it says so, and fails.
func Unavailable(name, why string) *cobra.Command {
	cmd := notYet([]missing{{name, why}})[0]
	cmd.Args = cobra.ArbitraryArgs
	return program(cmd)
}

// clearNeighbors has the kernel forget neighbours; what still is one is found again as soon as something is sent to it.
func clearNeighbors(sw *Switch, use, short string, v6 bool) *cobra.Command {
	return &cobra.Command{Use: use + " [ipaddress]", Short: short, Args: between(0, "ipaddress"), RunE: sw.ask(func(v *view, args []string) error {
		var one netip.Addr
		if len(args) > 0 {
			var err error
			if one, err = netip.ParseAddr(args[0]); err != nil || one.Is6() != v6 {
				return fail("Invalid IP address %s", args[0])
			}
		}
		n, err := sw.FlushNeighbors(v6, one)
		if err != nil {
			return err
		}
		return v.line("Cleared %d entries", n)
	})}
}
