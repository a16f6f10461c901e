package boot

import (
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Complete fills in what a configuration lacks and nothing works without, as a boot with it does: the SKU's ports and the switch's MAC address.
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
		rows = append(rows, skuRows(sku)...)
	}
	return withMetadata(rows, mac), nil
}
