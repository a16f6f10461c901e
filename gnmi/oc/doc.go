// Package oc is OpenConfig's models as ygot makes Go of them, without compressed paths and without what hypersonic-deviations.yang takes away: what
// package mapping does not map. Package schema is made of it, and tests compare what the server says of values with what ygot says; no program imports it (docs/adr/0008).
//
// Nothing of the schema exists before Load.
package oc

import (
	_ "embed"
	"sync"
)

//go:generate go run ../gen

// ySchema is the schema that ygot's code unpacks.
//
//go:embed schema.json.gz
var ySchema []byte

// Load makes the schema and the enumerations, once. Nothing else of the package may be used before.
var Load = sync.OnceValue(load)
