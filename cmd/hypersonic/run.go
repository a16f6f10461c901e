package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/platform/process"
	"github.com/hypersonic-nos/hypersonic/platform/process/control"
)

func runCommand(env *daemon.Env) *cobra.Command {
	var redisPort int
	var frr, lldp bool
	cmd := &cobra.Command{
		Use: "run", Short: "Run the whole switch: databases, daemons and FRR, restarting what dies", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return tuned(c.Context(), "run", func(ctx context.Context) error { return run(ctx, *env, redisPort, frr, lldp) })
		},
	}
	cmd.Flags().IntVar(&redisPort, "redis-port", 6379, "TCP port of the databases on 127.0.0.1; 0: unix socket only")
	cmd.Flags().BoolVar(&frr, "frr", true, "run FRR's daemons beside, if they are installed")
	cmd.Flags().BoolVar(&lldp, "lldp", true, "run lldpd beside, if it is installed")
	return recording(cmd, env)
}

// supervisorctlCommand is a command line of its own: supervisorctl's words, not ours.
func supervisorctlCommand(env *daemon.Env) *cobra.Command {
	return &cobra.Command{
		Use: "supervisorctl [status|start|stop|restart|pid [name ...]]", Short: "Ask the supervisor what runs; start and stop programs",
		RunE: func(c *cobra.Command, args []string) error {
			client := control.NewClient(env.ControlSocket(), 10*time.Second)
			defer client.Close()
			if code := client.Ctl(c.Context(), args, c.OutOrStdout()); code != 0 {
				return exitCode(code)
			}
			return nil
		},
	}
}

// exitCode ends the command with a code and no further word.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run supervises until ctx ends, then stops everything in order. A switch that was killed is picked up where it was: Redis keeps no files, so the
// configuration is loaded again, and the daemons adopt what the kernel and the ASIC still have.
func run(ctx context.Context, env daemon.Env, redisPort int, frr, lldp bool) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("own path: %w", err)
	}
	if err := boot.Directories(env); err != nil {
		return err
	}
	ln, err := control.Listen(ctx, env.ControlSocket())
	if errors.Is(err, control.ErrRunning) {
		env.Log.Info("the switch runs already") // supervisord may be called any number of times
		return nil
	}
	if err != nil {
		return err
	}
	if err := boot.AwaitWires(ctx, env); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	conf, err := boot.Redis(env, redisPort)
	if err != nil {
		return err
	}
	programs := boot.Programs(env, self, conf)
	if lldp {
		programs = append(programs, boot.LLDP(env)...)
	}
	if frr {
		if err := boot.FRR(env); err != nil {
			return fmt.Errorf("FRR: %w", err)
		}
		routing, err := boot.Routing(env, self)
		if err != nil {
			return fmt.Errorf("FRR: %w", err)
		}
		programs = append(programs, routing...)
	}
	status := make(chan []process.Status, 64)
	// What must be running when a signal comes must outlive the supervisor's own stop: statuses are written to the end.
	supervisor, err := process.New(process.Config{Status: forward(status), Output: os.Stderr, Mark: env.Root}, programs...)
	if err != nil {
		return fmt.Errorf("programs: %w", err)
	}
	ctx, shutdown := context.WithCancel(ctx)
	defer shutdown()
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return supervisor.Run(running) })
	g.Go(func() error { return control.NewServer(supervisor, boot.Parts(), shutdown).Serve(running, ln) })
	g.Go(func() error { return boot.Configure(running, env) })
	g.Go(func() error { return boot.ReportProcesses(running, env, status) })
	err = g.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// forward hands statuses on without waiting: the supervisor must never stand still because Redis does. The newest states are kept, since each
// change carries a process's whole status.
func forward(to chan []process.Status) func([]process.Status) {
	return func(s []process.Status) {
		for {
			select {
			case to <- s:
				return
			default:
			}
			select {
			case <-to:
			default:
			}
		}
	}
}
