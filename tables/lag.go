package tables

import "github.com/hypersonic-nos/hypersonic/db"

// LagMemberKey names a port in a PortChannel.
type LagMemberKey struct {
	Lag  string
	Port string
}

// LagRow is CONFIG_DB PORTCHANNEL.
type LagRow struct {
	AdminStatus UpDown `db:"admin_status,default=down"`
	MTU         uint32 `db:"mtu,default=9100,range=68..9216"`
	MinLinks    int    `db:"min_links,default=1"`
	Fallback    bool   `db:"fallback,default=false"`
	FastRate    bool   `db:"fast_rate,default=false"`
	LacpKey     string `db:"lacp_key,omitempty"`
	TPID        string `db:"tpid,omitempty"`
	Description string `db:"description,omitempty"`
	// Mode is how members are agreed on with the partner: empty or active, passive, or static for none at all. What a switchport's mode says (routed,
	// access, trunk) is as empty here.
	Mode string `db:"mode,omitempty"`
}

// Static tells a LAG whose members carry frames without being agreed on.
func (r LagRow) Static() bool { return r.Mode == "static" || r.Mode == "on" }

// Passive tells a LAG that waits for its partner to speak.
func (r LagRow) Passive() bool { return r.Mode == "passive" }

// LagMemberConfigRow is CONFIG_DB PORTCHANNEL_MEMBER: being there is all it says.
type LagMemberConfigRow struct{}

// ApplLagRow is cfgmgr's part of APPL_DB LAG_TABLE.
type ApplLagRow struct {
	AdminStatus UpDown `db:"admin_status,default=down"`
	MTU         uint32 `db:"mtu,default=9100"`
	TPID        string `db:"tpid,omitempty"`
	LearnMode   string `db:"learn_mode,omitempty"`
}

// ApplLagOperRow is the state in APPL_DB LAG_TABLE (teamsyncd's part in SONiC).
type ApplLagOperRow struct {
	OperStatus UpDown `db:"oper_status"`
}

// ApplLagWholeRow is all of APPL_DB LAG_TABLE. cfgmgr writes both parts, the state as netsync finds it: two writers of one row of a state table would
// delete each other's fields.
type ApplLagWholeRow struct {
	ApplLagRow
	ApplLagOperRow
}

// ApplLagMemberRow is APPL_DB LAG_MEMBER_TABLE: whether the member carries frames.
type ApplLagMemberRow struct {
	Status Enabled `db:"status,default=disabled"`
}

// LagStateRow is STATE_DB LAG_TABLE.
type LagStateRow struct {
	State      OK     `db:"state"`
	Admin      UpDown `db:"admin_status"`
	OperStatus UpDown `db:"oper_status"`
	MTU        uint32 `db:"mtu"`
}

// The tables of LAGs.
var (
	ConfigLag       = db.Define[string, LagRow](db.Config, "PORTCHANNEL")
	ConfigLagMember = db.Define[LagMemberKey, LagMemberConfigRow](db.Config, "PORTCHANNEL_MEMBER")
	ApplLag         = db.Define[string, ApplLagRow](db.Appl, "LAG_TABLE")
	ApplLagOper     = db.Define[string, ApplLagOperRow](db.Appl, "LAG_TABLE")
	ApplLagWhole    = db.Define[string, ApplLagWholeRow](db.Appl, "LAG_TABLE")
	ApplLagMember   = db.Define[LagMemberKey, ApplLagMemberRow](db.Appl, "LAG_MEMBER_TABLE")
	StateLag        = db.Define[string, LagStateRow](db.State, "LAG_TABLE")
	CountersLagName = db.Define[string, string](db.Counters, "COUNTERS_LAG_NAME_MAP", db.WithTransport(db.Map))
	// ApplLagMembership tells which port is in which LAG, and does not change with the member's status.
	ApplLagMembership = db.Define[LagMemberKey, LagMemberConfigRow](db.Appl, "LAG_MEMBER_TABLE")
)
