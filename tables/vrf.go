package tables

import "github.com/hypersonic-nos/hypersonic/db"

// VrfRow is CONFIG_DB VRF and APPL_DB VRF_TABLE.
type VrfRow struct {
	VNI      *uint32 `db:"vni,range=0..16777215"`
	Fallback *bool   `db:"fallback"`
}

// The tables of VRFs. VRF_OBJECT_TABLE says that the ASIC has the virtual router; its absence lets cfgmgr delete the kernel device.
var (
	ConfigVrf      = db.Define[string, VrfRow](db.Config, "VRF")
	ApplVrf        = db.Define[string, VrfRow](db.Appl, "VRF_TABLE")
	StateVrf       = db.Define[string, StateRow](db.State, "VRF_TABLE")
	StateVrfObject = db.Define[string, StateRow](db.State, "VRF_OBJECT_TABLE")
)
