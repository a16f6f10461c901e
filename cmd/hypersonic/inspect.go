package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
)

func inspectCommand(env *daemon.Env) *cobra.Command {
	return &cobra.Command{
		Use: "inspect", Short: "Count the objects that the ASIC itself holds, by type", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			store, err := env.Connect(c.Context(), nil)
			if err != nil {
				return err
			}
			defer store.Close()
			ctx, cancel := context.WithTimeout(c.Context(), explainTimeout)
			defer cancel()
			fields, err := daemon.Inspect(ctx, store, requestID())
			if errors.Is(err, context.DeadlineExceeded) {
				return errors.New("syncd does not answer")
			}
			for _, f := range fields {
				fmt.Fprintf(c.OutOrStdout(), "%-28s %s\n", f.Name, f.Value)
			}
			return err
		},
	}
}
