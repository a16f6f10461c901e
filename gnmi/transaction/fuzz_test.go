package transaction

import (
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/protobuf/proto"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/sonicdb"
)

// FuzzSet edits a configuration by any path and value. Whatever they are, an error names a path, a refused Set has a reason, and what passes the check leaves rows that
// CONFIG_DB can hold.
func FuzzSet(f *testing.F) {
	f.Add("/CONFIG_DB/localhost/PORT/Ethernet0/mtu", []byte(`"9000"`), byte(2))
	f.Add("/CONFIG_DB/localhost/VLAN", []byte(`{"Vlan10":{"vlanid":10,"dhcp_servers":["10.0.0.1"]}}`), byte(1))
	f.Add("/CONFIG_DB/localhost", []byte(`{"VLAN":{}}`), byte(1))
	f.Add("/CONFIG_DB/localhost/PORT[key=Ethernet0]/lanes/2", []byte(`7`), byte(2))
	f.Add("/CONFIG_DB/localhost/PORT/*/mtu", []byte(nil), byte(0))
	f.Fuzz(func(t *testing.T, path string, value []byte, action byte) {
		p, err := origin.Parse(path)
		if err != nil {
			return
		}
		op := origin.Operation{Action: origin.Action(action % 3), Path: p}
		if op.Action != origin.Delete {
			op.Value = &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: value}}
		}
		c := candidate.Of([]configjson.Row{
			{Table: "PORT", Key: "Ethernet0", Fields: []db.Field{{Name: "lanes", Value: "0,1"}, {Name: "speed", Value: "100000"}}},
			{Table: "VLAN", Key: "Vlan10", Fields: []db.Field{{Name: "vlanid", Value: "10"}}},
			{Table: "VLAN_MEMBER", Key: "Vlan10|Ethernet0", Fields: []db.Field{{Name: "tagging_mode", Value: "tagged"}}},
		})
		before := proto.Clone(p)
		causes, err := edit(c, Set{Steps: []Step{{Origin: sonicdb.New(), Ops: []origin.Operation{op}}}})
		if !proto.Equal(before, p) {
			t.Fatalf("the path was changed: %v", p)
		}
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without a word")
			}
			return
		}
		if faults := c.Check(); len(faults) > 0 {
			if r := causes.refusal(faults); r.Error() == "" || r.Code == 0 {
				t.Fatalf("%#v", r)
			}
		}
		for _, r := range c.Content() {
			if r.Table == "" || r.Key == "" || len(r.Fields) == 0 {
				t.Fatalf("a row that CONFIG_DB cannot hold: %+v", r)
			}
		}
	})
}
