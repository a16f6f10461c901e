package tables

import "github.com/hypersonic-nos/hypersonic/db"

// The rows of this file are all pointers: what a command changes of a row, and nothing else of it. What is nil is not written, so a default that
// nobody configured stays one.

// PortEditRow is a change of CONFIG_DB PORT.
type PortEditRow struct {
	AdminStatus   *UpDown `db:"admin_status"`
	Speed         *uint32 `db:"speed"`
	MTU           *uint32 `db:"mtu"`
	FEC           *FEC    `db:"fec"`
	Autoneg       *OnOff  `db:"autoneg"`
	AdvSpeeds     *string `db:"adv_speeds"`
	InterfaceType *string `db:"interface_type"`
	LinkTraining  *OnOff  `db:"link_training"`
	Description   *string `db:"description"`
	TPID          *string `db:"tpid"`
}

// LagEditRow is a change of CONFIG_DB PORTCHANNEL.
type LagEditRow struct {
	AdminStatus *UpDown `db:"admin_status"`
	MTU         *uint32 `db:"mtu"`
	MinLinks    *int    `db:"min_links"`
	Fallback    *bool   `db:"fallback"`
	FastRate    *bool   `db:"fast_rate"`
	LacpKey     *string `db:"lacp_key"`
	TPID        *string `db:"tpid"`
	Description *string `db:"description"`
}

// VlanEditRow is a change of CONFIG_DB VLAN.
type VlanEditRow struct {
	ID *uint16 `db:"vlanid"`
}

// BgpSessionEditRow is what starts and stops a session of CONFIG_DB BGP_NEIGHBOR, and what the neighbour is called.
type BgpSessionEditRow struct {
	AdminStatus *UpDown `db:"admin_status"`
	Name        *string `db:"name"`
	LocalAddr   *string `db:"local_addr"`
}

// The tables as commands change them.
var (
	ConfigPortEdit       = db.Define[string, PortEditRow](db.Config, "PORT")
	ConfigLagEdit        = db.Define[string, LagEditRow](db.Config, "PORTCHANNEL")
	ConfigVlanEdit       = db.Define[VlanID, VlanEditRow](db.Config, "VLAN")
	ConfigBgpSessionEdit = db.Define[string, BgpSessionEditRow](db.Config, "BGP_NEIGHBOR")
)
