// Package flex polls counters: FLEX_COUNTER_DB says which counters of which objects, and how often (sonic-contract 2.10, 4.12). It asks the ASIC in bulk and
// writes COUNTERS_DB: COUNTERS by object id, and the rates of ports and router interfaces.
//
// It reads what syncd has written at an orchagent's command, ours or SONiC's, and needs nothing else of syncd: object ids are translated by VIDTORID.
//
// One goroutine owns the groups and polls; another one hands it the changes of FLEX_COUNTER_DB. What has not changed since it was written is not
// written again, but for a whole row now and then, in case somebody has touched it.
//
// Unlike SONiC's, rates are over the time that has really passed between two polls, and computed here: the Lua plugins that a group may name are not run.
package flex
