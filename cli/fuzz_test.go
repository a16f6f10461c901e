package cli

import (
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
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
		was := map[string][]db.Field{"VLAN|Vlan10": {{Name: "vlanid", Value: "10"}}, "VLAN_INTERFACE|Vlan10": {{Name: "NULL", Value: "NULL"}}}
		c := &candidate{was: was, now: was}
		if c.patch([]byte(text)) != nil {
			return
		}
		_ = faults(c)
		for k, row := range c.now {
			if len(row) == 0 || !strings.Contains(k, "|") {
				t.Errorf("row %q: %v", k, row)
			}
		}
	})
}

// TestDelta holds that a difference, applied, is the candidate.
func TestDelta(t *testing.T) {
	was := map[string][]db.Field{"A|1": {{Name: "x", Value: "1"}, {Name: "y", Value: "2"}}, "A|2": {{Name: "NULL", Value: "NULL"}}, "A|3": {{Name: "x", Value: "1"}}}
	c := &candidate{was: was, now: map[string][]db.Field{
		"A|1": {{Name: "y", Value: "2"}, {Name: "x", Value: "3"}}, "A|2": {{Name: "z", Value: "1"}}, "A|4": {{Name: "NULL", Value: "NULL"}},
	}}
	got := map[string]string{}
	var order []string
	for _, w := range c.delta() {
		text := strings.Join(w.Remove, ",")
		for _, f := range w.Fields {
			text += "+" + f.Name + "=" + f.Value
		}
		if w.Delete {
			text += "gone"
		}
		got[w.Key] = text
		order = append(order, w.Key)
	}
	want := map[string]string{"A|1": "+x=3", "A|2": "NULL+z=1", "A|3": "gone", "A|4": "+NULL=NULL"}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: %q, not %q", k, got[k], w)
		}
	}
	if len(got) != len(want) || order[0] != "A|3" {
		t.Errorf("what goes comes first: %v", order)
	}
	if natural.Compare(order[1], order[2]) >= 0 {
		t.Errorf("the rest in order: %v", order)
	}
}
