package tests

import (
	"context"
	"os/exec"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// accessLists: a rule in CONFIG_DB stops frames, is counted in COUNTERS_DB, and told of by aclshow; without it they pass.
func accessLists(f *forwarding) {
	const stopped, passes = "stopped by a rule", "passes a rule"
	rule := tables.AclRuleKey{Table: "DATA", Rule: "R1"}
	key := tables.ConfigAclRule.EncodeKey(rule)
	write := func(w ...db.Write) {
		f.t.Helper()
		if err := f.client.Write(context.Background(), w); err != nil {
			f.t.Fatal(err)
		}
	}
	write(
		db.Write{Table: tables.ConfigFlexCounter.Schema, Key: tables.FlexAcl, Fields: []db.Field{{Name: "POLL_INTERVAL", Value: "1000"}, {Name: "FLEX_COUNTER_STATUS", Value: "enable"}}},
		tables.ConfigAclTable.Set(rule.Table, tables.AclTableRow{Type: tables.AclL3, Ports: []string{"Ethernet0"}}),
		db.Write{Table: tables.ConfigAclRule.Schema, Key: key, Fields: []db.Field{
			{Name: "PRIORITY", Value: "20"}, {Name: "SRC_IP", Value: "10.0.0.64/26"}, {Name: "IP_PROTOCOL", Value: "17"}, {Name: "PACKET_ACTION", Value: "DROP"}}},
	)
	f.field(tables.StateAclRule.Schema, key, "status", "Active")

	router := [6]byte{2, 0, 0, 0, 0, 1}
	in, out := newTap(f.t, f.hosts[0], "eth0"), newTap(f.t, f.hosts[1], "eth0")
	send := func(source, mark string) { in.Send(udpFrame(router, hostMAC(f, 0), source, "10.0.10.2", 64, mark)) }
	for range 3 {
		send("10.0.0.66", stopped)
	}
	send("10.0.0.2", passes)
	got := out.expect(1, func(b []byte) bool { return contains(stopped)(b) || contains(passes)(b) })
	if contains(stopped)(got) {
		f.t.Error("a rule drops packets, and they pass")
	}

	var counter string
	await(f.t, func() bool {
		name := tables.CountersAclRule.EncodeKey(rule)
		rows, err := f.client.Get(context.Background(), tables.CountersAclRule.Schema, []string{name})
		if err == nil {
			_, counter, err = tables.CountersAclRule.Decode(name, rows[0].Fields)
		}
		return err == nil && counter != ""
	}, func() { f.t.Error("COUNTERS_DB has no counter of the rule") })
	f.field(tables.CountersAcl.Schema, counter, "SAI_ACL_COUNTER_ATTR_PACKETS", "3")
	text := f.ns.Run(f.t, exec.Command(f.binary, "aclshow", "--root", f.env.Root))
	if !strings.Contains(strings.Join(strings.Fields(text), " "), "R1 DATA 20 3 180") {
		f.t.Errorf("aclshow:\n%s", text)
	}

	write(tables.ConfigAclRule.Del(rule), tables.ConfigAclTable.Del(rule.Table))
	await(f.t, func() bool {
		send("10.0.0.66", "without a rule")
		return out.within(contains("without a rule")) != nil
	}, func() { f.t.Error("the rule is gone, and packets do not pass") })
}
