// Command hypersonic is a SONiC-compatible switch: its daemons, the supervisor that runs them, and its commands, in one binary. Called by the name
// of one of its programs (orchagent, syncd, supervisord ...) it is that program.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if code, ok := commandLine(ctx, os.Args); ok {
		os.Exit(code)
	}
	if err := root(filepath.Base(os.Args[0])).ExecuteContext(ctx); err != nil {
		if code := exitCode(0); errors.As(err, &code) {
			os.Exit(int(code))
		}
		fmt.Fprintln(os.Stderr, "hypersonic:", err)
		os.Exit(1)
	}
}

// programs are the names by which the binary is called, and the subcommand that each stands for.
var programs = map[string]string{
	"cfgmgr": "cfgmgr", "netsync": "netsync", "orchagent": "orchagent", "syncd": "syncd", "gnmi": "gnmi", "supervisord": "run", "supervisorctl": "supervisorctl",
}

// root builds the command tree. calledAs is argv[0]'s last part.
func root(calledAs string) *cobra.Command {
	env := &daemon.Env{}
	var level slog.Level
	cmd := &cobra.Command{
		Use:           "hypersonic",
		Short:         "A SONiC-compatible switch state service",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRun: func(c *cobra.Command, _ []string) {
			env.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})).With("daemon", c.Name())
		},
	}
	rootFlag(cmd, env)
	cmd.PersistentFlags().StringVar(&env.ASIC, "asic", "", "who forwards: ebpf, the kernel; packet, syncd itself, slowly; or virtual, nobody (default: HYPERSONIC_ASIC in sai.profile, or ebpf)")
	cmd.PersistentFlags().StringVar(&env.Links, "links", os.Getenv(linksVariable), "how forwarded frames leave: direct, straight to the link's other end where nothing would miss them; or queued, always by the netdev (default: "+linksVariable+", in the environment or sai.profile, or direct)")
	cmd.PersistentFlags().TextVar(&level, "log-level", slog.LevelInfo, "least severe log level written: DEBUG, INFO, WARN or ERROR")
	cmd.AddCommand(
		runCommand(env), supervisorctlCommand(env), explainCommand(env), inspectCommand(env), healthCommand(env), frrDaemonCommand(env),
		daemonCommand("cfgmgr", "Translate CONFIG_DB to the kernel and APPL_DB", env, daemon.Cfgmgr),
		daemonCommand("netsync", "Bring the kernel's and FRR's state into APPL_DB", env, daemon.Netsync),
		recording(daemonCommand("orchagent", "Translate APPL_DB to SAI objects", env, daemon.Orchagent), env),
		daemonCommand("syncd", "Put ASIC_DB's commands into the ASIC", env, daemon.Syncd),
		gnmiCommand(env), linksCommand(),
	)
	cmd.AddCommand(commandLineCommands()...)
	if sub, ok := programs[calledAs]; ok {
		cmd.SetArgs(append([]string{sub}, os.Args[1:]...))
	}
	return cmd
}

// linksVariable is how forwarded frames leave, where the command line does not say.
const linksVariable = "HYPERSONIC_LINKS"

// recording adds the flag of the recording to a command.
func recording(cmd *cobra.Command, env *daemon.Env) *cobra.Command {
	cmd.Flags().BoolVar(&env.Record, "record", true, "record what orchagent says to syncd and hears, in var/log/swss/sairedis.rec")
	return cmd
}

func daemonCommand(name, short string, env *daemon.Env, run func(context.Context, daemon.Env) error) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		err := profiled(name, func() error {
			return tuned(c.Context(), name, func(ctx context.Context) error { return run(ctx, *env) })
		})
		if c.Context().Err() != nil {
			return nil
		}
		return err
	}}
}
