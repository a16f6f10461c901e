package tables

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
)

// NeighKey is an address on an interface.
type NeighKey struct {
	Interface string
	IP        netip.Addr
}

// NeighConfigRow is CONFIG_DB NEIGH: a static neighbour. Without MAC the kernel is asked to resolve it.
type NeighConfigRow struct {
	MAC    *MAC   `db:"neigh"`
	Family string `db:"family,omitempty"`
}

// NeighRow is APPL_DB NEIGH_TABLE.
type NeighRow struct {
	MAC    MAC    `db:"neigh,required"`
	Family string `db:"family,omitempty"`
}

// NeighResolveRow is APPL_DB NEIGH_RESOLVE_TABLE: a route waits for this next hop.
type NeighResolveRow struct {
	MAC MAC `db:"mac"`
}

// The tables of neighbours.
var (
	ConfigNeigh      = db.Define[NeighKey, NeighConfigRow](db.Config, "NEIGH")
	ApplNeigh        = db.Define[NeighKey, NeighRow](db.Appl, "NEIGH_TABLE")
	ApplNeighResolve = db.Define[NeighKey, NeighResolveRow](db.Appl, "NEIGH_RESOLVE_TABLE")
)
