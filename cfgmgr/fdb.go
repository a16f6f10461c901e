package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// fdb passes a static MAC address on. The orchestration agent keeps it while its port is not a member of the VLAN (sonic-contract 4.8).
func fdb(tx *engine.Tx, k tables.FdbKey, r tables.FdbConfigRow) error {
	switch {
	case isVlanReserved(k.Vlan):
		return badKey(tables.ConfigFdb, k, "names the reserved default VLAN")
	case k.MAC[0]&1 != 0 || k.MAC.IsZero():
		return badKey(tables.ConfigFdb, k, "has no unicast MAC address")
	case !isBridgePort(r.Port):
		return badField(tables.ConfigFdb, k, "port", r.Port, "is neither a port nor a PortChannel")
	}
	engine.Publish(tx, tables.ApplFdb, k, tables.FdbRow{Port: r.Port, Type: tables.FdbStatic}, engine.Row(tables.StateVlan, k.Vlan))
	return nil
}
