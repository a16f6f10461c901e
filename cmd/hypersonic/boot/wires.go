package boot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const (
	// clabLinks is containerlab's promise to kind linux: how many links there will be (lab.md 1.2). The container starts before them.
	clabLinks = "CLAB_INTFS"
	// wiresPatience bounds the wait for promised links, and rewirePatience for as many as there were before the container was started again.
	wiresPatience  = 30 * time.Second
	rewirePatience = 5 * time.Second
)

// wiresFile holds how many front-panel netdevs the switch had. That it is there says that this file system has been a switch before.
func wiresFile(env daemon.Env) string { return env.Path("var/lib/hypersonic/started") }

// AwaitWires waits for the front-panel netdevs that are promised, in vain at most for a while: containerlab starts a container of kind linux before its
// links are there, and what is there when the daemons start need not be plugged in later.
func AwaitWires(ctx context.Context, env daemon.Env) error {
	want, patience := promised(env)
	if want == 0 {
		return nil
	}
	feed, err := kernel.WatchLinks()
	if err != nil {
		return fmt.Errorf("front panel: %w", err)
	}
	defer feed.Close()
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		_, changed := feed.Next(wait)
		there, err := env.FrontPanel()
		switch {
		case err != nil:
			return err
		case len(there) >= want:
			return nil
		case errors.Is(changed, context.DeadlineExceeded):
			env.Log.Warn("starting without all front-panel netdevs", "there", len(there), "promised", want)
			return nil
		case changed != nil:
			return changed
		}
	}
}

// promised is how many wires there will be, and how long to wait for them.
func promised(env daemon.Env) (int, time.Duration) {
	if n, err := strconv.Atoi(os.Getenv(clabLinks)); err == nil {
		return n, wiresPatience
	}
	text, err := os.ReadFile(wiresFile(env))
	if err != nil {
		return 0, 0
	}
	n, _ := strconv.Atoi(strings.TrimSpace(string(text))) // a file that somebody emptied promises nothing
	return n, rewirePatience
}

// wires follows front-panel netdevs.
type wires struct {
	env   daemon.Env
	model hwsku.SKU
	feed  *kernel.LinkFeed
	there map[string]bool // netdev names of the lane map
}

func followWires(env daemon.Env) (*wires, error) {
	model, err := env.Model()
	if err != nil {
		return nil, err
	}
	feed, err := kernel.WatchLinks()
	if err != nil {
		return nil, fmt.Errorf("front panel: %w", err)
	}
	return &wires{env: env, model: model, feed: feed, there: map[string]bool{}}, nil
}

func (w *wires) close() { _ = w.feed.Close() }

// next waits for a change and returns the netdevs that have come.
func (w *wires) next(ctx context.Context) (came []string, err error) {
	batch, err := w.feed.Next(ctx)
	if err != nil {
		return nil, err
	}
	was := w.there
	if batch.Listing {
		w.there = map[string]bool{}
	}
	for _, l := range batch.Links {
		switch {
		case l.Gone:
			delete(w.there, l.Name)
		case w.model.LaneMap.Lanes(l.Name) != nil:
			if !was[l.Name] {
				came = append(came, l.Name)
			}
			w.there[l.Name] = true
		}
	}
	return came, nil
}

// note remembers how many wires there are.
func (w *wires) note() error {
	path := wiresFile(w.env)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strconv.Itoa(len(w.there))+"\n"), 0o644)
}

// plug makes ports of netdevs that have no row with their lanes: rows like those of the SKU, down until somebody configures them.
func (w *wires) plug(ctx context.Context, store db.Store, came []string) error {
	rows, err := store.Read(ctx, tables.ConfigPort.Schema)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, r := range rows {
		for _, lane := range lanesOf(r.Fields) {
			taken[lane] = true
		}
	}
	for _, r := range PortRows(hwsku.FilterPorts(w.model, came).Ports) {
		lanes := lanesOf(r.Fields)
		if slices.ContainsFunc(lanes, func(l string) bool { return taken[l] }) {
			continue
		}
		if err := store.Write(ctx, []db.Write{{Table: tables.ConfigPort.Schema, Key: r.Key, Fields: r.Fields}}); err != nil {
			return err
		}
		w.env.Log.Info("a front-panel netdev was plugged in and is a port", "port", r.Key, "lanes", lanes)
	}
	return nil
}

func lanesOf(fields []db.Field) []string {
	for _, f := range fields {
		if f.Name == "lanes" {
			return strings.Split(strings.ReplaceAll(f.Value, " ", ""), ",")
		}
	}
	return nil
}

// hotPlug makes ports of netdevs that come while the switch runs, until ctx ends. all: those that are there already count too, as they do where the
// ports were made from what is there and not from a file.
func (w *wires) hotPlug(ctx context.Context, store db.Store, all bool) error {
	for first := true; ; first = false {
		came, err := w.next(ctx)
		if err != nil {
			return err
		}
		if err := w.note(); err != nil {
			w.env.Log.Warn("the number of front-panel netdevs is not kept", "err", err)
		}
		if len(came) == 0 || first && !all {
			continue
		}
		if err := w.plug(ctx, store, came); err != nil && ctx.Err() == nil {
			w.env.Log.Error("plugged-in netdevs are no ports", "netdevs", came, "err", err)
		}
	}
}
