package cli

import (
	"strings"
	"testing"

	config "github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// FuzzArguments gives the readers of arguments any text: they refuse or understand, and stay within bounds.
func FuzzArguments(f *testing.F) {
	for _, s := range []string{"Ethernet0-8,PortChannel1", "2-4094", "10,20-30", "TABLE['k'].f", `T["a"]`, "10.0.0.0/31", "28 00", "Ethernet-BP0", "-", ",", "[", "Ethernet0-99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if names, err := expand(text); err == nil && len(names) > (maxRange+1)*(1+strings.Count(text, ",")) {
			t.Errorf("expand %q: %d names", text, len(names))
		}
		if ids, err := parseVlans(text, true); err == nil {
			for _, id := range ids {
				if id <= minVlan || id > maxVlan {
					t.Errorf("parseVlans %q: %d", text, id)
				}
			}
		}
		if path, err := parseVariable(text); err == nil && len(path) == 0 {
			t.Errorf("parseVariable %q: no path", text)
		}
		if p, err := parseInterfaceAddress(text); err == nil && !p.IsValid() {
			t.Errorf("parseInterfaceAddress %q: %v", text, p)
		}
		_ = capabilities(text)
		_ = safeWords([]string{text})
	})
}

// FuzzPatch applies any patch to a configuration: it is refused, or the configuration is still one.
func FuzzPatch(f *testing.F) {
	f.Add(`[{"op":"add","path":"/VLAN/Vlan20","value":{"vlanid":"20"}}]`)
	f.Add(`[{"op":"add","path":"/VLAN/Vlan10/x","value":["1",2,true]},{"op":"remove","path":"/VLAN"}]`)
	f.Add(`[{"op":"replace","path":"","value":{"A|B":{"C":{}}}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		c := &candidate{config.Of([]configjson.Row{
			{Table: "VLAN", Key: "Vlan10", Fields: []db.Field{{Name: "vlanid", Value: "10"}}},
			{Table: "VLAN_INTERFACE", Key: "Vlan10", Fields: []db.Field{{Name: "NULL", Value: "NULL"}}},
		})}
		if c.patch([]byte(text)) != nil {
			return
		}
		_ = c.Faults()
		for _, r := range c.Content() {
			if len(r.Fields) == 0 {
				t.Errorf("%q has no fields", r.FullKey())
			}
		}
	})
}
