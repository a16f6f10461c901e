package tests

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// programs has everything that a switch consists of running, and running again after the databases died with all they held: the configuration
// comes from its file, and every daemon publishes what it knows, without a restart of its own.
func programs(t *testing.T, binary string) {
	s := switchtest.NewProcesses(t, binary)
	names := []string{"redis-server", "syncd", "orchagent", "cfgmgr", "netsync", "zebra", "staticd", "bgpd", "lldpd"}
	before := awaitRunning(t, s, names)
	awaitBoot(t, s)
	// A command that is on its way when the databases die is lost, and orchagent with it: the last ones of the start are these.
	await(t, func() bool {
		keys, err := switchtest.Keys(context.Background(), s.Keyspace(), `ROUTE_ENTRY*fe80::/10*`)
		return err == nil && len(keys) == 1
	}, func() { t.Error("no routes in ASIC_DB") })
	recording, err := os.ReadFile(filepath.Join(s.Env.SwssLog(), "sairedis.rec"))
	for _, line := range []string{"|#|recording on: ", "|a|INIT_VIEW\n", "|A|SAI_STATUS_SUCCESS\n", "|c|SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000|SAI_SWITCH_ATTR_INIT_SWITCH=true|", "|C|SAI_OBJECT_TYPE_HOSTIF||oid:0x"} {
		if !strings.Contains(string(recording), line) {
			t.Errorf("no %q in the recording (%v):\n%s", line, err, recording)
		}
	}
	config := `{"PORT": {"Ethernet0": {"lanes": "25,26,27,28", "speed": "40000", "admin_status": "up"}}, "VLAN": {"Vlan77": {"vlanid": "77"}}}`
	if err := os.WriteFile(s.Env.ConfigDB(), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Kill("redis-server"); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		keys, err := switchtest.Keys(context.Background(), s.Keyspace(), "VLAN(77)")
		return err == nil && len(keys) == 1
	}, func() { t.Error("VLAN 77 of the file is not in ASIC_DB") })
	after := awaitRunning(t, s, names)
	for _, name := range names[1:] {
		if name == "orchagent" {
			continue // it looks anew what is there when the outcome of a call that was under way is not known
		}
		if before[name].PID != after[name].PID {
			t.Errorf("%s did not survive the databases: %+v, then %+v", name, before[name], after[name])
		}
	}
	brokenFile(t, s)
}

// brokenFile loses the databases once more, with a file that does not parse: the switch has its last good configuration, and says so.
func brokenFile(t *testing.T, s *switchtest.Processes) {
	if err := os.WriteFile(s.Env.ConfigDB(), []byte(`{"VLAN": {"Vlan78": `), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Kill("redis-server"); err != nil {
		t.Fatal(err)
	}
	status := ""
	await(t, func() bool {
		rows, err := s.Keyspace().Get(context.Background(), tables.StateStatus.Schema, []string{tables.StateStatus.EncodeKey(tables.StatusConfigFile)})
		if err != nil || rows[0].Gone {
			return false
		}
		_, row, _ := tables.StateStatus.Decode(rows[0].Key, rows[0].Fields)
		status = row.Reason
		keys, err := switchtest.Keys(context.Background(), s.Keyspace(), "VLAN(77)")
		return err == nil && len(keys) == 1 && strings.Contains(status, "last good configuration")
	}, func() {
		t.Errorf("VLAN 77 of the last good configuration is not in ASIC_DB, or nothing is said of the file: %q", status)
	})
}

// awaitRunning gives the processes' rows when all of them run.
func awaitRunning(t *testing.T, s *switchtest.Processes, names []string) map[string]tables.ProcessRow {
	t.Helper()
	out := map[string]tables.ProcessRow{}
	await(t, func() bool {
		rows, err := s.Keyspace().Get(context.Background(), tables.StateProcess.Schema, names)
		running := 0
		for i := range rows {
			if _, r, err := tables.StateProcess.Decode(names[i], rows[i].Fields); err == nil {
				out[names[i]] = r
				if r.State == "RUNNING" {
					running++
				}
			}
		}
		return err == nil && running == len(names)
	}, func() { t.Errorf("not all of %v run: %+v", names, out) })
	return out
}
