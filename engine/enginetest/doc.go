// Package enginetest holds what tests of translations and targets share: a dry run that prints what rows want, a target in memory that checks
// what it is told, and a store in memory whose feeds deliver in any order.
package enginetest

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

// Translate runs the translations that register adds to an engine over rows (Table.Set of each), and returns what they want as text (see
// engine.Wanted). No target and no database is needed: sources and sinks that register names are not asked.
func Translate(tb testing.TB, register func(*engine.Engine), rows ...db.Write) string {
	tb.Helper()
	e := engine.New(engine.Config{Name: "test"})
	register(e)
	return e.Wanted(rows...)
}
