package netsync

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// neigh tells APPL_DB of a neighbour that the kernel has resolved on an interface of the switch (sonic-contract 4.6, neighsyncd's rules).
func neigh(tx *engine.Tx, k tables.NeighKey, f tables.NeighFact) error {
	switch {
	case !f.Valid || f.NoARP && !f.External:
		return nil
	case k.IP.IsMulticast() || k.IP.IsUnspecified() || k.IP.IsLoopback():
		return nil
	case f.MAC == nil || f.MAC.IsZero() || f.MAC[0]&1 != 0: // group addresses, the broadcast address among them
		return nil
	}
	config, ok := interfaceTable(k.Interface)
	if !ok {
		return nil
	}
	if _, there := engine.Get(tx, tables.FactLink, k.Interface); !there {
		return nil
	}
	row := tables.NeighRow{MAC: *f.MAC, Family: "IPv4"}
	if k.IP.Is6() {
		row.Family = "IPv6"
		if k.IP.IsLinkLocalUnicast() && !linkLocalWanted(tx, config, k.Interface) {
			return nil
		}
	}
	engine.Publish(tx, tables.ApplNeigh, k, row)
	return nil
}

// askForNeigh has the kernel asked for a neighbour that is configured without a MAC address, while its link is up (SONiC's nbrmgrd). Rows that no
// neighbour can have cfgmgr tells.
func askForNeigh(tx *engine.Tx, k tables.NeighKey, r tables.NeighConfigRow) error {
	if _, ok := interfaceTable(k.Interface); !ok || r.MAC != nil && !r.MAC.IsZero() {
		return nil
	}
	if f, there := engine.Get(tx, tables.FactLink, k.Interface); there && bool(f.Oper) {
		engine.Publish(tx, tables.FactNeighResolve, k, tables.NeighResolveRow{})
	}
	return nil
}

func linkLocalWanted(tx *engine.Tx, t db.Table[tables.InterfaceKey, tables.InterfaceRow], name string) bool {
	r, ok := engine.Get(tx, t, tables.InterfaceKey{Name: name})
	return ok && r.LinkLocalOnly != nil && bool(*r.LinkLocalOnly)
}

// interfaceTable is where an interface that may have neighbours is configured; false for all other netdevs.
func interfaceTable(name string) (db.Table[tables.InterfaceKey, tables.InterfaceRow], bool) {
	switch linux.HostKindOf(name) {
	case linux.HostPort:
		return tables.ConfigInterface, true
	case linux.HostLag:
		return tables.ConfigLagInterface, true
	case linux.HostVlan:
		return tables.ConfigVlanInterface, true
	case linux.HostSub:
		return tables.ConfigSubInterface, true
	}
	return db.Table[tables.InterfaceKey, tables.InterfaceRow]{}, false
}

// badMember says what is wrong with a LAG member's key.
func badMember(k tables.LagMemberKey, reason string) error {
	t := tables.ConfigLagMember
	return &db.FieldError{Database: t.Database, Table: t.Name, Key: t.EncodeKey(k), Reason: reason}
}
