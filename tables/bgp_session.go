package tables

import "github.com/hypersonic-nos/hypersonic/db"

// BgpSessionRow is STATE_DB NEIGH_STATE_TABLE, by the neighbour's address, as SONiC's bgpmon writes it: what the session does, in FRR's words
// (Established, Active ...).
type BgpSessionRow struct {
	State string `db:"state,omitempty"`
}

// StateBgpSession is the table NEIGH_STATE_TABLE.
var StateBgpSession = db.Define[BgpNeighborKey, BgpSessionRow](db.State, "NEIGH_STATE_TABLE")
