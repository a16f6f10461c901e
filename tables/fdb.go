package tables

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// FdbKey is a MAC address in a VLAN. In APPL_DB and STATE_DB it reads Vlan10:aa:bb:cc:dd:ee:ff whatever the separator is (sonic-contract 2.2),
// in CONFIG_DB Vlan10|aa:bb:cc:dd:ee:ff (dashes are read too).
type FdbKey struct {
	Vlan VlanID
	MAC  MAC
}

// MarshalKey implements db's key codec.
func (k FdbKey) MarshalKey(string) string { return k.Vlan.String() + ":" + k.MAC.String() }

// UnmarshalKey implements db's key codec.
func (k *FdbKey) UnmarshalKey(text, _ string) error {
	i := strings.IndexAny(text, "|:")
	if i < 0 || k.Vlan.UnmarshalText([]byte(text[:i])) != nil || k.MAC.UnmarshalText([]byte(text[i+1:])) != nil {
		return errFdbKey
	}
	return nil
}

// FdbType says whether a MAC address ages.
type FdbType uint8

// The FDB entry types.
const (
	FdbDynamic FdbType = iota
	FdbStatic
)

// MarshalText implements encoding.TextMarshaler.
func (t FdbType) MarshalText() ([]byte, error) {
	return []byte(pick(t == FdbStatic, "static", "dynamic")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *FdbType) UnmarshalText(b []byte) error {
	switch string(b) {
	case "dynamic":
		*t = FdbDynamic
	case "static":
		*t = FdbStatic
	default:
		return errFdbType
	}
	return nil
}

// FdbConfigRow is CONFIG_DB FDB: a static MAC address.
type FdbConfigRow struct {
	Port string `db:"port,required"`
}

// FdbRow is APPL_DB FDB_TABLE and STATE_DB FDB_TABLE.
type FdbRow struct {
	Port    string  `db:"port,required"`
	Type    FdbType `db:"type,default=dynamic"`
	Discard *bool   `db:"discard"`
}

// The tables of the FDB. STATE_DB holds learned and static addresses, APPL_DB only the configured ones.
var (
	ConfigFdb = db.Define[FdbKey, FdbConfigRow](db.Config, "FDB")
	ApplFdb   = db.Define[FdbKey, FdbRow](db.Appl, "FDB_TABLE")
	StateFdb  = db.Define[FdbKey, FdbRow](db.State, "FDB_TABLE")
)
