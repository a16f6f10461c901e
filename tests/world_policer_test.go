package tests

// policerRows are groups of traps and traps that go from one to another, policers, and limits of what ports flood. A trap whose group is not there is not
// installed, so it needs nothing.
func (w *world) policerRows() {
	limits := fields(choice("meter_type", "packets", "bytes"), choice("mode", "sr_tcm", "tr_tcm", "storm", bad+"fast"), choice("cir", "", "600", "6000", bad+"many"), choice("cbs", "", "600"),
		choice("pir", "", "9000"), choice("red_packet_action", "", "drop"), choice("green_packet_action", "", "forward", bad+"paint"))
	for _, name := range []string{"limit1", "limit2"} {
		w.config("POLICER", name, limits)
	}
	group := fields(choice("trap_action", "trap", "copy", "drop", bad+"shout"), choice("trap_priority", "1", "4"), choice("queue", "0", "4"), choice("meter_type", "packets", "bytes"),
		choice("mode", "sr_tcm", "tr_tcm", "storm"), choice("cir", "600", "6000", bad+"many"), choice("cbs", "600"), choice("red_action", "", "drop"))
	for _, name := range []string{"default", "group1", "group2"} {
		w.config("COPP_GROUP", name, group)
	}
	of, always := choice("trap_group", "group1", "group2", "default", "nowhere"), choice("always_enabled", "", "true", "false", bad+"often")
	w.config("COPP_TRAP", "bgp", fields(choice("trap_ids", "bgp", "bgp,bgpv6"), of, always))
	w.config("COPP_TRAP", "ospf", fields(choice("trap_ids", "ospf", "ospf,ospfv6"), of, always))
	w.config("COPP_TRAP", "dhcp", fields(choice("trap_ids", "dhcp,dhcpv6", "dhcp"), of, always))
	w.config("FEATURE", "ospf", fields(choice("state", "enabled", "disabled")))
	for _, p := range worldPorts()[:2] {
		for _, kind := range []string{"broadcast", "unknown-unicast", "unknown-multicast"} {
			w.config("PORT_STORM_CONTROL", p+"|"+kind, fields(choice("kbps", "80", "8000", bad+"0")))
		}
	}
}
