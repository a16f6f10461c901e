package orchagent_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/tables"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scenario is rows and, in the golden file, what orchagent wants for them. A row reads
//
//	VLAN_MEMBER_TABLE:Vlan10:Ethernet0 tagging_mode=untagged
type scenario struct {
	name string
	rows []string
}

// golden compares what the rows of all scenarios want with testdata/<feature>.golden.
func golden(t *testing.T, feature string, scenarios ...scenario) {
	t.Helper()
	var b strings.Builder
	for _, s := range scenarios {
		b.WriteString("# " + s.name + "\n")
		for _, r := range s.rows {
			b.WriteString("> " + r + "\n")
		}
		b.WriteString(wanted(t, s.rows) + "\n")
	}
	path := filepath.Join("testdata", feature+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-golden +now):\n%s", path, diff)
	}
}

func wanted(t *testing.T, rows []string) string {
	t.Helper()
	writes := make([]db.Write, len(rows))
	for i, r := range rows {
		writes[i] = parseRow(t, r)
	}
	return enginetest.Translate(t, func(e *engine.Engine) { orchagent.Register(e, nil, nil, orchagent.Config{}) }, writes...)
}

// inputs are the tables that orchagent reads.
func inputs() []*db.Schema {
	return []*db.Schema{
		tables.ConfigDscpToTC.Schema, tables.ConfigDot1pToTC.Schema, tables.ConfigMplsToTC.Schema, tables.ConfigTCToQueue.Schema, tables.ConfigTCToPG.Schema,
		tables.ConfigTCToDscp.Schema, tables.ConfigTCToDot1p.Schema, tables.ConfigPfcToPG.Schema, tables.ConfigPfcToQueue.Schema,
		tables.ConfigDscpToFC.Schema, tables.ConfigExpToFC.Schema, tables.ConfigScheduler.Schema, tables.ConfigWred.Schema, tables.ConfigPortQos.Schema,
		tables.ConfigQueue.Schema, tables.ConfigPfcWd.Schema, tables.ApplBufferPool.Schema, tables.ApplBufferProfile.Schema, tables.ApplBufferPG.Schema, tables.ApplBufferQueue.Schema,
		tables.ApplBufferIngress.Schema, tables.ApplBufferEgress.Schema,
		tables.ApplCopp.Schema, tables.ConfigPolicer.Schema, tables.ConfigStorm.Schema,
		tables.ApplPort.Schema, tables.ApplVlan.Schema, tables.ApplVlanMember.Schema, tables.ApplLag.Schema, tables.ApplLagMember.Schema,
		tables.ApplInterface.Schema, tables.ApplVrf.Schema, tables.ApplNeigh.Schema, tables.ApplFdb.Schema, tables.ApplSwitch.Schema,
		tables.ApplNexthopGroup.Schema, tables.ApplRoute.Schema, tables.ConfigAclTable.Schema, tables.ConfigAclTableType.Schema, tables.ConfigAclRule.Schema,
		tables.ApplAclTable.Schema, tables.ApplAclTableType.Schema, tables.ApplAclRule.Schema, tables.FactAcl.Schema,
		tables.FactPortOper.Schema, tables.FactPortLink.Schema, tables.FactPortCapability.Schema, tables.FactSwitch.Schema, tables.FactFdb.Schema, tables.FactFdbFlush.Schema,
		tables.ApplVxlanTunnel.Schema, tables.ApplVxlanMap.Schema, tables.ApplVxlanNvo.Schema, tables.ApplVxlanVrf.Schema, tables.ApplRemoteVni.Schema,
		tables.ApplVxlanFdb.Schema, tables.ApplSag.Schema,
		tables.FactHash.Schema, tables.ConfigSwitchHash.Schema, tables.FactPortParts.Schema, tables.ConfigFlexCounter.Schema, tables.ConfigCrm.Schema, tables.FactCrm.Schema, tables.FactCrmTick.Schema,
		tables.ConfigMirrorSession.Schema,
		tables.ApplSflow.Schema, tables.ApplSflowSession.Schema,
	}
}

func parseRow(t *testing.T, text string) db.Write {
	t.Helper()
	parts := strings.Fields(text)
	for _, table := range inputs() {
		key, ok := strings.CutPrefix(parts[0], table.Name+table.Database.Separator())
		if !ok {
			continue
		}
		w := db.Write{Table: table, Key: key, Fields: []db.Field{{Name: "NULL", Value: "NULL"}}}
		for _, p := range parts[1:] {
			name, value, _ := strings.Cut(p, "=")
			w.Fields = append(w.Fields, db.Field{Name: name, Value: value})
		}
		return w
	}
	t.Fatalf("no table for %s", text)
	return db.Write{}
}
