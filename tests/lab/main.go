// Command lab runs a topology of tests/labs in network namespaces of this machine, without containers: every switch a whole Hypersonic with its own Redis, daemons
// and FRR under a directory of its own, every host a namespace. What it starts stays when it ends.
//
//	lab up [LAB]              # clos by default: two spines, four leaves, eight hosts; checks it, and says what runs where
//	lab table                 # says it again
//	lab in NODE [COMMAND ...] # a command, or a shell, at a node: show, config, vtysh, redis-cli are that switch's
//	lab down
//
// scripts/lab installs what is needed and calls it; make lab and make lab-down call that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// options are what the command line says.
type options struct {
	dir    string // of what runs: binaries, the switches' roots, the record
	labs   string // tests/labs
	prefix string // of the namespaces' names
	binary string // empty: built from the working tree
	keep   bool   // what failed stays for inspection
	quick  bool   // no link is cut
}

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "/var/lib/hypersonic-lab", "directory of the running lab; short, because the names of sockets in it are")
	flag.StringVar(&o.labs, "labs", "tests/labs", "directory of the topologies")
	flag.StringVar(&o.prefix, "prefix", "lab-", "prefix of the namespaces")
	flag.StringVar(&o.binary, "binary", "", "run this binary instead of one built from the working tree")
	flag.BoolVar(&o.keep, "keep", false, "leave a lab that does not come up as it is")
	flag.BoolVar(&o.quick, "quick", false, "cut no link")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: lab [options] up [LAB] | table | in NODE [COMMAND ...] | down")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("say up, table, in NODE or down; -h tells more")

func run(ctx context.Context, o options, args []string) (err error) {
	if len(args) == 0 {
		return errUsage
	}
	if os.Geteuid() != 0 {
		return errors.New("network namespaces need root")
	}
	if o.dir, err = filepath.Abs(o.dir); err != nil {
		return err
	}
	switch args[0] {
	case "up":
		name := "clos"
		if len(args) > 1 {
			name = args[1]
		}
		return up(ctx, o, name, os.Stdout)
	case "down":
		return down(o, os.Stdout)
	case "table":
		r, err := readRecord(o.dir)
		if err == nil {
			printTable(os.Stdout, r)
		}
		return err
	case "in":
		if len(args) > 1 {
			return enter(o, args[1], args[2:])
		}
	}
	return errUsage
}
