package tests

import "fmt"

// aclRows are tables of the types that share nothing, with rules that share counters, ranges and next hops.
func (w *world) aclRows() {
	ports := choice("ports@", "Ethernet0", "Ethernet12,Ethernet16", "Ethernet0,PortChannel1", "PortChannel1,PortChannel2", "Vlan10", "")
	w.config("ACL_TABLE_TYPE", "OURS", fields(choice("MATCHES@", "SRC_IP,DST_IP", "SRC_IP,IN_PORTS", bad+"COLOUR"), choice("ACTIONS@", "PACKET_ACTION"), choice("BIND_POINTS@", "PORT", "PORT,PORTCHANNEL")))
	tables := map[string][]string{
		"DATA": choice("type", "L3"), "DATA6": choice("type", "L3V6"), "OWN": choice("type", "OURS", "L3"),
	}
	for _, name := range []string{"DATA", "DATA6", "OWN"} {
		w.config("ACL_TABLE", name, fields(tables[name], ports, choice("stage", "", "ingress", "egress", bad+"left")))
	}
	priority := choice("PRIORITY", "10", "20", "30", bad+"high")
	action := choice("PACKET_ACTION", "FORWARD", "DROP", bad+"LOSE")
	for i := range 4 {
		w.config("ACL_RULE", fmt.Sprintf("DATA|R%d", i), fields(priority, action, choice("SRC_IP", "10.0.0.0/8", "10.1.0.0/16", ""),
			choice("L4_DST_PORT_RANGE", "", "1-1023", "1024-2047"), choice("TCP_FLAGS", "", "0x2/0x12")), "ACL_TABLE|DATA")
		w.config("ACL_RULE", fmt.Sprintf("DATA6|R%d", i), fields(priority, action, choice("SRC_IPV6", "fc00::/16", "fc01::1/128")), "ACL_TABLE|DATA6")
		w.config("ACL_RULE", fmt.Sprintf("OWN|R%d", i), fields(priority, action, choice("SRC_IP", "10.0.0.0/8"), choice("DST_IP", "", "10.1.0.1")), "ACL_TABLE|OWN")
	}
	w.config("ACL_RULE", "DATA|TO", fields(priority, choice("SRC_IP", "11.0.0.0/8"), choice("REDIRECT_ACTION", "10.10.0.2@Ethernet12", "10.20.0.2@PortChannel1", "10.10.1.3@Ethernet12")), "ACL_TABLE|DATA")
}
