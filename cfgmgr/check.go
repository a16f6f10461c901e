package cfgmgr

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The bounds of an MTU: IPv4's minimum, and what SONiC's models allow.
const (
	minMTU = 68
	maxMTU = 9216
)

// badField says what is wrong with a field of a row.
func badField[K comparable, R any](t db.Table[K, R], k K, field string, value any, reason string) error {
	return &db.FieldError{Database: t.Database, Table: t.Name, Key: t.EncodeKey(k), Field: field, Value: fmt.Sprint(value), Reason: reason}
}

// badKey says what is wrong with a row's key. The reason follows "the key".
func badKey[K comparable, R any](t db.Table[K, R], k K, reason string) error {
	return &db.FieldError{Database: t.Database, Table: t.Name, Key: t.EncodeKey(k), Reason: reason}
}

func checkMTU[K comparable, R any](t db.Table[K, R], k K, mtu uint32) error {
	if mtu < minMTU || mtu > maxMTU {
		return badField(t, k, "mtu", mtu, fmt.Sprintf("is not from %d to %d", minMTU, maxMTU))
	}
	return nil
}

// isBridgePort tells what may be a member of a VLAN.
func isBridgePort(name string) bool {
	kind := linux.HostKindOf(name)
	return kind == linux.HostPort || kind == linux.HostLag
}

func isVlanReserved(id tables.VlanID) bool { return id == 1 }
