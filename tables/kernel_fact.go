package tables

import "github.com/hypersonic-nos/hypersonic/db"

// LinkFact is a netdev as the kernel tells it. Facts are rows in a daemon's own memory (db.Local): what comes from outside reaches the
// translations the way everything else does.
type LinkFact struct {
	Index    int32  `db:"ifindex"`
	Kind     string `db:"kind,omitempty"` // the kernel's type of device: veth, vrf, dummy; empty for others
	Admin    UpDown `db:"admin_status"`   // IFF_UP
	Oper     UpDown `db:"oper_status"`    // IFF_LOWER_UP: carrier
	MTU      uint32 `db:"mtu"`
	MAC      *MAC   `db:"mac"`
	VrfTable uint32 `db:"vrf_table,omitempty"` // of a VRF device
}

// NeighFact is a neighbour as the kernel tells it; a deleted one has no row.
type NeighFact struct {
	MAC *MAC `db:"mac"`
	// Valid is false while the address is not resolved (NUD_INCOMPLETE, NUD_FAILED, NUD_NONE).
	Valid bool `db:"valid"`
	// NoARP marks entries that the kernel makes for addresses that need no resolution (NUD_NOARP), External those among them that a routing
	// protocol learned (NTF_EXT_LEARNED).
	NoARP    bool `db:"noarp,omitempty"`
	External bool `db:"external,omitempty"`
}

// FeatureFact says whether the kernel can do something. Without a row it is taken to.
type FeatureFact struct {
	Present bool `db:"present"`
}

// FeatureVrf is the key of VRF devices.
const FeatureVrf = "vrf"

// The tables of facts.
var (
	FactLink    = db.Define[string, LinkFact](db.Local, "LINK")
	FactNeigh   = db.Define[NeighKey, NeighFact](db.Local, "NEIGH")
	FactFeature = db.Define[string, FeatureFact](db.Local, "FEATURE")
	// FactNeighResolve are configured neighbours that the kernel is to find.
	FactNeighResolve = db.Define[NeighKey, NeighResolveRow](db.Local, "NEIGH_RESOLVE")
	// FactPortInit remembers what has been told once, under PortConfigDone and PortInitDone, so that it stays told.
	FactPortInit = db.Define[string, PortInitDoneRow](db.Local, "PORT_INIT")
)
