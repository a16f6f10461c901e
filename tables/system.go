package tables

import "github.com/hypersonic-nos/hypersonic/db"

// NtpRow is CONFIG_DB NTP|global.
type NtpRow struct {
	AdminState     *Enabled `db:"admin_state"`
	Authentication *Enabled `db:"authentication"`
	DHCP           *Enabled `db:"dhcp"`
	ServerRole     *Enabled `db:"server_role"`
	SrcInterface   *string  `db:"src_intf"`
	Vrf            *string  `db:"vrf"` // default or mgmt
}

// NtpServerRow is CONFIG_DB NTP_SERVER, by the server's address or name.
type NtpServerRow struct {
	Association *string  `db:"association_type"` // server or pool
	AdminState  *Enabled `db:"admin_state"`
	IBurst      *OnOff   `db:"iburst"`
	Version     *uint8   `db:"version"`
	Key         *uint16  `db:"key"`
	Trusted     *string  `db:"trusted"` // yes or no
	ResolveAs   *string  `db:"resolve_as"`
}

// SyslogServerRow is CONFIG_DB SYSLOG_SERVER, by the server's address or name.
type SyslogServerRow struct {
	Source   *string `db:"source"`
	Port     *uint16 `db:"port"`
	Vrf      *string `db:"vrf"`
	Protocol *string `db:"protocol"` // udp or tcp
	Severity *string `db:"severity"`
	Filter   *string `db:"filter"`
	FilterRE *string `db:"filter_regex"`
}

// DnsServerRow is CONFIG_DB DNS_NAMESERVER, by the server's address: being there is all it says.
type DnsServerRow struct{}

// BannerRow is CONFIG_DB BANNER_MESSAGE|global.
type BannerRow struct {
	State  *Enabled `db:"state"`
	Login  *string  `db:"login"`
	Motd   *string  `db:"motd"`
	Logout *string  `db:"logout"`
}

// Global is the key of tables that have one row, of which SONiC spells some in capital letters.
const Global = "global"

// The tables of the system's services.
var (
	ConfigNtp          = db.Define[string, NtpRow](db.Config, "NTP")
	ConfigNtpServer    = db.Define[string, NtpServerRow](db.Config, "NTP_SERVER")
	ConfigSyslogServer = db.Define[string, SyslogServerRow](db.Config, "SYSLOG_SERVER")
	ConfigDnsServer    = db.Define[string, DnsServerRow](db.Config, "DNS_NAMESERVER")
	ConfigBanner       = db.Define[string, BannerRow](db.Config, "BANNER_MESSAGE")
)
