package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/gnmi/show"
)

// unshown are commands of `show` that gNMI does not run: they take long, and write files.
var unshown = []string{"techsupport"}

// showJSON runs commands of `show` for gNMI.
func showJSON(env *daemon.Env) show.Run {
	return func(ctx context.Context, words []string) ([]byte, error) {
		sw := commandSwitch(env)
		sw.Terminal, sw.Input = false, strings.NewReader("")
		root := cli.Show(sw)
		if cmd, _, err := root.Find(words); err != nil || !cmd.HasParent() || cmd.HasSubCommands() || slices.Contains(unshown, cmd.Name()) {
			return nil, &show.Error{None: true, Text: "is no command of show"}
		}
		var out, bad bytes.Buffer
		root.SetOut(&out)
		root.SetErr(&bad)
		root.SetArgs(append(slices.Clone(words), "--json"))
		if err := root.ExecuteContext(ctx); err != nil {
			return nil, &show.Error{Text: strings.TrimSpace(bad.String() + " " + err.Error())}
		}
		return out.Bytes(), nil
	}
}

// shortWords has `show int stat` understood, as SONiC's programs take it.
func shortWords() { cobra.EnablePrefixMatching = true }
