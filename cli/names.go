package cli

import (
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What interfaces are called.
const (
	ethernet       = "Ethernet"
	portChannel    = "PortChannel"
	vlanPrefix     = "Vlan"
	loopbackPrefix = "Loopback"
	vrfPrefix      = "Vrf"
	subInterface   = "." // between a port and the number of its sub-interface
)

type interfaceTable = db.Table[tables.InterfaceKey, tables.InterfaceRow]

func interfaceTables() []interfaceTable {
	return []interfaceTable{
		tables.ConfigInterface, tables.ConfigLagInterface, tables.ConfigVlanInterface, tables.ConfigLoopbackInterface, tables.ConfigSubInterface,
	}
}

// tableOf is the table that holds an interface of the name; ok is false for a name that no interface has.
func tableOf(name string) (t interfaceTable, ok bool) {
	switch {
	case strings.Contains(name, subInterface) && (strings.HasPrefix(name, "Eth") || strings.HasPrefix(name, "Po")):
		return tables.ConfigSubInterface, true
	case strings.HasPrefix(name, ethernet):
		return tables.ConfigInterface, true
	case strings.HasPrefix(name, portChannel):
		return tables.ConfigLagInterface, true
	case strings.HasPrefix(name, vlanPrefix):
		return tables.ConfigVlanInterface, true
	case strings.HasPrefix(name, loopbackPrefix):
		return tables.ConfigLoopbackInterface, true
	}
	return t, false
}

// errName is SONiC's answer to a name that no interface has.
func errName() error {
	return fail("'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan/Loopback]")
}

// maxRange bounds a range of names, so that a slip of the finger costs no memory.
const maxRange = 10000

// expand reads a list of names with ranges: Ethernet0-8,PortChannel1.
func expand(list string) ([]string, error) {
	var out []string
	for name := range strings.SplitSeq(list, ",") {
		first, last, ranged := strings.Cut(name, "-")
		prefix := strings.TrimRight(first, "0123456789")
		if !ranged || prefix != ethernet && prefix != portChannel {
			out = append(out, name)
			continue
		}
		from, err := strconv.Atoi(first[len(prefix):])
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from > to || to-from > maxRange {
			return nil, fail("Invalid interface range '%s'. Expected a range like '%s0-3'.", name, prefix)
		}
		for i := from; i <= to; i++ {
			out = append(out, prefix+strconv.Itoa(i))
		}
	}
	return out, nil
}

// known tells whether CONFIG_DB has an interface of the name: a port, a LAG, a sub-interface or a loopback.
func (c *candidate) known(name string) bool {
	return has(c, tables.ConfigPort, name) || has(c, tables.ConfigLag, name) ||
		has(c, tables.ConfigSubInterface, tables.InterfaceKey{Name: name}) || has(c, tables.ConfigLoopbackInterface, tables.InterfaceKey{Name: name})
}

// lagOf is the LAG that a port is a member of, or nothing.
func (c *candidate) lagOf(port string) string {
	for _, e := range rowsOf(c, tables.ConfigLagMember) {
		if e.Key.Port == port {
			return e.Key.Lag
		}
	}
	return ""
}

// vlansOf are the VLANs that a port or LAG is a member of.
func (c *candidate) vlansOf(port string) (out []tables.VlanID) {
	for _, e := range rowsOf(c, tables.ConfigVlanMember) {
		if e.Key.Port == port {
			out = append(out, e.Key.Vlan)
		}
	}
	return out
}

// routed tells whether a port or LAG has rows of a router interface.
func (c *candidate) routed(name string) bool {
	t, ok := tableOf(name)
	if !ok {
		return false
	}
	for _, e := range rowsOf(c, t) {
		if e.Key.Name == name {
			return true
		}
	}
	return false
}
