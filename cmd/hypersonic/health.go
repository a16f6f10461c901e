package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// healthTimeout is how long the databases may take to answer.
const healthTimeout = 3 * time.Second

// healthCommand is the image's HEALTHCHECK: the switch is healthy once it has its configuration and its ports.
func healthCommand(env *daemon.Env) *cobra.Command {
	return &cobra.Command{
		Use: "health", Short: "Say whether the switch is up: databases, configuration, ports", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), healthTimeout)
			defer cancel()
			if err := health(ctx, *env); err != nil {
				return err
			}
			_, err := fmt.Fprintln(c.OutOrStdout(), "healthy")
			return err
		},
	}
}

func health(ctx context.Context, env daemon.Env) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	v, ok, err := store.Raw(db.Config).Get(ctx, "CONFIG_DB_INITIALIZED")
	if err != nil {
		return fmt.Errorf("the databases do not answer: %w", err)
	}
	if !ok || v != "1" {
		return errors.New("the configuration is not loaded yet")
	}
	rows, err := store.Raw(db.Appl).Hashes(ctx, []string{tables.ApplPort.Name + db.Appl.Separator() + tables.PortInitDone})
	if err != nil {
		return fmt.Errorf("the databases do not answer: %w", err)
	}
	if rows[0] == nil {
		return errors.New("the ports are not there yet")
	}
	return nil
}

// frrDaemonCommand is how the supervisor starts FRR's daemons; nobody else calls it.
func frrDaemonCommand(env *daemon.Env) *cobra.Command {
	return &cobra.Command{Use: boot.FRRCommand + " NAME", Hidden: true, Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error {
		return boot.FRRDaemon(*env, args[0])
	}}
}
