// Package mapping says what OpenConfig's paths are in SONiC's tables: one file a model, rows of plain values that both directions read. What is not
// here is not supported; package oc's deviations are generated from it.
//
// A template is text with variables: {name}, or at the variable's first place {name:domain} with one of Domains, which says which values it takes
// and how SONiC writes them. The same variable in a path and in a key is what ties a list entry to a row.
package mapping

import "github.com/hypersonic-nos/hypersonic/db"

// Role says what a row is to the list entry or container at its path.
type Role uint8

// The roles.
const (
	// Entry: the row is the entry. It is made with it and goes with it.
	Entry Role = iota
	// Part: fields of a row that is another's entry. The row is made if need be, and stays.
	Part
	// Link: the row is there because its leaf has the value that its key says: a membership.
	Link
	// Fixed: like Entry, but what the row stands for comes and goes with the hardware: a Set neither makes nor deletes it.
	Fixed
	// Seen: state that is an entry of its own (a neighbour that was heard). No Set reaches it.
	Seen
	// Facts: state of an entry that another row is.
	Facts
)

// ReadOnly tells whether no Set reaches the row.
func (r Role) ReadOnly() bool { return r == Seen || r == Facts }

// Rows says what the rows of one table are.
type Rows struct {
	At    string     // path of the list entry or container: /interfaces/interface[name={port:port}]
	Table *db.Schema // of whatever row type: fields are looked at by name
	// Key is the row's key: {port}. Keys are other forms in which it may stand, read and kept but not made, each with what it says of variables:
	// "{peer}  vrf=default" (two blanks).
	Key  string
	Keys []string
	// Made is the key of a row that a Set makes, where Key has variables that the path does not say.
	Made string
	Role Role
	// Where are fields that the row has to have, with these values (templates), or it is no row of this entry: vrf_name={vrf}. A Set writes them, and
	// removes them with the entry. An empty value: the field must not be there.
	Where []string
	// Sets are fields that a row gets when a Set makes it, if nothing else gives them: vlanid={vid}.
	Sets []string
	// Given are fields of other rows on which it hangs whether this row counts.
	Given []Given
	// Also are rows that must be there for this one to mean anything; a Set makes them with it: INTERFACE {port} for an address of it.
	Also []Also
	// Via leads from a variable of the path to the key, through a table of names: {port} to the {oid} under which its counters are.
	Via *Via
	// Parallel are fields that are comma lists of equal length, an element of which is one entry, and the variable that tells elements apart.
	Parallel *Parallel
	// Counters: values that change all the time, better sampled than told at every change.
	Counters bool
	// Derive makes the rows that leaves are read from out of one of the table, for what is not a field. Of Seen and Facts only.
	Derive func(key string, fields []db.Field) []Derived
	Leaves []Leaf
}

// Given is a field of another row that must have one of some values; an empty one stands for a field that is not there.
type Given struct {
	Table  *db.Schema
	Key    string // template
	Field  string
	Values []string
	Say    string // what an error tells to do: "interface-mode TRUNK"
}

// Also is a row of CONFIG_DB; Fields are name=value templates, or none.
type Also struct {
	Table  *db.Schema
	Key    string
	Fields []string
}

// Via is a table whose row {Var} has in the only field, or in Field, the value of the variable Gives.
type Via struct {
	Table *db.Schema
	Key   string // template
	Field string // "" for a Map
	Gives string
}

// Parallel lists of a row: element i of each field belongs together. Names is the field that holds the elements' names, the values of Var; where it is not
// there they are numbered from 0. Without Fields the names are all that there is of an element. Pairs: a row's own fields are the elements, by their names
// and with their values as the field value (a map of DSCPs).
type Parallel struct {
	Var    string
	Names  string
	Fields []string
	Pairs  bool
}

// Derived is a row that stands nowhere: variables by name, in OpenConfig's words, and fields.
type Derived struct {
	Vars   map[string]string
	Fields []db.Field
}

// Leaf is one leaf or leaf-list, config and state alike if the path says */ for them. Its value is a field's, a variable's or a constant. Where values of
// several kinds go to several fields, each has a Leaf of its own with the same path, and a codec that refuses the others' values.
type Leaf struct {
	Path  string // below the rows' path: config/mtu, or ethernet/*/port-speed
	Field string // name; of several that make one value name+name
	Var   string // the value is this variable's. A leaf-list takes one row an element
	Const string // the value is always this
	If    string // of a constant: only where the row has this field
	As    Codec  // nil: the text is the same on both sides
	// Default is the field's text when an entry has the leaf at its default, where absence would mean something else to SONiC.
	Default string
	// Missing is the field's text that SONiC takes for one that is not there.
	Missing string
	// Stays: the field is the hardware's to begin with, and no Delete takes it away.
	Stays bool
}

// Model is a file of OpenConfig's with what is mapped of it.
type Model struct {
	Name string // openconfig-interfaces
	Rows []Rows
}
