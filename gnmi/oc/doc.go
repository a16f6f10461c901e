// Package oc is OpenConfig's models as ygot makes Go of them, without compressed paths and without what hypersonic-deviations.yang takes away: what
// package mapping does not map. It is used for the schema, and to say whether a value is of its leaf's type.
//
// The schema takes time and memory that most of the programs in the binary never need, so nothing of it exists before Load.
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
