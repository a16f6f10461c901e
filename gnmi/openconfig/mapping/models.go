package mapping

// Models are all that is mapped.
func Models() []Model {
	return []Model{
		{Name: "openconfig-interfaces", Rows: interfaces()},
		{Name: "openconfig-network-instance", Rows: networkInstances()},
		{Name: "openconfig-aft", Rows: afts()},
		{Name: "openconfig-bgp", Rows: bgp()},
	}
}
