package db

import "strconv"

// Transport is the protocol by which a table's rows travel (sonic-contract 2.3).
type Transport uint8

const (
	// ByDatabase: StateTable in APPL_DB, Plain elsewhere.
	ByDatabase Transport = iota
	// StateTable is ProducerStateTable/ConsumerStateTable: key set, temp hash, publish.
	StateTable
	// Plain is a hash written with HSET and followed by keyspace events.
	Plain
	// Map is one hash for the whole table: each key is a field, and the row is its value (COUNTERS_PORT_NAME_MAP).
	Map
)

// Schema is a table without its types: what stores and feeds need.
type Schema struct {
	Database  ID
	Name      string
	Transport Transport
	// Check decodes key and fields and says what is wrong with them, as *FieldError.
	Check func(key string, fields []Field) error
	// References are the rows that a row names, by the ref tags of its types; none of one that does not decode. nil: the types have no such tags.
	References func(key string, fields []Field) []Reference
	// Columns are the names of the fields the row type knows, in order. A partial row type of a shared table lists only its own.
	Columns []string
}

// Table is a table with typed keys and rows. Several tables values may share one name (several owners of fields of one row).
type Table[K comparable, R any] struct {
	*Schema
	// codec, compiled once by Define
	codec *codec[K, R]
}

// FieldError says which value of which field of which row is wrong. Field is empty when the key itself is malformed.
type FieldError struct {
	Database                 ID
	Table, Key, Field, Value string
	Reason                   string
}

// Error reads like: CONFIG_DB VLAN|Vlan10: field "mtu": "abc" is not a number from 0 to 65535.
func (e *FieldError) Error() string {
	b := make([]byte, 0, 96)
	b = append(b, e.Database.String()...)
	b = append(b, ' ')
	b = append(b, e.Table...)
	b = append(b, e.Database.Separator()...)
	b = append(b, e.Key...)
	b = append(b, ": "...)
	if e.Field != "" {
		b = append(b, "field "...)
		b = strconv.AppendQuote(b, e.Field)
		b = append(b, ": "...)
		if e.Value != "" || e.Reason != missing {
			b = strconv.AppendQuote(b, e.Value)
			b = append(b, ' ')
		}
	} else {
		b = append(b, "the key "...)
	}
	return string(append(b, e.Reason...))
}

// missing is the Reason of a required field that is not there.
const missing = "is missing"
