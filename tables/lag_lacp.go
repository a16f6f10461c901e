package tables

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
)

// LacpFact is how a member of a LAG is, by LACP.
type LacpFact struct {
	Carries  bool     `db:"carries"`
	Selected bool     `db:"selected"`
	Actor    LacpInfo `db:"actor"`
	Partner  LacpInfo `db:"partner"`
	// The side has been out of synchronization for a minute.
	ActorChurn   bool `db:"actor_churn,default=false"`
	PartnerChurn bool `db:"partner_churn,default=false"`
}

// LacpAgentFact says that LACP runs here; without its row every LAG is static.
type LacpAgentFact struct {
	Runs bool `db:"runs"`
}

// LacpAgentKey is the key of the only LacpAgentFact.
const LacpAgentKey = "agent"

// LacpInfo is what a side of a link tells of itself.
type LacpInfo struct {
	SystemPriority uint16
	System         MAC
	Key            uint16
	PortPriority   uint16
	Port           uint16
	State          uint8
}

// MarshalText implements encoding.TextMarshaler.
func (i LacpInfo) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d/%x/%d/%d/%d/%d", i.SystemPriority, i.System[:], i.Key, i.PortPriority, i.Port, i.State), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *LacpInfo) UnmarshalText(b []byte) error {
	var mac []byte
	_, err := fmt.Sscanf(string(b), "%d/%x/%d/%d/%d/%d", &i.SystemPriority, &mac, &i.Key, &i.PortPriority, &i.Port, &i.State)
	if err == nil {
		copy(i.System[:], mac)
	}
	return err
}

// LagMemberStateRow is STATE_DB LAG_MEMBER_TABLE, in teamd's words.
type LagMemberStateRow struct {
	MAC        MAC    `db:"ifinfo.dev_addr"`
	Index      int32  `db:"ifinfo.ifindex"`
	LinkUp     bool   `db:"link.up"`
	WatchUp    bool   `db:"link_watches.list.link_watch_0.up"`
	Aggregator int32  `db:"runner.aggregator.id"` // the ifindex of the LAG; 0 for a port that is not selected
	Aggregated bool   `db:"runner.aggregator.selected"`
	Selected   bool   `db:"runner.selected"`
	State      string `db:"runner.state"` // current, expired, defaulted, disabled

	ActorSystem         MAC    `db:"runner.actor_lacpdu_info.system"`
	ActorSystemPriority uint16 `db:"runner.actor_lacpdu_info.system_priority"`
	ActorKey            uint16 `db:"runner.actor_lacpdu_info.key"`
	ActorPort           uint16 `db:"runner.actor_lacpdu_info.port"`
	ActorPortPriority   uint16 `db:"runner.actor_lacpdu_info.port_priority"`
	ActorState          uint8  `db:"runner.actor_lacpdu_info.state"`
	PartnerSystem       MAC    `db:"runner.partner_lacpdu_info.system"`
	PartnerSystemPrio   uint16 `db:"runner.partner_lacpdu_info.system_priority"`
	PartnerKey          uint16 `db:"runner.partner_lacpdu_info.key"`
	PartnerPort         uint16 `db:"runner.partner_lacpdu_info.port"`
	PartnerPortPriority uint16 `db:"runner.partner_lacpdu_info.port_priority"`
	PartnerState        uint8  `db:"runner.partner_lacpdu_info.state"`
}

// LagRunnerRow is what STATE_DB LAG_TABLE tells of a LAG's LACP, in teamd's words.
type LagRunnerRow struct {
	Active   bool   `db:"runner.active"`
	Fallback bool   `db:"runner.fallback"`
	FastRate bool   `db:"runner.fast_rate"`
	Mode     string `db:"setup.kernel_team_mode_name"` // loadbalance
	Runner   string `db:"setup.runner_name"`           // lacp
	MAC      MAC    `db:"team_device.ifinfo.dev_addr"`
	Index    int32  `db:"team_device.ifinfo.ifindex"`
}

// The tables of LACP.
var (
	FactLacp       = db.Define[LagMemberKey, LacpFact](db.Local, "LACP", db.WithTransport(db.Plain))
	FactLacpAgent  = db.Define[string, LacpAgentFact](db.Local, "LACP_AGENT", db.WithTransport(db.Plain))
	StateLagMember = db.Define[LagMemberKey, LagMemberStateRow](db.State, "LAG_MEMBER_TABLE")
	StateLagRunner = db.Define[string, LagRunnerRow](db.State, "LAG_TABLE")
)
