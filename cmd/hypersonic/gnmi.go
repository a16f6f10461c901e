package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/gnmi/access"
	"github.com/hypersonic-nos/hypersonic/gnmi/client"
)

// gnmiCommand is the gNMI server, and below it a client for a quick look.
func gnmiCommand(env *daemon.Env) *cobra.Command {
	cmd := daemonCommand("gnmi", "Serve gNMI and gNOI; below: a client", env, func(ctx context.Context, e daemon.Env) error {
		shortWords()
		e.Show = showJSON(env)
		return daemon.Gnmi(ctx, e)
	})
	o := &client.Options{}
	connect := func(c *cobra.Command) (*client.Client, error) {
		if o.Address == "" {
			o.Address = "unix:" + env.GnmiSocket()
		}
		return client.New(*o, c.OutOrStdout())
	}
	list := []*cobra.Command{gnmiCapabilities(connect), gnmiGet(connect), gnmiSet(connect), gnmiSubscribe(connect)}
	for _, c := range list {
		f := c.Flags()
		f.StringVarP(&o.Address, "address", "a", "", "host:port or unix:PATH (default: this switch's socket)")
		f.StringVarP(&o.Username, "username", "u", "", "user")
		f.StringVarP(&o.Password, "password", "p", "", "password")
		f.BoolVar(&o.Insecure, "insecure", false, "no TLS")
		f.BoolVar(&o.SkipVerify, "skip-verify", false, "TLS with whoever answers")
		f.StringVar(&o.CA, "tls-ca", "", "file of the server's authority")
		f.StringVar(&o.Cert, "tls-cert", "", "file of the own certificate")
		f.StringVar(&o.Key, "tls-key", "", "file of the own key")
		f.StringVarP(&o.Target, "target", "t", "", "target in the prefix: a database, as SONiC's telemetry has it")
		f.StringVarP(&o.Encoding, "encoding", "e", "json_ietf", "json, json_ietf, proto or ascii")
	}
	cmd.AddCommand(append(list, gnmiUser(env))...)
	return cmd
}

type connector func(*cobra.Command) (*client.Client, error)

// with runs f with a connection.
func (connect connector) with(f func(*cobra.Command, *client.Client, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		conn, err := connect(c)
		if err != nil {
			return err
		}
		defer conn.Close()
		return f(c, conn, args)
	}
}

func gnmiCapabilities(connect connector) *cobra.Command {
	return &cobra.Command{Use: "capabilities", Short: "What the server speaks", Args: cobra.NoArgs,
		RunE: connect.with(func(c *cobra.Command, conn *client.Client, _ []string) error { return conn.Capabilities(c.Context()) })}
}

func gnmiGet(connect connector) *cobra.Command {
	var kind string
	var depth uint32
	cmd := &cobra.Command{Use: "get PATH ...", Short: "What is at paths", Args: cobra.MinimumNArgs(1),
		RunE: connect.with(func(c *cobra.Command, conn *client.Client, args []string) error {
			return conn.Get(c.Context(), kind, depth, args)
		})}
	cmd.Flags().StringVar(&kind, "type", "all", "all, config, state or operational")
	cmd.Flags().Uint32Var(&depth, "depth", 0, "levels below the path; 0: all")
	return cmd
}

func gnmiSet(connect connector) *cobra.Command {
	var x client.Changes
	var dry, wait bool
	cmd := &cobra.Command{Use: "set", Short: "Change the configuration, all of it or nothing", Args: cobra.NoArgs,
		RunE: connect.with(func(c *cobra.Command, conn *client.Client, _ []string) error {
			if dry {
				x.Options = append(x.Options, "dry-run")
			}
			if wait {
				x.Options = append(x.Options, "asic")
			}
			return conn.Set(c.Context(), x)
		})}
	cmd.Flags().StringArrayVar(&x.Delete, "delete", nil, "PATH")
	cmd.Flags().StringArrayVar(&x.Replace, "replace", nil, "PATH=VALUE")
	cmd.Flags().StringArrayVar(&x.Update, "update", nil, "PATH=VALUE")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "check, and write nothing")
	cmd.Flags().BoolVar(&wait, "wait", false, "answer when the ASIC has it, or undo it")
	return cmd
}

func gnmiSubscribe(connect connector) *cobra.Command {
	var f client.Follow
	cmd := &cobra.Command{Use: "subscribe PATH ...", Short: "What is at paths, and what changes", Args: cobra.MinimumNArgs(1),
		RunE: connect.with(func(c *cobra.Command, conn *client.Client, args []string) error {
			return conn.Subscribe(c.Context(), f, args)
		})}
	cmd.Flags().StringVar(&f.Mode, "mode", "on-change", "once, on-change, sample or target")
	cmd.Flags().DurationVar(&f.Interval, "interval", time.Second, "between samples")
	cmd.Flags().DurationVar(&f.Heartbeat, "heartbeat", 0, "after which all is told again")
	cmd.Flags().BoolVar(&f.Suppress, "suppress-redundant", false, "only samples that differ")
	cmd.Flags().BoolVar(&f.UpdatesOnly, "updates-only", false, "nothing of what is there already")
	return cmd
}

// gnmiUser keeps the file of the server's users.
func gnmiUser(env *daemon.Env) *cobra.Command {
	var role access.Role = access.ReadWrite
	var text string
	var remove bool
	cmd := &cobra.Command{Use: "user NAME", Short: "Add a user of the server, or change one; the password is read from standard input", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if role, err = access.ParseRole(text); err != nil {
				return err
			}
			if remove {
				return access.SetUser(env.GnmiUsers(), args[0], "", role)
			}
			if isTerminal(os.Stdout) {
				fmt.Fprint(os.Stderr, "password: ")
			}
			line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
			if line = strings.TrimRight(line, "\r\n"); line == "" {
				return fmt.Errorf("no password: %w", err)
			}
			return access.SetUser(env.GnmiUsers(), args[0], line, role)
		}}
	cmd.Flags().StringVar(&text, "role", access.ReadWrite.String(), "none, readonly or readwrite")
	cmd.Flags().BoolVar(&remove, "remove", false, "remove the user")
	return cmd
}
