// Package schema is what the server knows of OpenConfig's models: which nodes there are, and what values their leaves take. It is made of package oc, which ygot
// generates; docs/adr/0008 says why the server does not use that one.
//
// The schema stands in the program as text and takes no time or memory before Load.
package schema

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
)

//go:generate go run ./gen

//go:embed schema_gen.json
var text []byte

// Schema is all of it. Nothing changes it once it is loaded.
type Schema struct {
	Models []Model
	Types  []*Type
	Nodes  []*Node // parents before their children
}

// Model is a module of YANG, as Capabilities lists it.
type Model struct{ Name, Organization, Version string }

// Node is a container, list, leaf or leaf-list.
type Node struct {
	Path   string   // without keys: /interfaces/interface
	Module string   // that defines it
	Keys   []string `json:",omitempty"` // of a list, in the model's order
	State  bool     `json:",omitempty"` // cannot be set
	List   bool     `json:",omitempty"` // a leaf-list
	Leaf   bool     `json:",omitempty"`
	Index  int      `json:"Type,omitempty"` // of a leaf's type
	Type   *Type    `json:"-"`
}

// Type is what values a leaf takes. A leafref has the type of what it refers to.
type Type struct {
	Kind    Kind
	Name    string            `json:",omitempty"` // of the typedef
	Ranges  []Range           `json:",omitempty"` // that a number, or the length of a text, is in; none: whatever the kind allows
	Pattern []string          `json:",omitempty"` // all of which a text matches
	Names   map[string]string `json:",omitempty"` // of an enumeration, or of identities with the modules that define them
	Members []int             `json:",omitempty"` // of a union, by their indices
	Union   []*Type           `json:"-"`

	patterns func() ([]*regexp.Regexp, error)
}

// Range is from the first to the second, both included. Bounds are exact: none is beyond 2^53.
type Range [2]float64

// Kind is a built-in type of YANG.
type Kind string

// The kinds that the models have.
const (
	Int8        Kind = "int8"
	Int16       Kind = "int16"
	Int32       Kind = "int32"
	Int64       Kind = "int64"
	Uint8       Kind = "uint8"
	Uint16      Kind = "uint16"
	Uint32      Kind = "uint32"
	Uint64      Kind = "uint64"
	Boolean     Kind = "boolean"
	Decimal64   Kind = "decimal64"
	String      Kind = "string"
	Binary      Kind = "binary"
	Enumeration Kind = "enumeration"
	Identityref Kind = "identityref"
	Union       Kind = "union"
)

// Bits is the width of an integer, 0 of anything else.
func (k Kind) Bits() int {
	switch k {
	case Int8, Uint8:
		return 8
	case Int16, Uint16:
		return 16
	case Int32, Uint32:
		return 32
	case Int64, Uint64:
		return 64
	}
	return 0
}

// Load reads the schema.
func Load() (*Schema, error) {
	s := &Schema{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	for _, t := range s.Types {
		t.patterns = sync.OnceValues(t.compile)
		for _, i := range t.Members {
			t.Union = append(t.Union, s.Types[i])
		}
	}
	for _, n := range s.Nodes {
		if n.Leaf {
			n.Type = s.Types[n.Index]
		}
	}
	return s, nil
}

func (t *Type) compile() ([]*regexp.Regexp, error) {
	var all []*regexp.Regexp
	for _, p := range t.Pattern {
		r, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("pattern of %s: %w", t.Name, err)
		}
		all = append(all, r)
	}
	return all, nil
}
