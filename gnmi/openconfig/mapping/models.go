package mapping

// Models are all that is mapped.
func Models() []Model {
	return []Model{
		{Name: "openconfig-interfaces", Rows: interfaces()},
	}
}
