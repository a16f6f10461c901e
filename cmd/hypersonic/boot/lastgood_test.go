package boot

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const goodConfig = `{"PORT": {"Ethernet0": {"lanes": "25,26,27,28"}}, "VLAN": {"Vlan10": {"vlanid": "10"}}, "THEIRS": {"x": {"y": "z"}}}`

// TestLastGood starts one switch again and again with files that are good and bad.
func TestLastGood(t *testing.T) {
	env := daemon.Env{Root: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	if err := os.MkdirAll(filepath.Dir(env.ConfigDB()), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file   string
		vlans        string
		ports        int
		status, says string
	}{
		{"no file", "", "", 32, "", ""},
		{"a file that does not parse, and none before", `{"VLAN": `, "", 32, "QUARANTINED", "the ports are the SKU's"},
		{"rows that do not fit, and none before", `{"VLAN": {"Vlan10": {"vlanid": "10"}}, "VLAN_MEMBER": {"Vlan20|Ethernet0": {"tagging_mode": "tagged"}}}`, "Vlan10", 32, "QUARANTINED", "Vlan20 does not exist"},
		{"a good one", goodConfig, "Vlan10", 1, "", ""},
		{"one that does not parse", `{"VLAN": {"Vlan20": {}`, "Vlan10", 1, "QUARANTINED", "last good configuration"},
		{"one whose rows do not decode", `{"VLAN": {"Vlan20": {"mtu": "abc"}}}`, "Vlan10", 1, "QUARANTINED", `"abc" is not a number`},
		{"one whose rows do not fit", `{"VLAN_INTERFACE": {"Vlan20": {}}}`, "Vlan10", 1, "QUARANTINED", "Vlan20 does not exist"},
		{"not even an object", `[1]`, "Vlan10", 1, "QUARANTINED", "last good configuration"},
		{"another good one", `{"VLAN": {"Vlan30": {}}}`, "Vlan30", 32, "", ""},
		{"nothing again", "\x00", "Vlan30", 32, "QUARANTINED", "last good configuration"},
		{"an empty object", `{}`, "", 32, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.file != "" {
				if err := os.WriteFile(env.ConfigDB(), []byte(c.file), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			store := mem.New().Client()
			if err := ConfigDB(t.Context(), env, store, hwsku.Default(), tables.MAC{2}); err != nil {
				t.Fatal(err)
			}
			if vlans := keysOf(t, store, tables.ConfigVlan.Schema); strings.Join(vlans, " ") != c.vlans {
				t.Errorf("VLANs %q", vlans)
			}
			if ports := keysOf(t, store, tables.ConfigPort.Schema); len(ports) != c.ports {
				t.Errorf("%d ports", len(ports))
			}
			row := statusRow(t, store, tables.StatusConfigFile)
			if row.State != c.status || !strings.Contains(row.Reason, c.says) {
				t.Errorf("status %+v", row)
			}
			unknown := statusRow(t, store, tables.StatusUnknownTables)
			if theirs := len(keysOf(t, store, &db.Schema{Database: db.Config, Name: "THEIRS", Transport: db.Plain})) > 0; theirs != strings.Contains(unknown.Reason, "THEIRS") {
				t.Errorf("unknown tables: %+v", unknown)
			}
			if text, err := os.ReadFile(env.ConfigDB()); c.file != "" && (err != nil || string(text) != c.file) {
				t.Errorf("the file was touched: %q, %v", text, err)
			}
		})
	}
}

func keysOf(t *testing.T, store db.Store, table *db.Schema) (keys []string) {
	t.Helper()
	rows, err := store.Read(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		keys = append(keys, r.Key)
	}
	return keys
}

func statusRow(t *testing.T, store db.Store, k tables.StatusKey) tables.StatusRow {
	t.Helper()
	rows, err := store.Get(t.Context(), tables.StateStatus.Schema, []string{tables.StateStatus.EncodeKey(k)})
	if err != nil {
		t.Fatal(err)
	}
	if rows[0].Gone {
		return tables.StatusRow{}
	}
	_, row, err := tables.StateStatus.Decode(rows[0].Key, rows[0].Fields)
	if err != nil {
		t.Fatal(fmt.Errorf("status: %w", err))
	}
	return row
}
