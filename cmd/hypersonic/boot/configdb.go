package boot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// ConfigDB fills CONFIG_DB unless it is filled already: the file is read and checked as a whole, written in one transaction, and then marked as
// loaded. Without a file it is the SKU's ports, down, as SONiC's virtual switch starts. A file that is not good gives way to the last one that was (choose); it is
// left as it is.
func ConfigDB(ctx context.Context, env daemon.Env, keyspace db.Keyspace, sku hwsku.SKU, mac tables.MAC) error {
	_, err := fill(ctx, env, keyspace, sku, mac)
	return err
}

// fill is ConfigDB; generated: the ports are the SKU's, and no file's.
func fill(ctx context.Context, env daemon.Env, keyspace db.Keyspace, sku hwsku.SKU, mac tables.MAC) (generated bool, err error) {
	raw := keyspace.Raw(db.Config)
	if v, ok, err := raw.Get(ctx, candidate.Initialized); err != nil || ok && v == "1" {
		return false, err
	}
	file := configFile(env)
	read, wrong := readConfig(env, file)
	rows, said := read, ""
	if read != nil || wrong != nil {
		rows, said = choose(env, file, read, wrong)
	}
	if said != "" {
		env.Log.Error("configuration", "err", said)
	}
	good := rows != nil && said == ""
	if !hasTable(rows, tables.ConfigPort.Name) {
		rows, generated = append(rows, PortRows(sku.Ports)...), true
	}
	config := candidate.Of(withDefaults(rows, mac))
	if good {
		if err := KeepGood(env, config.Content()); err != nil {
			env.Log.Warn("the configuration is not kept", "err", err)
		}
	}
	if unknown := config.Unknown(); len(unknown) > 0 {
		env.Log.Warn("tables of the configuration that nothing here reads are kept", "tables", unknown)
	}
	if err := report(ctx, keyspace, file, said, config.Unknown()); err != nil {
		return false, err
	}
	if err := raw.Write(ctx, writesOf(config.Content())); err != nil {
		return false, fmt.Errorf("CONFIG_DB: %w", err)
	}
	env.Log.Info("configuration loaded", "rows", len(config.Content()))
	return generated, raw.Set(ctx, candidate.Initialized, "1")
}

func writesOf(rows []configjson.Row) []db.RawWrite {
	writes := make([]db.RawWrite, len(rows))
	for i, r := range rows {
		writes[i] = db.RawWrite{Key: r.FullKey(), Fields: r.Fields}
	}
	return writes
}

// configFile is the file that counts: one in /var/sonic, which topologies mount, goes before SONiC's own place (lab.md 1.6).
func configFile(env daemon.Env) string {
	if mounted := env.Path("var/sonic/config_db.json"); exists(mounted) {
		return mounted
	}
	return env.ConfigDB()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readConfig reads the file; without one there are neither rows nor an error. An empty object is a configuration too.
func readConfig(env daemon.Env, file string) ([]configjson.Row, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		env.Log.Info("no configuration file, using the SKU's ports", "file", file)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	rows, err := configjson.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", file, err)
	}
	return append([]configjson.Row{}, rows...), nil
}

func hasTable(rows []configjson.Row, name string) bool {
	for _, r := range rows {
		if r.Table == name {
			return true
		}
	}
	return false
}

// PortRows are the PORT rows of ports. SONiC adds neither admin_status nor mtu here (sonic-contract 3.3).
func PortRows(ports []hwsku.Port) []configjson.Row {
	var rows []configjson.Row
	for _, p := range ports {
		lanes := make([]string, len(p.Lanes))
		for i, l := range p.Lanes {
			lanes[i] = strconv.Itoa(int(l))
		}
		r := configjson.Row{Table: tables.ConfigPort.Name, Key: p.Name, Fields: []db.Field{
			{Name: "lanes", Value: strings.Join(lanes, ",")}, {Name: "alias", Value: p.Alias},
			{Name: "index", Value: strconv.Itoa(p.Index)}, {Name: "speed", Value: strconv.Itoa(int(p.Speed))},
		}}
		for _, f := range []db.Field{{Name: "fec", Value: p.FEC}, {Name: "autoneg", Value: p.Autoneg}, {Name: "subport", Value: p.Subport}, {Name: "role", Value: p.Role}} {
			if f.Value != "" {
				r.Fields = append(r.Fields, f)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func withMetadata(rows []configjson.Row, mac tables.MAC) []configjson.Row {
	k := tables.ConfigDeviceMetadata
	for i := range rows {
		if rows[i].Table != k.Name || rows[i].Key != tables.Localhost {
			continue
		}
		for _, f := range rows[i].Fields {
			if f.Name == "mac" {
				return rows
			}
		}
		rows[i].Fields = append(rows[i].Fields, db.Field{Name: "mac", Value: mac.String()})
		return rows
	}
	hostname, _ := os.Hostname()
	return append(rows, configjson.Row{Table: k.Name, Key: tables.Localhost, Fields: []db.Field{
		{Name: "hostname", Value: hostname}, {Name: "mac", Value: mac.String()}, {Name: "switch_type", Value: "switch"},
		{Name: "buffer_model", Value: "traditional"}, {Name: "hwsku", Value: "Force10-S6000"}, {Name: "platform", Value: "x86_64-kvm_x86_64-r0"},
	}})
}
