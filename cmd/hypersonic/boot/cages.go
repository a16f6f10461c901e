package boot

import (
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
)

// Cages are what the ports of a model can be split into.
func Cages(sku hwsku.SKU) (out []cli.Cage) {
	for _, b := range sku.Breakouts {
		var lanes, indexes, modes []string
		for i, l := range b.Lanes {
			lanes, indexes = append(lanes, strconv.Itoa(int(l))), append(indexes, strconv.Itoa(b.Indexes[i]))
		}
		for _, m := range b.Modes {
			modes = append(modes, m.Name)
		}
		out = append(out, cli.Cage{
			Port: b.Port, Lanes: strings.Join(lanes, ","), Index: strings.Join(indexes, ","), Default: b.Default, Modes: modes,
			Ports: func(mode string) ([]configjson.Row, error) {
				ports, err := b.Ports(mode)
				return PortRows(ports), err
			},
		})
	}
	return out
}
