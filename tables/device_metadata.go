package tables

import "github.com/hypersonic-nos/hypersonic/db"

// Localhost is the key of DEVICE_METADATA that describes this switch.
const Localhost = "localhost"

// DeviceMetadataRow is CONFIG_DB DEVICE_METADATA|localhost, the fields that have an effect here.
type DeviceMetadataRow struct {
	Hostname           string   `db:"hostname,omitempty"`
	MAC                *MAC     `db:"mac"`
	HwSKU              string   `db:"hwsku,omitempty"`
	Platform           string   `db:"platform,omitempty"`
	Type               string   `db:"type,omitempty"`
	Subtype            string   `db:"subtype,omitempty"`
	SwitchType         string   `db:"switch_type,omitempty"`
	BgpASN             string   `db:"bgp_asn,omitempty"`
	BgpRouterID        string   `db:"bgp_router_id,omitempty"`
	DefaultBgpStatus   *UpDown  `db:"default_bgp_status"`
	LoopbackAs128      *bool    `db:"bgp_adv_lo_prefix_as_128"`
	FrrMgmtFramework   *bool    `db:"frr_mgmt_framework_config"`
	DeploymentID       string   `db:"deployment_id,omitempty"`
	BufferModel        string   `db:"buffer_model,omitempty"`
	SynchronousMode    *Enable  `db:"synchronous_mode"`
	SuppressFIBPending *Enabled `db:"suppress-fib-pending"`
	NexthopGroup       *Enabled `db:"nexthop_group"`
}

// ConfigDeviceMetadata is the table DEVICE_METADATA.
var ConfigDeviceMetadata = db.Define[string, DeviceMetadataRow](db.Config, "DEVICE_METADATA")
