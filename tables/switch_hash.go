package tables

import (
	"errors"
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// What is wrong with a row of SWITCH_HASH.
var (
	errHashField     = errors.New("no field of a hash")
	errHashAlgorithm = errors.New("none of CRC, XOR, RANDOM, CRC_32LO, CRC_32HI, CRC_CCITT, CRC_XOR")
)

// HashField is something of a frame that members of groups and LAGs are chosen by: SAI's name of a native hash field.
type HashField string

// HashFields are those that SONiC knows, in its order.
func HashFields() []HashField {
	return []HashField{
		"IN_PORT", "DST_MAC", "SRC_MAC", "ETHERTYPE", "VLAN_ID", "IP_PROTOCOL", "DST_IP", "SRC_IP", "L4_DST_PORT", "L4_SRC_PORT",
		"INNER_DST_MAC", "INNER_SRC_MAC", "INNER_ETHERTYPE", "INNER_IP_PROTOCOL", "INNER_DST_IP", "INNER_SRC_IP", "INNER_L4_DST_PORT", "INNER_L4_SRC_PORT",
	}
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *HashField) UnmarshalText(b []byte) error {
	if *f = HashField(b); !slices.Contains(HashFields(), *f) {
		return errHashField
	}
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (f HashField) MarshalText() ([]byte, error) { return []byte(f), nil }

// HashAlgorithm is how fields become a number: SAI's name.
type HashAlgorithm string

// HashAlgorithms are those that SONiC knows.
func HashAlgorithms() []HashAlgorithm {
	return []HashAlgorithm{"CRC", "XOR", "RANDOM", "CRC_32LO", "CRC_32HI", "CRC_CCITT", "CRC_XOR"}
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *HashAlgorithm) UnmarshalText(b []byte) error {
	if *a = HashAlgorithm(b); !slices.Contains(HashAlgorithms(), *a) {
		return errHashAlgorithm
	}
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (a HashAlgorithm) MarshalText() ([]byte, error) { return []byte(a), nil }

// SwitchHashKey is the only key of SWITCH_HASH.
const SwitchHashKey = "GLOBAL"

// SwitchHashRow is CONFIG_DB SWITCH_HASH. What is absent is the ASIC's own.
type SwitchHashRow struct {
	Ecmp          []HashField    `db:"ecmp_hash,list,omitempty"`
	Lag           []HashField    `db:"lag_hash,list,omitempty"`
	EcmpAlgorithm *HashAlgorithm `db:"ecmp_hash_algorithm"`
	LagAlgorithm  *HashAlgorithm `db:"lag_hash_algorithm"`
}

// HashFact is what orchagent learns of the ASIC's hashes at its start, in the names of SWITCH_HASH. Not known is everything.
type HashFact struct {
	Fields         []string `db:"fields,omitempty"`
	FieldsKnown    bool     `db:"fields_known,omitempty"`
	Ecmp           bool     `db:"ecmp,omitempty"` // the list of fields can be set; so below
	Lag            bool     `db:"lag,omitempty"`
	EcmpAlgorithms []string `db:"ecmp_algorithms,omitempty"`
	LagAlgorithms  []string `db:"lag_algorithms,omitempty"`
	EcmpAlgorithm  bool     `db:"ecmp_algorithm,omitempty"`
	LagAlgorithm   bool     `db:"lag_algorithm,omitempty"`
}

// HashCapabilityRow is what STATE_DB SWITCH_CAPABILITY|switch says of hashes. Lists are by comma; "N/A" is one that the ASIC does not tell.
type HashCapabilityRow struct {
	Fields         string `db:"HASH|NATIVE_HASH_FIELD_LIST"`
	Ecmp           bool   `db:"ECMP_HASH_CAPABLE"`
	Lag            bool   `db:"LAG_HASH_CAPABLE"`
	EcmpAlgorithms string `db:"ECMP_HASH_ALGORITHM"`
	EcmpAlgorithm  bool   `db:"ECMP_HASH_ALGORITHM_CAPABLE"`
	LagAlgorithms  string `db:"LAG_HASH_ALGORITHM"`
	LagAlgorithm   bool   `db:"LAG_HASH_ALGORITHM_CAPABLE"`
}

// The tables of hashes.
var (
	ConfigSwitchHash    = db.Define[string, SwitchHashRow](db.Config, "SWITCH_HASH")
	FactHash            = db.Define[string, HashFact](db.Local, "HASH", db.WithTransport(db.Plain)) // one row, of key SwitchKeyName
	StateHashCapability = db.Define[string, HashCapabilityRow](db.State, "SWITCH_CAPABILITY")
)
