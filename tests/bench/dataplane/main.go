// Command dataplane measures what forwarding a frame costs: this switch's data plane against a bare veth pair, the kernel's bridge and routing, and a copy loop in
// user space of the kind that SONiC's virtual switch is. Everything is set up at once and measured in turns, so that what else the machine does falls on all.
//
//	go run ./tests/bench/dataplane           # 1M IPv4 and 200k IPv6 routes, some minutes; needs root
//	go run ./tests/bench/dataplane -small    # seconds, for CI
//
// The solid figure is CPU time: of this process, whose threads are the sender, the receiver and the copy loop, and in whose context the kernel carries
// frames from veth to veth. What a case adds to the bare veth pair is what forwarding costs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/hypersonic-nos/hypersonic/tests/trial"
)

// options are what the command line says.
type options struct {
	routes4, routes6 int
	rounds           int
	packets          int // a measurement
	transfers        int // rounds of them
	tcp              time.Duration
	only             *regexp.Regexp
}

func main() {
	o := options{}
	small := flag.Bool("small", false, "few routes, one short round")
	only := flag.String("run", "", "measure only cases that match this regular expression, and the bare veth pair")
	flag.IntVar(&o.rounds, "rounds", 30, "rounds of frames")
	flag.IntVar(&o.packets, "packets", 20_000, "frames of a measurement")
	flag.IntVar(&o.transfers, "transfers", 3, "rounds of TCP transfers")
	flag.DurationVar(&o.tcp, "tcp", 500*time.Millisecond, "length of a transfer")
	flag.Parse()
	o.routes4, o.routes6, o.only = 1_000_000, 200_000, regexp.MustCompile(*only)
	if *small {
		o.routes4, o.routes6, o.rounds, o.transfers, o.tcp = 10_000, 10_000, 5, 1, 50*time.Millisecond
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	t := &trial.T{}
	err := t.Do(func() error { return run(ctx, t, o) })
	t.End()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dataplane:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, t *trial.T, o options) error {
	began := time.Now()
	rigs := build(t, o)
	fmt.Fprintf(os.Stderr, "%d cases are set up after %.1f s\n", len(rigs), time.Since(began).Seconds())
	debug.SetGCPercent(-1) // the collector runs between measurements, not in them
	r := results{}
	share := newShare()
	runtime.GC()
	if err := packets(ctx, t, rigs, r, o); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "frames are measured after %.1f s\n", time.Since(began).Seconds())
	for range o.transfers {
		transfers(ctx, t, rigs, r, o.tcp)
	}
	report(os.Stdout, o, rigs, r, share.taken())
	return ctx.Err()
}
