package netsync

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lag tells how a LAG is: up when it is administratively up and enough members carry frames. cfgmgr takes it from here to APPL_DB and to the host
// interface's carrier.
func lag(tx *engine.Tx, name string, r tables.LagRow) error {
	if linux.HostKindOf(name) != linux.HostLag {
		return nil // cfgmgr says so
	}
	enabled := 0
	for k := range engine.Each(tx, tables.ConfigLagMember) {
		if k.Lag == name && memberEnabled(tx, k, r) {
			enabled++
		}
	}
	up := tables.UpDown(bool(r.AdminStatus) && enabled >= max(r.MinLinks, 1))
	f, there := engine.Get(tx, tables.FactLink, name)
	if !there {
		return nil
	}
	engine.Publish(tx, tables.StateLag, name, tables.LagStateRow{Admin: f.Admin, OperStatus: up, MTU: f.MTU})
	if agrees(tx, r) {
		runner := tables.LagRunnerRow{Active: !r.Passive(), Fallback: r.Fallback, FastRate: r.FastRate, Mode: "loadbalance", Runner: "lacp", Index: f.Index}
		if f.MAC != nil {
			runner.MAC = *f.MAC
		}
		engine.Publish(tx, tables.StateLagRunner, name, runner)
	}
	return nil
}

// lagMember tells whether a member carries frames, once the netdevs of both are there, and has it take part in LACP.
func lagMember(tx *engine.Tx, k tables.LagMemberKey, _ tables.LagMemberConfigRow) error {
	switch {
	case linux.HostKindOf(k.Lag) != linux.HostLag:
		return badMember(k, "names no PortChannel")
	case linux.HostKindOf(k.Port) != linux.HostPort:
		return badMember(k, "names no port")
	}
	r, _ := engine.Get(tx, tables.ConfigLag, k.Lag)
	if agrees(tx, r) {
		takePart(tx, k, r)
	}
	row := tables.ApplLagMemberRow{Status: tables.Enabled(memberEnabled(tx, k, r))}
	engine.Publish(tx, tables.ApplLagMember, k, row, engine.Row(tables.StateLag, k.Lag), engine.Row(tables.StatePort, k.Port))
	return nil
}

// agrees tells whether the members of a LAG are agreed on with a partner.
func agrees(tx *engine.Tx, r tables.LagRow) bool {
	agent, _ := engine.Get(tx, tables.FactLacpAgent, tables.LacpAgentKey)
	return agent.Runs && !r.Static()
}

// belongs tells whether a port is this LAG's: of several that claim it, it is the first's by name.
func belongs(tx *engine.Tx, k tables.LagMemberKey) bool {
	for other := range engine.Each(tx, tables.ConfigLagMember) {
		if _, there := engine.Get(tx, tables.ConfigLag, other.Lag); there && other.Port == k.Port && other.Lag < k.Lag {
			return false
		}
	}
	return true
}

func memberEnabled(tx *engine.Tx, k tables.LagMemberKey, r tables.LagRow) bool {
	f, there := engine.Get(tx, tables.FactLink, k.Port)
	if !there || !bool(f.Admin) || !bool(f.Oper) || !belongs(tx, k) {
		return false
	}
	if !agrees(tx, r) {
		return true
	}
	state, _ := engine.Get(tx, tables.FactLacp, k)
	return state.Carries
}
