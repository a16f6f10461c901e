package tables

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// FEC is a port's forward error correction mode. The zero value means that none is configured.
type FEC uint8

// The FEC modes.
const (
	FECUnset FEC = iota
	FECNone
	FECRS
	FECFC
	FECAuto
)

// MarshalText implements encoding.TextMarshaler.
func (f FEC) MarshalText() ([]byte, error) {
	return []byte([...]string{"", "none", "rs", "fc", "auto"}[f]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *FEC) UnmarshalText(b []byte) error {
	switch string(b) {
	case "", NotApplicable:
		*f = FECUnset
	case "none":
		*f = FECNone
	case "rs":
		*f = FECRS
	case "fc":
		*f = FECFC
	case "auto":
		*f = FECAuto
	default:
		return errFEC
	}
	return nil
}

// The defaults of a port that CONFIG_DB does not mention (portmgrd's, sonic-contract 4.3).
const (
	DefaultPortMTU = 9100
)

// PortRow is CONFIG_DB PORT and, with the defaults filled in, what cfgmgr writes to APPL_DB PORT_TABLE. Speeds are in Mbit/s.
type PortRow struct {
	Lanes             []uint32 `db:"lanes,omitempty"`
	Alias             string   `db:"alias,omitempty"`
	Index             *int     `db:"index"`
	Speed             uint32   `db:"speed,omitempty"`
	MTU               uint32   `db:"mtu,default=9100,range=68..9216"`
	AdminStatus       UpDown   `db:"admin_status,default=down"`
	FEC               FEC      `db:"fec,omitempty"`
	Autoneg           *OnOff   `db:"autoneg"`
	AdvSpeeds         string   `db:"adv_speeds,omitempty"`
	InterfaceType     string   `db:"interface_type,omitempty"`
	AdvInterfaceTypes string   `db:"adv_interface_types,omitempty"`
	LinkTraining      *OnOff   `db:"link_training"`
	Description       string   `db:"description,omitempty"`
	TPID              string   `db:"tpid,omitempty"`
	LearnMode         string   `db:"learn_mode,omitempty"`
	PFCAsym           *OnOff   `db:"pfc_asym"`
	Role              string   `db:"role,omitempty"`
	Subport           string   `db:"subport,omitempty"`
}

// PortOperRow is what orchagent writes of a port into APPL_DB PORT_TABLE, directly and beside the configuration (sonic-contract 2.12, detail 17).
type PortOperRow struct {
	OperStatus   UpDown `db:"oper_status"`
	FlapCount    uint64 `db:"flap_count"`
	LastUpTime   string `db:"last_up_time,omitempty"`
	LastDownTime string `db:"last_down_time,omitempty"`
}

// The two keys of PORT_TABLE that are no ports (sonic-contract 2.9).
const (
	PortConfigDone = "PortConfigDone"
	PortInitDone   = "PortInitDone"
)

// PortConfigDoneRow is PORT_TABLE:PortConfigDone: all ports of CONFIG_DB have been written.
type PortConfigDoneRow struct {
	Count int `db:"count"`
}

// PortInitDoneRow is PORT_TABLE:PortInitDone: the netdevs of all those ports are there.
type PortInitDoneRow struct {
	Lanes string `db:"lanes,default=0"`
}

// PortStateRow is netsync's part of STATE_DB PORT_TABLE: the netdev exists, and how it is.
type PortStateRow struct {
	State      OK     `db:"state"`
	OperStatus UpDown `db:"netdev_oper_status"`
	Admin      UpDown `db:"admin_status"`
	MTU        uint32 `db:"mtu"`
}

// PortAsicStateRow is orchagent's part of STATE_DB PORT_TABLE: what the ASIC says of a port.
type PortAsicStateRow struct {
	Speed           OperSpeed `db:"speed"`
	FEC             OperFEC   `db:"fec"`
	SupportedSpeeds string    `db:"supported_speeds,omitempty"` // comma list, Mbit/s; absent if the ASIC does not tell
	SupportedFECs   string    `db:"supported_fecs,omitempty"`
	HostTxReady     bool      `db:"host_tx_ready"`
	LinkTraining    string    `db:"link_training_status,omitempty"` // off, on, trained, not_trained; absent if none is configured
	RemoteSpeeds    string    `db:"rmt_adv_speeds,omitempty"`       // comma list, with autonegotiation only
}

// OperSpeed is the speed of a link in Mbit/s; without a link it reads N/A.
type OperSpeed uint32

// MarshalText implements encoding.TextMarshaler.
func (s OperSpeed) MarshalText() ([]byte, error) {
	if s == 0 {
		return []byte(NotApplicable), nil
	}
	return strconv.AppendUint(nil, uint64(s), 10), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *OperSpeed) UnmarshalText(b []byte) error {
	if *s = 0; string(b) == NotApplicable {
		return nil
	}
	n, err := strconv.ParseUint(string(b), 10, 32)
	*s = OperSpeed(n)
	return err
}

// OperFEC is the forward error correction of a link; without a link it reads N/A.
type OperFEC FEC

// MarshalText implements encoding.TextMarshaler.
func (f OperFEC) MarshalText() ([]byte, error) {
	if FEC(f) == FECUnset {
		return []byte(NotApplicable), nil
	}
	return FEC(f).MarshalText()
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *OperFEC) UnmarshalText(b []byte) error { return (*FEC)(f).UnmarshalText(b) }

// NotApplicable stands for a value that there is none of.
const NotApplicable = "N/A"

// The tables of ports.
var (
	ConfigPort         = db.Define[string, PortRow](db.Config, "PORT")
	ApplPort           = db.Define[string, PortRow](db.Appl, "PORT_TABLE")
	ApplPortConfigDone = db.Define[string, PortConfigDoneRow](db.Appl, "PORT_TABLE")
	ApplPortInitDone   = db.Define[string, PortInitDoneRow](db.Appl, "PORT_TABLE")
	ApplPortOper       = db.Define[string, PortOperRow](db.Appl, "PORT_TABLE", db.WithTransport(db.Plain))
	StatePort          = db.Define[string, PortStateRow](db.State, "PORT_TABLE")
	StatePortAsic      = db.Define[string, PortAsicStateRow](db.State, "PORT_TABLE")
	CountersPortName   = db.Define[string, string](db.Counters, "COUNTERS_PORT_NAME_MAP", db.WithTransport(db.Map))
)
