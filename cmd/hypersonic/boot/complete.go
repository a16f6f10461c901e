package boot

import (
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Complete fills in what a configuration lacks and nothing works without, as a boot with it does: the SKU's ports, the switch's MAC address, and which counters
// are polled.
func Complete(env daemon.Env, rows []configjson.Row) ([]configjson.Row, error) {
	mac, err := env.SwitchMAC()
	if err != nil {
		return nil, err
	}
	if !hasTable(rows, tables.ConfigPort.Name) {
		sku, err := env.SKU()
		if err != nil {
			return nil, err
		}
		rows = append(rows, PortRows(sku.Ports)...)
	}
	return withDefaults(rows, mac), nil
}

// withDefaults adds what SONiC's own start adds to a configuration: the MAC address, and the counters that are polled.
func withDefaults(rows []configjson.Row, mac tables.MAC) []configjson.Row {
	return withCounters(withMetadata(rows, mac))
}

// withCounters enables the groups of counters that the configuration does not speak of. SONiC's enable_counters does it a minute after the start, for
// more groups: those of buffers, of which a software ASIC has none, are left to whoever wants to see zeros.
func withCounters(rows []configjson.Row) []configjson.Row {
	t := tables.ConfigFlexCounter.Name
	spoken := map[string]bool{}
	for _, r := range rows {
		if r.Table == t {
			spoken[r.Key] = true
		}
	}
	for _, group := range []string{tables.FlexPort, tables.FlexQueue, tables.FlexRif, tables.FlexAcl} {
		if !spoken[group] {
			rows = append(rows, configjson.Row{Table: t, Key: group, Fields: []db.Field{{Name: "FLEX_COUNTER_STATUS", Value: "enable"}}})
		}
	}
	return rows
}
