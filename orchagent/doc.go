// Package orchagent turns APPL_DB into SAI objects: one file a feature, each a few pure functions from a row to the objects it wants. The engine
// orders, waits, compares and repeats; the names are SONiC's (orchagent/vlan.go is PortsOrch's VLAN half, route.go is RouteOrch, and so on).
//
// Objects are named by what they are (sai.VlanKey{ID: 100}): nothing here knows an OID, and nothing does I/O. What the ASIC tells by itself
// (link state, learned addresses) comes as rows of fact tables (tables.FactPortOper ...), written by Events.
package orchagent
