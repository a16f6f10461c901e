package tests

// qosRows are maps, profiles and buffers, and two ports that use them. What a port names and is not there it is without, so it needs nothing.
func (w *world) qosRows() {
	w.config("DSCP_TO_TC_MAP", "AZURE", fields(choice("8", "0", "1", bad), choice("46", "", "5")))
	w.config("TC_TO_QUEUE_MAP", "AZURE", fields(choice("0", "0", "1"), choice("5", "", "5", bad)))
	w.config("SCHEDULER", "scheduler.0", fields(choice("type", "DWRR", "STRICT", bad), choice("weight", "", "14", "15"), choice("pir", "", "1250000")))
	w.config("WRED_PROFILE", "W", fields(choice("ecn", "ecn_all", "ecn_none"), choice("green_min_threshold", "", "10", "20"), choice("green_max_threshold", "", "30", bad)))
	w.config("BUFFER_POOL", "pool", fields(choice("type", "ingress", "egress"), choice("mode", "static", "dynamic"), choice("size", "1000000", "2000000", bad)))
	w.config("BUFFER_PROFILE", "profile", fields(choice("pool", "pool"), choice("size", "0", "1518"), choice("dynamic_th", "3", "-3", bad)), "BUFFER_POOL|pool")
	for _, p := range worldPorts()[:2] {
		w.config("PORT_QOS_MAP", p, fields(choice("dscp_to_tc_map", "", "AZURE"), choice("tc_to_queue_map", "", "AZURE"), choice("scheduler", "", "scheduler.0"), choice("pfc_enable", "", "3", "3,4", bad)))
		w.config("QUEUE", p+"|3-4", fields(choice("scheduler", "", "scheduler.0"), choice("wred_profile", "", "W")))
		w.config("BUFFER_PG", p+"|0", fields(choice("profile", "profile")), "BUFFER_PROFILE|profile")
		w.config("BUFFER_QUEUE", p+"|0-2", fields(choice("profile", "profile")), "BUFFER_PROFILE|profile")
		w.config("BUFFER_PORT_INGRESS_PROFILE_LIST", p, fields(choice("profile_list", "profile")), "BUFFER_PROFILE|profile")
	}
}
