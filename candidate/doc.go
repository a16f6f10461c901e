// Package candidate is how CONFIG_DB is changed by whoever changes it for a person or a program (cli, gnmi): a copy of the whole to edit, a check of the whole,
// the difference, and one transaction that writes all of the difference or nothing.
//
//	c, err := candidate.Read(ctx, store)       // a copy; or Of(rows) where the caller has the rows already
//	c.Write(tables.ConfigVlan.Set(10, row))    // typed, as a db.Store would take it
//	c.Put("VLAN", "Vlan10", fields)            // or by texts, for a door that has no types
//	faults := c.Check()                        // what is wrong now and was not before
//	changes := c.Changes()                     // for a person to read
//	err = c.Commit(ctx, store)                 // *Conflict: somebody changed what this touches or rests on; read again and repeat
//
// Edit does these in a loop. All doors check by the same rules: a row decodes into its type (tables), its numbers are in their ranges (the types say them), its name is
// one of its kind (names.go), and what it refers to is there and used once (rules.go). A Fault names table, key, field and value. A configuration that was wrong before keeps nobody from
// changing something else: only new faults count. Rows of tables without a type (Unknown) are kept and never refused.
//
// A Config belongs to one goroutine.
package candidate
