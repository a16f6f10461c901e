package tests

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/db"
)

// mirrorRows are mirror sessions of either type, whose destinations come and go with routes, neighbours and FDB, and a rule that copies to one.
func (w *world) mirrorRows() {
	w.config("MIRROR_SESSION", "span", fields(choice("type", "SPAN"), choice("dst_port", "Ethernet0", "Ethernet4", bad+"Vlan7"), choice("src_port", "", "Ethernet16", "Ethernet16,PortChannel1"),
		choice("direction", "RX", "TX", "BOTH"), choice("queue", "", "1")))
	w.config("MIRROR_SESSION", "erspan", fields(choice("type", "", "ERSPAN"), choice("src_ip", "10.1.0.1"),
		choice("dst_ip", "30.1.0.9", "31.2.0.9", "20.3.0.9", "10.10.0.2", "10.30.0.2", "8.8.8.8"), choice("gre_type", "", "0x88be", "35137"), choice("dscp", "", "8", bad+"99"),
		choice("ttl", "", "64"), choice("src_port", "", "Ethernet12"), choice("direction", "RX", "BOTH")))
	w.config("ACL_TABLE", "MIRRORED", fields(choice("type", "MIRROR"), choice("ports@", "Ethernet12", "Ethernet16")))
	w.config("ACL_RULE", "MIRRORED|R", fields(choice("PRIORITY", "5", "6"), choice("DSCP", "8", "9/0x3f"), choice("MIRROR_INGRESS_ACTION", "erspan", "span")), "ACL_TABLE|MIRRORED")
}

// mirrorNeeds are the rows without which a rule waits for its session: the session, and the neighbour that it sends to. Destinations behind routes come and go with
// more than rows, so no rule of the end is for one.
func mirrorNeeds(name string, session []db.Field) []string {
	needs := []string{"MIRROR_SESSION|" + name}
	switch {
	case name == "span":
	case slices.Contains(session, db.Field{Name: "dst_ip", Value: "10.10.0.2"}):
		needs = append(needs, "NEIGH|Ethernet12|10.10.0.2")
	default:
		needs = append(needs, "a neighbour")
	}
	return needs
}
