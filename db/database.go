// Package db is SONiC's database layer: which databases there are, tables with typed keys and rows, and the Store that moves
// rows in and out of Redis by SONiC's protocols. Implementations: db/redis (the real thing) and db/mem (the same contract in memory).
// Everything above db works with typed keys and rows; field names stay here and in the struct tags of package tables.
package db

import "strconv"

// ID is a database number as SONiC's database_config.json assigns it.
type ID int

// The databases that Hypersonic reads and writes (sonic-contract 2.1).
const (
	Appl        ID = 0
	Asic        ID = 1
	Counters    ID = 2
	LogLevel    ID = 3
	Config      ID = 4
	FlexCounter ID = 5
	State       ID = 6
	ApplState   ID = 14
)

// Local is the memory of the process itself: tables of facts that feed translations like any database's, and that only db/mem holds.
const Local ID = -1

// dpuAppl is the second database that goes by the state-table protocol.
const dpuAppl ID = 15

// databases are all databases of SONiC in order of their numbers.
var databases = [...]struct{ name, separator string }{
	{"APPL_DB", ":"}, {"ASIC_DB", ":"}, {"COUNTERS_DB", ":"}, {"LOGLEVEL_DB", ":"}, {"CONFIG_DB", "|"}, {"FLEX_COUNTER_DB", ":"},
	{"STATE_DB", "|"}, {"SNMP_OVERLAY_DB", "|"}, {"RESTAPI_DB", "|"}, {"GB_ASIC_DB", ":"}, {"GB_COUNTERS_DB", ":"},
	{"GB_FLEX_COUNTER_DB", ":"}, {"CHASSIS_APP_DB", "|"}, {"CHASSIS_STATE_DB", "|"}, {"APPL_STATE_DB", ":"}, {"DPU_APPL_DB", ":"},
	{"DPU_APPL_STATE_DB", "|"}, {"DPU_STATE_DB", "|"}, {"DPU_COUNTERS_DB", ":"}, {"EVENT_DB", "|"}, {"BMP_STATE_DB", "|"},
}

// String is SONiC's name of the database, for example APPL_DB.
func (id ID) String() string {
	if id >= 0 && int(id) < len(databases) {
		return databases[id].name
	}
	if id == Local {
		return "LOCAL"
	}
	return "DB" + strconv.Itoa(int(id))
}

// Separator stands between table and key and between the parts of a key.
func (id ID) Separator() string {
	if id >= 0 && int(id) < len(databases) {
		return databases[id].separator
	}
	if id == Local {
		return "|"
	}
	return ":"
}
