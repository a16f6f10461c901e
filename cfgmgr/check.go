package cfgmgr

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// badField says what is wrong with a field of a row.
func badField[K comparable, R any](t db.Table[K, R], k K, field string, value any, reason string) error {
	return &db.FieldError{Database: t.Database, Table: t.Name, Key: t.EncodeKey(k), Field: field, Value: fmt.Sprint(value), Reason: reason}
}

// badKey says what is wrong with a row's key. The reason follows "the key".
func badKey[K comparable, R any](t db.Table[K, R], k K, reason string) error {
	return &db.FieldError{Database: t.Database, Table: t.Name, Key: t.EncodeKey(k), Reason: reason}
}

// isBridgePort tells what may be a member of a VLAN.
func isBridgePort(name string) bool {
	kind := linux.HostKindOf(name)
	return kind == linux.HostPort || kind == linux.HostLag
}

func isVlanReserved(id tables.VlanID) bool { return id == 1 }
