package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// deviceMetadata says what this switch cannot be. What the table is otherwise about others read.
func deviceMetadata(tx *engine.Tx, k string, r tables.DeviceMetadataRow) error {
	if k == tables.Localhost && r.SwitchType != "" && r.SwitchType != "switch" {
		engine.Complain(tx, badField(tables.ConfigDeviceMetadata, k, "switch_type", r.SwitchType, "is not in force: this is a switch"))
	}
	return nil
}

// switchMAC is the switch's own address, which all its host interfaces have unless they are given another; nil as long as none is configured.
func switchMAC(tx *engine.Tx) *tables.MAC {
	r, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	return r.MAC
}

// firstMAC is the first address that is given.
func firstMAC(macs ...*tables.MAC) *tables.MAC {
	for _, m := range macs {
		if m != nil && !m.IsZero() {
			return m
		}
	}
	return nil
}
