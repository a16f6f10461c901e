// Command bench measures a whole switch: the real binary with all its daemons as processes, a real redis-server, network namespaces with a
// wire on every front-panel port, and itself in zebra's place on the FPM socket. It prints one table: what was measured, what SONiC takes for it, what we
// take, and the budget. A missed budget is a figure; only what does not complete is an error.
//
//	go run ./tests/bench                  # everything, some minutes
//	go run ./tests/bench -small           # up to 10,000 routes, for CI
//	go run ./tests/bench -run 'routes/100000/ecmp' -profile /tmp/p
//	go run ./tests/bench -run 'routes/100000/ecmp' -against /tmp/before -times 5
//
// The last form measures two binaries in turns, so that what else the machine does falls on both, and prints how they compare.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// options are what the command line says.
type options struct {
	small   bool
	only    *regexp.Regexp
	profile string
	binary  string // empty: built from the working tree
	against string // empty: nothing is compared
	times   int
}

func main() {
	var o options
	only := flag.String("run", "", "measure only what matches this regular expression")
	flag.BoolVar(&o.small, "small", false, "small sizes, for CI")
	flag.StringVar(&o.profile, "profile", "", "directory for CPU profiles of the daemons, one for each measurement and process")
	flag.StringVar(&o.binary, "binary", "", "measure this binary instead of one built from the working tree")
	flag.StringVar(&o.against, "against", "", "measure this binary as well, in turns, and compare")
	flag.IntVar(&o.times, "times", 1, "measure everything so many times")
	flag.Parse()
	o.only = regexp.MustCompile(*only)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures and prints. What completed is printed even if something else did not.
func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ours, err := o.build(ctx, dir)
	if err != nil {
		return err
	}
	binaries := []string{ours}
	if o.against != "" {
		binaries = append(binaries, o.against)
	}
	all, failed := make([][]figure, len(binaries)), 0
	for _, m := range measurements(o.small) {
		if !o.only.MatchString(m.name) {
			continue
		}
		for turn := range o.times * len(binaries) {
			at := turn % len(binaries)
			began := time.Now()
			figures, err := measure(ctx, dir, binaries[at], o, m)
			all[at] = append(all[at], figures...)
			fmt.Fprintf(os.Stderr, "%-28s %6.1f s\n", m.name, time.Since(began).Seconds())
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", m.name, err)
				failed++
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	if o.against != "" {
		printComparison(os.Stdout, all[0], all[1])
	} else {
		printTable(os.Stdout, all[0])
	}
	if failed > 0 {
		return fmt.Errorf("%d measurements did not complete", failed)
	}
	return ctx.Err()
}

// build is the path of the binary to measure.
func (o *options) build(ctx context.Context, dir string) (string, error) {
	if o.binary != "" {
		return filepath.Abs(o.binary)
	}
	binary := filepath.Join(dir, "hypersonic")
	build := exec.CommandContext(ctx, "go", "build", "-tags", "grpcnotrace", "-o", binary, "./cmd/hypersonic") // as the image does
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("building the daemons: %w", err)
	}
	return binary, nil
}

// measurement is one switch's life, and the figures that come of it.
type measurement struct {
	name string
	run  func(*nos) ([]figure, error)
}

// measurements are all of them. Each begins with a switch that was just started.
func measurements(small bool) []measurement {
	sizes, resident, starts, vlans, flaps := []int{10_000, 100_000, 500_000}, 1_000_000, 5, 4093, 20
	if small {
		sizes, resident, starts, vlans, flaps = []int{10_000}, 10_000, 1, 100, 2
	}
	var list []measurement
	for range starts {
		list = append(list, measurement{"start", start})
	}
	list = append(list, measurement{"vlans", func(n *nos) ([]figure, error) { return configuredVlans(n, vlans) }})
	for range 3 {
		list = append(list, measurement{"acl/1000", func(n *nos) ([]figure, error) { return configuredRules(n, 1000) }})
	}
	for _, n := range sizes {
		list = append(list,
			measurement{fmt.Sprintf("routes/%d/single", n), func(s *nos) ([]figure, error) { return routes(s, n, single) }},
			measurement{fmt.Sprintf("routes/%d/ecmp", n), func(s *nos) ([]figure, error) { return routes(s, n, ecmp) }},
		)
	}
	last := sizes[len(sizes)-1]
	behind := min(last, 100_000)
	return append(list,
		measurement{fmt.Sprintf("portdown/%d", behind), func(s *nos) ([]figure, error) { return portDown(s, behind, flaps) }},
		measurement{fmt.Sprintf("portdown-loading/%d", last), func(s *nos) ([]figure, error) { return portDownLoading(s, last, flaps) }},
		measurement{fmt.Sprintf("change/%d", resident), func(s *nos) ([]figure, error) { return change(s, resident) }},
	)
}

// measure starts a switch, lets m use it, and stops it.
func measure(ctx context.Context, dir, binary string, o options, m measurement) (figures []figure, err error) {
	t := &trial.T{}
	defer t.End()
	err = t.Do(func() error {
		root, err := os.MkdirTemp(dir, "")
		if err != nil {
			return err
		}
		profile := ""
		if o.profile != "" {
			if profile, err = filepath.Abs(filepath.Join(o.profile, filepath.FromSlash(m.name))); err != nil {
				return err
			}
			if err := os.MkdirAll(profile, 0o755); err != nil {
				return err
			}
		}
		n, err := startSwitch(ctx, t, binary, root, profile)
		if err != nil {
			return err
		}
		if figures, err = m.run(n); err != nil {
			return n.explain(err)
		}
		if err := n.commands(profile); err != nil {
			return err
		}
		return n.stop()
	})
	return figures, err
}
