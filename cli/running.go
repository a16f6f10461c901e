package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showRunning is `show runningconfiguration`.
func showRunning(sw *Switch) *cobra.Command {
	table := func(use, short string, t *db.Schema) *cobra.Command {
		return &cobra.Command{Use: use, Short: short, Args: between(0, "name"), RunE: sw.look(func(v *view, args []string) error {
			return v.printTable(t.Name, arg(args, 0))
		})}
	}
	return group("runningconfiguration", "Show current running configuration information",
		&cobra.Command{Use: "all", Short: "Show full running configuration", Args: exactly(), RunE: sw.look(runningAll)},
		&cobra.Command{Use: "bgp", Short: "Show BGP running configuration", Args: exactly(), RunE: sw.ask(func(v *view, _ []string) error {
			return v.vty(bgpd, "show running-config")
		})},
		table("interfaces [interfacename]", "Show interfaces running configuration", tables.ConfigInterface.Schema),
		table("ports [portname]", "Show ports running configuration", tables.ConfigPort.Schema),
	)
}

// document is CONFIG_DB as config_db.json has it.
type document map[string]map[string]map[string]any

func (v *view) document() (document, error) {
	c, err := readConfig(v.ctx, v.store)
	if err != nil {
		return nil, err
	}
	return documentOf(c.Content())
}

func documentOf(list []configjson.Row) (document, error) {
	text, err := configjson.Format(list)
	if err != nil {
		return nil, err
	}
	d := document{}
	err = json.NewDecoder(bytes.NewReader(text)).Decode(&d)
	return d, err
}

// runningAll prints CONFIG_DB and FRR's configuration, if there is FRR.
func runningAll(v *view, _ []string) error {
	d, err := v.document()
	if err != nil {
		return err
	}
	out := make(map[string]any, len(d)+1)
	for table, rows := range d {
		out[table] = rows
	}
	if text, err := v.FRR(v.ctx, bgpd, "show running-config"); err == nil {
		out["bgpraw"] = text
	} else {
		fmt.Fprintln(v.err, "Warning: no routing configuration:", oneLine(err.Error()))
	}
	return grid.JSON(v.out, out)
}

// printTable prints a table of CONFIG_DB, or the row of one key and of the keys that begin with it.
func (v *view) printTable(table, key string) error {
	d, err := v.document()
	if err != nil {
		return err
	}
	rows := d[table]
	if rows == nil {
		rows = map[string]map[string]any{}
	}
	if key == "" {
		return grid.JSON(v.out, rows)
	}
	if row, ok := rows[key]; ok && !hasChildren(rows, key) {
		return grid.JSON(v.out, row)
	}
	some := map[string]map[string]any{}
	for k, row := range rows {
		if k == key || strings.HasPrefix(k, key+db.Config.Separator()) {
			some[k] = row
		}
	}
	return grid.JSON(v.out, some)
}

func hasChildren(rows map[string]map[string]any, key string) bool {
	for k := range rows {
		if strings.HasPrefix(k, key+db.Config.Separator()) {
			return true
		}
	}
	return false
}
