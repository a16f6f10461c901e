package tables

import "github.com/hypersonic-nos/hypersonic/db"

// Facts are what the ASIC and the kernel tell, as rows of tables in the daemon's own memory (db.Local): they feed the same pure functions
// as rows from Redis do, and leave no trace in SONiC's databases.

// PortOperFact is a port's operational state as the ASIC reports it.
type PortOperFact struct {
	Up           bool   `db:"up"`
	FlapCount    uint64 `db:"flap_count"`
	Downs        uint64 `db:"downs,omitempty"`        // how often it went down since this process started, or while none ran
	LastUpTime   string `db:"last_up_time,omitempty"` // SONiC's form, UTC
	LastDownTime string `db:"last_down_time,omitempty"`
}

// PortLinkFact is what a port and its peer have agreed on, when it came up last.
type PortLinkFact struct {
	Speed        uint32 `db:"speed,omitempty"` // Mbit/s
	FEC          FEC    `db:"fec,omitempty"`
	RemoteSpeeds string `db:"remote_speeds,omitempty"` // comma list, Mbit/s
	Trained      *bool  `db:"trained"`                 // link training's result
}

// PortCapabilityFact is what a port can do; empty lists are not known.
type PortCapabilityFact struct {
	Speeds []uint32 `db:"speeds,omitempty"` // Mbit/s
	FECs   string   `db:"fecs,omitempty"`   // comma list
}

// SwitchFact is what orchagent learns of the switch at its start.
type SwitchFact struct {
	MaxNexthopGroups uint32 `db:"max_nexthop_groups"`
	MAC              MAC    `db:"mac"`
	// FecOverride: an ASIC that can leave FEC to autonegotiation. PortTPID and LagTPID: one that takes tags of other protocols.
	FecOverride bool `db:"fec_override,omitempty"`
	PortTPID    bool `db:"port_tpid,omitempty"`
	LagTPID     bool `db:"lag_tpid,omitempty"`
	// What frames can be copied of, and whether samples of them can be cut.
	PortIngressMirror       bool  `db:"port_ingress_mirror,omitempty"`
	PortEgressMirror        bool  `db:"port_egress_mirror,omitempty"`
	PortIngressSampleMirror bool  `db:"port_ingress_sample_mirror,omitempty"`
	SampleTruncation        bool  `db:"sample_truncation,omitempty"`
	TrafficClasses          uint8 `db:"traffic_classes,omitempty"` // 0: not known
}

// FdbFlushFact is a request to flush learned addresses; Count makes each request a new one. Empty fields do not restrict.
type FdbFlushFact struct {
	Count uint64 `db:"count"`
	Port  string `db:"port,omitempty"`
	Vlan  VlanID `db:"vlan,omitempty"`
}

// The tables of facts.
var (
	FactFdbFlush       = db.Define[string, FdbFlushFact](db.Local, "FDB_FLUSH", db.WithTransport(db.Plain))
	FactPortLink       = db.Define[string, PortLinkFact](db.Local, "PORT_LINK", db.WithTransport(db.Plain))
	FactPortCapability = db.Define[string, PortCapabilityFact](db.Local, "PORT_CAPABILITY", db.WithTransport(db.Plain))
	FactPortOper       = db.Define[string, PortOperFact](db.Local, "PORT_OPER", db.WithTransport(db.Plain))
	FactFdb            = db.Define[FdbKey, FdbRow](db.Local, "FDB", db.WithTransport(db.Plain))
	FactSwitch         = db.Define[string, SwitchFact](db.Local, "SWITCH", db.WithTransport(db.Plain))
)
