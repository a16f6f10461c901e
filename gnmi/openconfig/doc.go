// Package openconfig is the origin openconfig: paths and values of OpenConfig's models over the rows of SONiC's databases. Package mapping says which
// leaf is which field, package schema what is a value of a leaf; the code here reads both and knows no leaf by name.
//
// A query walks the tree of the schema to the leaves that are asked for, binds the variables of their rows' templates from the keys of the path, and
// reads those rows only. A Set goes the other way, over a candidate of CONFIG_DB. Nothing is kept between calls but the schema, which is made when it is
// needed first.
package openconfig
