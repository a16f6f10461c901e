package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/platform/process"
)

func runCommand(env *daemon.Env) *cobra.Command {
	var redisPort int
	var frr, lldp bool
	cmd := &cobra.Command{
		Use: "run", Short: "Run the whole switch: databases, daemons and FRR, restarting what dies", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			tune("run")
			return run(c.Context(), *env, redisPort, frr, lldp)
		},
	}
	cmd.Flags().IntVar(&redisPort, "redis-port", 6379, "TCP port of the databases on 127.0.0.1; 0: unix socket only")
	cmd.Flags().BoolVar(&frr, "frr", true, "run FRR's daemons beside, if they are installed")
	cmd.Flags().BoolVar(&lldp, "lldp", true, "run lldpd beside, if it is installed")
	return cmd
}

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
		programs = append(programs, boot.Routing(env)...)
	}
	status := make(chan []process.Status, 64)
	// What must be running when a signal comes must outlive the supervisor's own stop: statuses are written to the end.
	supervisor, err := process.New(process.Config{Status: forward(status), Output: os.Stderr, Mark: env.Root}, programs...)
	if err != nil {
		return fmt.Errorf("programs: %w", err)
	}
	g, running := errgroup.WithContext(ctx)
	g.Go(func() error { return supervisor.Run(running) })
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
