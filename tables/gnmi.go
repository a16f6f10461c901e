package tables

import "github.com/hypersonic-nos/hypersonic/db"

// GnmiRow is CONFIG_DB GNMI, of which there are two rows in SONiC: gnmi has how the server listens, certs its files. The fields behind the first line of each are
// ours, not SONiC's.
type GnmiRow struct {
	// gnmi
	Port       *uint16 `db:"port"`
	ClientAuth *bool   `db:"client_auth"` // clients need a certificate
	UserAuth   *string `db:"user_auth"`   // password, cert, none, or several of them by commas
	SaveOnSet  *bool   `db:"save_on_set"`
	Threshold  *uint32 `db:"threshold"`          // connections at a time
	Idle       *uint32 `db:"idle_conn_duration"` // s; 0: connections stay
	LogLevel   *uint32 `db:"log_level"`
	Insecure   *bool   `db:"insecure"`      // without certificates, listen on other addresses than loopback too
	Wait       *bool   `db:"wait_for_asic"` // every Set answers when the ASIC has it
	Metrics    *uint16 `db:"metrics_port"`  // of /metrics for Prometheus; 0: none
	Anonymous  *string `db:"anonymous"`     // what who has neither certificate nor password may do: none, readonly, readwrite

	// certs
	ServerCert *string `db:"server_crt"`
	ServerKey  *string `db:"server_key"`
	CACert     *string `db:"ca_crt"`
}

// GnmiClientRow is CONFIG_DB GNMI_CLIENT_CERT: what a client may do, by its certificate's common name. SONiC's roles have the forms gnmi_config_db_readwrite,
// gnmi_readonly and gnmi_noaccess.
type GnmiClientRow struct {
	Roles []string `db:"role,list"`
}

// The tables of the gNMI server.
var (
	ConfigGnmi       = db.Define[string, GnmiRow](db.Config, "GNMI")
	ConfigGnmiClient = db.Define[string, GnmiClientRow](db.Config, "GNMI_CLIENT_CERT")
)

// The keys of GNMI.
const (
	GnmiServer = "gnmi"
	GnmiCerts  = "certs"
)
