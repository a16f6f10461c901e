package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lag wants the LAG's host interface, and tells APPL_DB. Carrier and oper_status follow what netsync finds the members to be (STATE_DB): without
// netsync the LAG is down.
func lag(tx *engine.Tx, name string, r tables.LagRow) error {
	if err := checkLag(name); err != nil {
		return err
	}
	l := linux.LinkKey{Name: name}
	state, _ := engine.Get(tx, tables.StateLag, name)
	up := state.OperStatus && r.AdminStatus
	engine.Want(tx, l, linux.LinkHost(linux.HostLag), linux.LinkAdmin(bool(r.AdminStatus)), linux.LinkMTU(r.MTU),
		linux.LinkCarrier(bool(up)))
	own, _ := engine.Get(tx, tables.ConfigLagInterface, tables.InterfaceKey{Name: name})
	if mac := firstMAC(own.MAC, switchMAC(tx)); mac != nil {
		engine.Set(tx, l, linux.LinkMAC(*mac))
	}
	engine.Publish(tx, tables.ApplLagWhole, name, tables.ApplLagWholeRow{
		ApplLagRow:     tables.ApplLagRow{AdminStatus: r.AdminStatus, MTU: r.MTU, TPID: r.TPID},
		ApplLagOperRow: tables.ApplLagOperRow{OperStatus: up},
	})
	return nil
}

func checkLag(name string) error {
	if linux.HostKindOf(name) != linux.HostLag {
		return badKey(tables.ConfigLag, name, "is not a PortChannel name (PortChannel0 to PortChannel9999)")
	}
	if err := linux.CheckName(name); err != nil {
		return badKey(tables.ConfigLag, name, err.Error())
	}
	return nil
}
