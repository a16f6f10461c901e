package main

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/rehearsal"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// tryChange rehearses a change on a copy of the switch: its SKU, links and neighbours as they are, and the two configurations.
func tryChange(ctx context.Context, env daemon.Env, store db.Keyspace, was, now []configjson.Row) (cli.Plan, error) {
	model, err := env.Model()
	if err != nil {
		return cli.Plan{}, err
	}
	mac, err := env.SwitchMAC()
	if err != nil {
		return cli.Plan{}, err
	}
	names := make([]string, len(model.Ports))
	for i, p := range model.Ports {
		names[i] = p.Name
	}
	rows, err := store.Get(ctx, tables.ApplPortOper.Schema, names)
	if err != nil {
		return cli.Plan{}, err
	}
	down := map[string]bool{}
	for _, r := range rows {
		if _, oper, err := tables.ApplPortOper.Decode(r.Key, r.Fields); err == nil && !r.Gone {
			down[r.Key] = !bool(oper.OperStatus)
		}
	}
	trial := rehearsal.Trial{SKU: model, MAC: mac, Was: was, Now: now, Up: func(port string) bool { return !down[port] }}
	known, err := neighbors(ctx)
	if err != nil {
		return cli.Plan{}, err
	}
	for _, n := range known {
		if n.Interface != "eth0" {
			trial.Neighbors = append(trial.Neighbors, rehearsal.Neighbor{Key: tables.NeighKey{Interface: n.Interface, IP: n.IP}, MAC: n.MAC})
		}
	}
	plan, err := rehearsal.Try(ctx, trial)
	return cli.Plan(plan), err
}
