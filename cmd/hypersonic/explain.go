package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

// explainTimeout is how long daemons may take to answer; one that is down does not answer at all.
const explainTimeout = 2 * time.Second

func explainCommand(env *daemon.Env) *cobra.Command {
	return &cobra.Command{
		Use:   "explain TABLE KEY | OBJECT",
		Short: "Say where a row or object is on its way, on what it waits, or why it failed",
		Example: "  hypersonic explain VLAN_MEMBER 'Vlan10|Ethernet0'\n  hypersonic explain ROUTE_TABLE 10.0.0.0/24\n" +
			"  hypersonic explain 'VLAN(10)'",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			return explain(c.Context(), *env, args, c.OutOrStdout())
		},
	}
}

// engines are the daemons that have one, and answer.
var engines = []string{"cfgmgr", "netsync", "orchagent"}

func explain(ctx context.Context, env daemon.Env, args []string, w io.Writer) error {
	store, err := env.Connect(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close()
	ctx, cancel := context.WithTimeout(ctx, explainTimeout)
	defer cancel()
	asking := &asking{ctx: ctx, store: store, w: w, asked: map[string]bool{}}
	if err := asking.ask(strings.Join(args, "|"), 0); err != nil {
		return err
	}
	if !asking.found {
		fmt.Fprintf(w, "%s: nobody knows it\n", strings.Join(args, "|"))
	}
	return nil
}

// maxStages bounds how far rows are followed: CONFIG_DB, APPL_DB, and what is derived from there.
const maxStages = 3

// asking follows a row through the daemons: what one of them publishes, the next one is asked about.
type asking struct {
	ctx   context.Context
	store db.Store
	w     io.Writer
	asked map[string]bool
	found bool
}

func (a *asking) ask(text string, stage int) error {
	if a.asked[text] || stage == maxStages {
		return nil
	}
	a.asked[text] = true
	silent := map[string]bool{}
	for _, name := range engines {
		silent[name] = true
	}
	var next []string
	err := daemon.Explain(a.ctx, a.store, requestID(), text, func(e daemon.Explained) bool {
		delete(silent, e.Daemon)
		for _, x := range e.Explanations {
			if stage > 0 && len(x.Objects) == 0 {
				continue // the row as its writer sees it: told already
			}
			a.found = true
			fmt.Fprintf(a.w, "%s: ", e.Daemon)
			printExplanation(a.w, x, "")
			for _, o := range x.Objects {
				next = append(next, o.Object)
			}
		}
		return len(silent) > 0
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for name := range silent {
		fmt.Fprintf(a.w, "%s: no answer\n", name)
	}
	for _, row := range next {
		if err := a.ask(row, stage+1); err != nil {
			return err
		}
	}
	return nil
}

func printExplanation(w io.Writer, x engine.Explanation, indent string) {
	fmt.Fprintf(w, "%s %s", x.Object, x.State)
	if x.Reason != "" {
		fmt.Fprintf(w, ": %s", x.Reason)
	}
	if !x.Since.IsZero() {
		fmt.Fprintf(w, " (since %s)", x.Since.UTC().Format(time.RFC3339))
	}
	fmt.Fprintln(w)
	indent += "  "
	if len(x.Owners) > 0 {
		fmt.Fprintf(w, "%swanted by %s\n", indent, strings.Join(x.Owners, ", "))
	}
	for _, a := range x.Wants {
		fmt.Fprintf(w, "%s%s = %s\n", indent, a.Name, a.Value)
	}
	for _, y := range x.Waits {
		fmt.Fprintf(w, "%swaits for ", indent)
		printExplanation(w, y, indent)
	}
	for _, y := range x.Objects {
		fmt.Fprintf(w, "%swants ", indent)
		printExplanation(w, y, indent)
	}
}

// requestID tells a question's answers from those to others.
func requestID() string {
	return strconv.Itoa(os.Getpid()) + "." + strconv.FormatInt(time.Now().UnixNano(), 36)
}
