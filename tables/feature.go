package tables

import "github.com/hypersonic-nos/hypersonic/db"

// FeatureRow is CONFIG_DB FEATURE: a container of SONiC's and whether it runs. Nothing here starts or stops by it; it is kept and shown.
type FeatureRow struct {
	State             string `db:"state,omitempty"`
	AutoRestart       string `db:"auto_restart,omitempty"`
	SetOwner          string `db:"set_owner,omitempty"`
	NoFallbackToLocal string `db:"no_fallback_to_local,omitempty"`
}

// FeatureStateRow is STATE_DB FEATURE.
type FeatureStateRow struct {
	SystemState      string `db:"system_state,omitempty"`
	UpdateTime       string `db:"update_time,omitempty"`
	ContainerID      string `db:"container_id,omitempty"`
	ContainerVersion string `db:"container_version,omitempty"`
	CurrentOwner     string `db:"current_owner,omitempty"`
	RemoteState      string `db:"remote_state,omitempty"`
}

// The tables of features.
var (
	ConfigFeature = db.Define[string, FeatureRow](db.Config, "FEATURE")
	StateFeature  = db.Define[string, FeatureStateRow](db.State, "FEATURE")
)
