// Package tables is the schema: one file a feature, with the keys and rows of all its tables in all databases, exactly as SONiC defines them
// (docs/architecture.md says which daemon writes what). It holds types and text forms, and no logic.
//
// A row is a plain struct whose tags give the field names. A pointer is a field that may be absent. Where several daemons own different
// fields of one row (PORT_TABLE in APPL_DB and STATE_DB), each owner has a row type of its own over the same table name.
package tables
