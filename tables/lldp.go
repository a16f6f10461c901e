package tables

import "github.com/hypersonic-nos/hypersonic/db"

// LLDPEntryRow is APPL_DB LLDP_ENTRY_TABLE: what the other end of a port tells of itself, as SONiC's lldp_syncd writes it. Capabilities are two
// octets in hexadecimal with a space between them, LLDP's bit map (802.1AB 8.5.8.1): the first bit of the first octet is `other`.
type LLDPEntryRow struct {
	Index            string `db:"lldp_rem_index,omitempty"`
	TimeMark         string `db:"lldp_rem_time_mark,omitempty"`
	ChassisIDSubtype string `db:"lldp_rem_chassis_id_subtype,omitempty"`
	ChassisID        string `db:"lldp_rem_chassis_id,omitempty"`
	PortIDSubtype    string `db:"lldp_rem_port_id_subtype,omitempty"`
	PortID           string `db:"lldp_rem_port_id,omitempty"`
	PortDescription  string `db:"lldp_rem_port_desc,omitempty"`
	SysName          string `db:"lldp_rem_sys_name,omitempty"`
	SysDescription   string `db:"lldp_rem_sys_desc,omitempty"`
	CapSupported     string `db:"lldp_rem_sys_cap_supported,omitempty"`
	CapEnabled       string `db:"lldp_rem_sys_cap_enabled,omitempty"`
	ManAddr          string `db:"lldp_rem_man_addr,omitempty"`
}

// ApplLLDPEntry is the table LLDP_ENTRY_TABLE, by interface. SONiC's writer uses plain hashes here, not the state-table protocol.
var ApplLLDPEntry = db.Define[string, LLDPEntryRow](db.Appl, "LLDP_ENTRY_TABLE", db.WithTransport(db.Plain))
