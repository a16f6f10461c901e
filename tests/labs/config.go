package labs

import (
	"fmt"
	"strings"
)

// config is a config_db.json that is being written: tables in the order of their first row.
type config struct {
	order []string
	rows  map[string][]string
}

func (c *config) add(table, key, fields string) {
	if c.rows == nil {
		c.rows = map[string][]string{}
	}
	if _, ok := c.rows[table]; !ok {
		c.order = append(c.order, table)
	}
	c.rows[table] = append(c.rows[table], fmt.Sprintf("    %q: {%s}", key, fields))
}

func (c *config) text() string {
	var parts []string
	for _, t := range c.order {
		parts = append(parts, fmt.Sprintf("  %q: {\n%s\n  }", t, strings.Join(c.rows[t], ",\n")))
	}
	return "{\n" + strings.Join(parts, ",\n") + "\n}\n"
}

// portName is SONiC's name of the port whose wire is ethN.
func portName(n int) string { return fmt.Sprintf("Ethernet%d", 4*(n-1)) }

func (c *config) device(name string, asn int) {
	c.add("DEVICE_METADATA", "localhost", fmt.Sprintf(
		`"hostname": %q, "hwsku": "Force10-S6000", "platform": "x86_64-kvm_x86_64-r0", "bgp_asn": "%d", "frr_mgmt_framework_config": "true"`, name, asn))
}

// port is the port of ethN, as SKU Force10-S6000 has it.
func (c *config) port(n int, description string) {
	lane := 25 + 4*(n-1)
	c.add("PORT", portName(n), fmt.Sprintf(
		`"lanes": "%d,%d,%d,%d", "alias": "fortyGigE0/%d", "index": "%d", "speed": "40000", "mtu": "9100", "admin_status": "up", "description": %q`,
		lane, lane+1, lane+2, lane+3, 4*(n-1), n-1, description))
}

// link is a link between leaf and spine and the neighbours on it. own is this side's part: 0 the spine's, 1 the leaf's.
func (c *config) link(unnumbered bool, n int, net4, net6 string, own, asn int) {
	p := portName(n)
	if unnumbered {
		c.add("INTERFACE", p, `"ipv6_use_link_local_only": "enable"`)
		c.add("BGP_NEIGHBOR", "default|"+p, `"peer_group_name": "FABRIC"`)
		return
	}
	c.add("INTERFACE", p, "")
	c.add("INTERFACE", fmt.Sprintf("%s|%s.%d/31", p, net4, own), "")
	c.add("INTERFACE", fmt.Sprintf("%s|%s:%d/126", p, net6, own+1), "")
	c.add("BGP_NEIGHBOR", fmt.Sprintf("default|%s.%d", net4, 1-own), fmt.Sprintf(`"peer_group_name": "FABRIC4", "asn": "%d"`, asn))
	c.add("BGP_NEIGHBOR", fmt.Sprintf("default|%s:%d", net6, 2-own), fmt.Sprintf(`"peer_group_name": "FABRIC6", "asn": "%d"`, asn))
}

// routing is the instance of BGP, the neighbours' groups, and what is announced: every connected network.
func (c *config) routing(asn int, loopback4, loopback6 string, unnumbered bool) {
	c.add("LOOPBACK_INTERFACE", "Loopback0", "")
	c.add("LOOPBACK_INTERFACE", fmt.Sprintf("Loopback0|%s/32", loopback4), "")
	c.add("LOOPBACK_INTERFACE", fmt.Sprintf("Loopback0|%s/128", loopback6), "")
	c.add("BGP_GLOBALS", "default", fmt.Sprintf(`"local_asn": "%d", "router_id": %q, "load_balance_mp_relax": "true"`, asn, loopback4))
	group := `"keepalive": "3", "holdtime": "9", "conn_retry": "1"`
	af := map[string]string{"ipv4": `"admin_status": "up"`, "ipv6": `"admin_status": "up"`}
	for _, family := range []string{"ipv4", "ipv6"} {
		c.add("BGP_GLOBALS_AF", "default|"+family+"_unicast", `"max_ebgp_paths": "16"`)
		c.add("ROUTE_REDISTRIBUTE", "default|connected|bgp|"+family, "")
	}
	if unnumbered {
		c.add("BGP_PEER_GROUP", "default|FABRIC", `"peer_type": "external", `+group)
		c.add("BGP_PEER_GROUP_AF", "default|FABRIC|ipv4_unicast", af["ipv4"])
		c.add("BGP_PEER_GROUP_AF", "default|FABRIC|ipv6_unicast", af["ipv6"])
		return
	}
	// SONiC takes neighbours by link-local address over only where the interface says so: the next hop shall be the other side's global address.
	c.add("ROUTE_MAP", "GLOBAL|10", `"route_operation": "permit", "set_ipv6_next_hop_prefer_global": "true"`)
	c.add("BGP_PEER_GROUP", "default|FABRIC4", group)
	c.add("BGP_PEER_GROUP_AF", "default|FABRIC4|ipv4_unicast", af["ipv4"])
	c.add("BGP_PEER_GROUP", "default|FABRIC6", group)
	c.add("BGP_PEER_GROUP_AF", "default|FABRIC6|ipv6_unicast", af["ipv6"]+`, "route_map_in": ["GLOBAL"]`)
}
