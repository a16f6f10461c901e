package mapping

// Models are all that is mapped.
func Models() []Model {
	return []Model{
		{Name: "openconfig-interfaces", Rows: interfaces()},
		{Name: "openconfig-network-instance", Rows: networkInstances()},
		{Name: "openconfig-bgp", Rows: bgp()},
		{Name: "openconfig-routing-policy", Rows: routingPolicy()},
		{Name: "openconfig-lldp", Rows: lldp()},
		{Name: "openconfig-lacp", Rows: lacp()},
		{Name: "openconfig-aft", Rows: afts()},
		{Name: "openconfig-system", Rows: system()},
		{Name: "openconfig-platform", Rows: platform()},
		{Name: "openconfig-acl", Rows: acl()},
		{Name: "openconfig-sampling-sflow", Rows: sampling()},
		{Name: "openconfig-qos", Rows: qos()},
	}
}
