package netsync

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lag tells how a LAG is: up when it is administratively up and enough members carry frames. There is no LACP yet: a member does so as long as its
// port is up. cfgmgr takes it from here to APPL_DB and to the host interface's carrier.
func lag(tx *engine.Tx, name string, r tables.LagRow) error {
	if linux.HostKindOf(name) != linux.HostLag {
		return nil // cfgmgr says so
	}
	enabled := 0
	for k := range engine.Each(tx, tables.ConfigLagMember) {
		if k.Lag == name && memberEnabled(tx, k.Port) {
			enabled++
		}
	}
	up := tables.UpDown(bool(r.AdminStatus) && enabled >= max(r.MinLinks, 1))
	f, there := engine.Get(tx, tables.FactLink, name)
	if !there {
		return nil
	}
	engine.Publish(tx, tables.StateLag, name, tables.LagStateRow{Admin: f.Admin, OperStatus: up, MTU: f.MTU})
	return nil
}

// lagMember tells whether a member carries frames, once the netdevs of both are there.
func lagMember(tx *engine.Tx, k tables.LagMemberKey, _ tables.LagMemberConfigRow) error {
	switch {
	case linux.HostKindOf(k.Lag) != linux.HostLag:
		return badMember(k, "names no PortChannel")
	case linux.HostKindOf(k.Port) != linux.HostPort:
		return badMember(k, "names no port")
	}
	row := tables.ApplLagMemberRow{Status: tables.Enabled(memberEnabled(tx, k.Port))}
	engine.Publish(tx, tables.ApplLagMember, k, row, engine.Row(tables.StateLag, k.Lag), engine.Row(tables.StatePort, k.Port))
	return nil
}

func memberEnabled(tx *engine.Tx, port string) bool {
	f, there := engine.Get(tx, tables.FactLink, port)
	return there && bool(f.Admin) && bool(f.Oper)
}
