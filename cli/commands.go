package cli

import (
	"github.com/spf13/cobra"
)

// Show is the program `show`.
func Show(sw *Switch) *cobra.Command {
	cmd := group("show", "SONiC command line - 'show' command",
		showAcl(sw), showArp(sw), showCopp(sw), showDhcpRelay(sw), showDhcp6Counters(sw), showDhcpHelper(sw), showNdp(sw), showEnvironment(sw), showFeature(sw), showInterfaces(sw), showIP(sw), showIPv6(sw), showLLDP(sw), showMAC(sw), showMirrorSession(sw),
		showPlatform(sw), showPolicer(sw), showStormControl(sw), showQueue(sw), showPriorityGroup(sw), showBufferPool(sw), showHeadroomPool(sw), showBuffer(sw), showMmu(sw), showPfc(sw), showPfcwd(sw), showEcn(sw), showTechsupport(sw), showRunning(sw), showRouteMap(sw), showVersion(sw), showVlan(sw), showVrf(sw), showVxlan(sw), showSag(sw), showSflow(sw), showObjectStatus(sw), showServices(sw), showSwitchHash(sw))
	cmd.AddCommand(notYet(showLater())...)
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	return program(cmd)
}

// Config is the program `config`.
func Config(sw *Switch) *cobra.Command {
	cmd := group("config", "SONiC command line - 'config' command",
		configAcl(sw), configBgp(sw), configDhcpRelay(sw), configHostname(sw), configInterface(sw), configLoopback(sw), configMirrorSession(sw), configPortchannel(sw), configQos(sw), configPfcwd(sw), configEcn(sw), configRoute(sw), configSflow(sw), configSwitchHash(sw), configVlan(sw), configVrf(sw), configVxlan(sw), configSag(sw),
		configSave(sw), configLoad(sw), configReload(sw), configReplace(sw), configApplyPatch(sw),
		configCheckpoint(sw), configRollback(sw), configDeleteCheckpoint(sw), configListCheckpoints(sw))
	cmd.AddCommand(notYet(configLater())...)
	cmd.PersistentFlags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

// program gives a tree of commands what all of them have.
func program(cmd *cobra.Command) *cobra.Command {
	cmd.SilenceUsage, cmd.SilenceErrors, cmd.DisableSuggestions = true, true, true
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fail("%v", err) })
	return cmd
}

// group is a command that only has commands.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(commands...)
	return cmd
}

func noCommand(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fail("No such command %q.", args[0])
	}
	return nil
}

// exactly is the arguments of a command, each by its name.
func exactly(names ...string) cobra.PositionalArgs {
	return between(len(names), names...)
}

// between wants at least the first few of the arguments.
func between(least int, names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fail("Missing argument %q.", "<"+names[len(args)]+">")
		case len(args) > len(names):
			return fail("Got unexpected extra argument (%s)", args[len(names)])
		}
		return nil
	}
}

func arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}
