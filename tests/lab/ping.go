package main

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/tests/labs"
)

// Routing has to converge before all hosts reach all others.
const (
	comeUp   = 60 * time.Second
	between  = 100 * time.Millisecond
	atOnce   = 8 // pings under way
	pingWait = "1"
)

// addresses are those that a host's commands give it.
func addresses(n labs.Node) (list []string) {
	for _, command := range n.Exec {
		f := strings.Fields(command)
		if len(f) < 4 || f[0] != "ip" || f[1] != "address" || f[2] != "add" {
			continue
		}
		if p, err := netip.ParsePrefix(f[3]); err == nil {
			list = append(list, p.Addr().String())
		}
	}
	return list
}

// pair is one that pings, and whom.
type pair struct{ from, to, address string }

func (l *lab) pairs() (list []pair) {
	for _, a := range l.Nodes {
		for _, b := range l.Nodes {
			if a.Root != "" || a.Name == b.Name {
				continue
			}
			for _, address := range b.Addresses {
				list = append(list, pair{a.Name, b.Name, address})
			}
		}
	}
	return list
}

// ping tries pairs once, and gives those that failed.
func (l *lab) ping(ctx context.Context, all []pair) (failed []pair) {
	ok := make([]bool, len(all))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i, p := range all {
		g.Go(func() error {
			if ctx.Err() == nil {
				_, err := l.spaces[p.from].run("ping", "-n", "-c", "1", "-W", pingWait, p.address)
				ok[i] = err == nil
			}
			return nil
		})
	}
	_ = g.Wait() // they return nil
	for i, p := range all {
		if !ok[i] {
			failed = append(failed, p)
		}
	}
	return failed
}

// allPing repeats the pairs that fail until none does.
func (l *lab) allPing(ctx context.Context) error {
	all := l.pairs()
	if len(all) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, comeUp)
	defer cancel()
	// One first: it tells when the network is up without loading it.
	for left := all[len(all)-1:]; len(left) > 0; {
		if left = l.ping(ctx, left); len(left) > 0 && !pause(ctx, between) {
			break
		}
	}
	left := all
	for {
		if left = l.ping(ctx, left); len(left) == 0 {
			l.say("all %d pairs of hosts ping each other, by each address (%d pings), %.1f s after the start of the first process",
				len(l.hosts())*(len(l.hosts())-1), len(all), time.Since(l.began).Seconds())
			return nil
		}
		if !pause(ctx, between) {
			return fmt.Errorf("%d of %d pings are not answered: %v", len(left), len(all), left[:min(len(left), 10)])
		}
	}
}

func (l *lab) hosts() (names []string) {
	for _, n := range l.Nodes {
		if n.Root == "" {
			names = append(names, n.Name)
		}
	}
	return names
}

// pause tells whether there is still time.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
