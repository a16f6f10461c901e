package netsync

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/lldp"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// LLDPEntry is a neighbour as lldp_syncd writes it. The time mark is when it was found, in seconds before the row was written.
func LLDPEntry(e lldp.Entry) tables.LLDPEntryRow {
	var supported, enabled uint16
	for _, c := range e.Capabilities {
		supported |= capabilityBit(c.Type)
		if c.Enabled {
			enabled |= capabilityBit(c.Type)
		}
	}
	return tables.LLDPEntryRow{
		Index: e.Index, TimeMark: ageSeconds(e.Age),
		ChassisIDSubtype: chassisSubtype(e.Chassis.Type), ChassisID: e.Chassis.Value,
		PortIDSubtype: portSubtype(e.Port.Type), PortID: e.Port.Value, PortDescription: e.PortText,
		SysName: e.Name, SysDescription: e.Description,
		CapSupported: octets(supported), CapEnabled: octets(enabled), ManAddr: strings.Join(e.Management, ","),
	}
}

// capabilityBit is a capability's place in LLDP's bit map of two octets, the first bit first (802.1AB 8.5.8.1).
func capabilityBit(name string) uint16 {
	for i, n := range [...]string{"Other", "Repeater", "Bridge", "Wlan", "Router", "Tel", "Docsis", "Station"} {
		if n == name {
			return 0x8000 >> i
		}
	}
	return 0
}

func octets(bits uint16) string { return fmt.Sprintf("%02X %02X", bits>>8, bits&0xff) }

// chassisSubtype is the number of a kind of chassis ID (802.1AB table 8-2), empty for one that lldpd has no name for.
func chassisSubtype(kind string) string {
	return map[string]string{"component": "1", "ifalias": "2", "port": "3", "mac": "4", "ip": "5", "ifname": "6", "local": "7"}[kind]
}

// portSubtype is the number of a kind of port ID (802.1AB table 8-3).
func portSubtype(kind string) string {
	return map[string]string{"ifalias": "1", "component": "2", "mac": "3", "ip": "4", "ifname": "5", "agentid": "6", "local": "7"}[kind]
}

// ageSeconds reads lldpd's "2 days, 00:01:18"; what is written otherwise has no seconds.
func ageSeconds(age string) string {
	var days, h, m, s int
	var word string
	if _, err := fmt.Sscanf(age, "%d %s %d:%d:%d", &days, &word, &h, &m, &s); err != nil {
		return ""
	}
	return strconv.Itoa(((days*24+h)*60+m)*60 + s)
}

// LLDPPort is what a port tells its neighbour: its alias, as lldpmgrd has it, or its name; and its description, or its name.
func LLDPPort(name string, r tables.PortRow) lldp.Port {
	p := lldp.Port{Interface: name, ID: r.Alias, Description: r.Description}
	if p.ID == "" {
		p.ID = name
	}
	if p.Description == "" {
		p.Description = name
	}
	return p
}
