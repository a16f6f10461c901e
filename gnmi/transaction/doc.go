// Package transaction makes a SetRequest one change of CONFIG_DB: all of it or nothing. A Set is edited into a copy of the configuration by the origins, the
// whole copy is checked by the rules of every other door (package candidate), and what differs is written in one MULTI/EXEC that fails if somebody changed the
// same rows meanwhile. Sets come one after the other.
//
// By request a Set answers only when the daemons have carried it into the ASIC; what they refuse comes back by path, and the Set is undone. A confirmed commit
// (gnmi-commit-confirmed) is undone unless it is confirmed in time: it is on file before it is written, so whatever dies, the configuration is the old or the
// new one, and the clock runs on.
package transaction
