// Package objects makes SAI objects an engine target: it knows which OID belongs to which natural key, turns references into OIDs, and
// calls a sai.API in bulk. OIDs end here; the translations above never see one.
//
// The names outlive the process: Names keeps natural keys beside the OIDs in ASIC_DB, so that a restarted orchagent adopts what exists by name
// and touches only differences.
package objects
