package openconfig

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/ygot/ygot"
	"github.com/openconfig/ygot/ytypes"
	"google.golang.org/protobuf/proto"

	"github.com/hypersonic-nos/hypersonic/gnmi/oc"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// TestValuesAsYgot holds that a leaf of every type takes the values that ygot takes, in JSON and as scalars, and makes the same of them.
func TestValuesAsYgot(t *testing.T) {
	if err := oc.Load(); err != nil {
		t.Fatal(err)
	}
	m, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]*node{}
	collect(m.root, types)
	taken := 0
	for _, name := range slices.Sorted(maps.Keys(types)) {
		n := types[name]
		for _, v := range valuesOf(n.kind) {
			op := &origin.Operation{Path: n.anyPath(), Value: v}
			want, refusal := byYgot(op.Path, v)
			got, errs := m.decode(op)
			switch {
			case refusal == nil && errs != nil && stricter(v):
			case (refusal == nil) != (errs == nil):
				t.Errorf("%s: %v: refused by ygot with %v, here with %v", n.path(), v, refusal, errs)
			case errs == nil:
				taken++
				if text := mine(got, op.Path); !slices.Equal(text, want) {
					t.Errorf("%s: %v: %q, and by ygot %q", n.path(), v, text, want)
				}
			}
		}
	}
	if len(types) < 60 || taken < 500 {
		t.Errorf("only %d types and %d good values were compared", len(types), taken)
	}
}

// collect finds a leaf of each type; those that can be set first. Keys of lists need their entry's path to say the same.
func collect(n *node, types map[string]*node) {
	for _, name := range n.order {
		child := n.children[name]
		if child.kind == nil {
			collect(child, types)
			continue
		}
		id := fmt.Sprint(child.kind.list, " ", signature(child.kind.Type))
		if old := types[id]; (old == nil || !old.config && child.config) && !slices.Contains(n.keys, name) {
			types[id] = child
		}
	}
}

func signature(t *schema.Type) string {
	text := fmt.Sprint(t.Kind, t.Name, t.Ranges, t.Pattern, t.Names)
	for _, member := range t.Union {
		text += "(" + signature(member) + ")"
	}
	return text
}

// anyPath is a path of a node, with keys that the lists take.
func (n *node) anyPath() *gpb.Path {
	if n.parent == nil {
		return &gpb.Path{}
	}
	e := &gpb.PathElem{Name: n.name}
	for _, k := range n.keys {
		if e.Key == nil {
			e.Key = map[string]string{}
		}
		for _, text := range texts(n.children[k].kind.Type) {
			if canonical, err := n.children[k].kind.Read(text, schema.Text); err == nil {
				e.Key[k] = canonical
				break
			}
		}
	}
	return origin.Below(n.parent.anyPath(), e)
}

// texts are what values of any type are made of: names of the type, and what is near the bounds of others.
func texts(t *schema.Type) []string {
	all := []string{
		"1", "0", "4", "9", "32", "33", "64", "100", "101", "128", "129", "255", "256", "4094", "4095", "4096", "65535", "65536", "4294967295", "4294967296", "9007199254740993",
		"18446744073709551615", "18446744073709551616", "-1", "-0", "+1", "1.5", "10.0", "1e2", "x", "", " ", "true", "false", "null", "10.0.0.1", "10.0.0.300", "10.0.0.0/8", "10.0.0.0/33",
		"2001:db8::1", "2001:db8::/32", "2001:db8::/129", "::1%eth0", "fe80::1%Ethernet0", "02:00:00:00:00:01", "02-00-00-00-00-01", "Ethernet0", "Ethernet0.10", "Vlan10", "a.example", "-a", "10..20", "exact",
		"65000:1", "65536:1", "route-target:65000:1", "route-origin:10.0.0.1:1", "2026-11-21T20:00:00Z", "AAAAAA==", "AAAA", "IGP", "+10", "eth0\nx", strings.Repeat("a", 256), strings.Repeat("a", 64), "ä",
	}
	for _, member := range t.Leaves() {
		for i, name := range slices.Sorted(maps.Keys(member.Names)) {
			if i < 3 {
				all = append(all, name, member.Names[name]+":"+name, strings.ToLower(name))
			}
		}
		for _, r := range member.Ranges {
			all = append(all, fmt.Sprintf("%.0f", r[0]), fmt.Sprintf("%.0f", r[0]-1), fmt.Sprintf("%.0f", r[1]), fmt.Sprintf("%.0f", r[1]+1))
		}
	}
	return all
}

func valuesOf(k *kind) (all []*gpb.TypedValue) {
	for _, text := range texts(k.Type) {
		quoted, _ := json.Marshal(text)
		for _, v := range []*gpb.TypedValue{scalar(k.Type, text), {Value: &gpb.TypedValue_StringVal{StringVal: text}}} {
			if k.list && v != nil {
				v = &gpb.TypedValue{Value: &gpb.TypedValue_LeaflistVal{LeaflistVal: &gpb.ScalarArray{Element: []*gpb.TypedValue{v}}}}
			}
			if v != nil {
				all = append(all, v)
			}
		}
		for _, j := range []string{string(quoted), text} {
			if k.list {
				j = "[" + j + "]"
			}
			all = append(all, &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte(j)}})
		}
	}
	for _, j := range []string{"[]", "{}", "[1]", `["x"]`, "[null]", "1 2"} {
		all = append(all, &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte(j)}})
	}
	return append(all, &gpb.TypedValue{Value: &gpb.TypedValue_BoolVal{BoolVal: true}}, &gpb.TypedValue{Value: &gpb.TypedValue_IntVal{IntVal: 4}},
		&gpb.TypedValue{Value: &gpb.TypedValue_UintVal{UintVal: 4}}, &gpb.TypedValue{Value: &gpb.TypedValue_DoubleVal{DoubleVal: 1.5}})
}

// byYgot has ygot read a value, check it, and take it apart.
func byYgot(path *gpb.Path, v *gpb.TypedValue) ([]string, error) {
	device := &oc.Device{}
	v = proto.CloneOf(v) // it writes into it
	if err := ytypes.SetNode(oc.SchemaTree["Device"], device, path, v, &ytypes.InitMissingElements{}, &ytypes.TolerateJSONInconsistencies{}); err != nil {
		return nil, err
	}
	if err := device.Validate(&ytypes.LeafrefOptions{IgnoreMissingData: true}); err != nil {
		return nil, err
	}
	messages, err := ygot.TogNMINotifications(device, 0, ygot.GNMINotificationsConfig{UsePathElem: true})
	var all []string
	for _, message := range messages {
		for _, u := range message.GetUpdate() {
			if len(u.GetPath().GetElem()) == len(path.GetElem()) && u.GetPath().GetElem()[len(path.GetElem())-1].GetName() == path.GetElem()[len(path.GetElem())-1].GetName() {
				all = append(all, plainText(u.GetVal())...)
			}
		}
	}
	return all, err
}

// stricter tells whether a value is one that ygot takes and RFC 7950 does not: it drops fractions of whole numbers and nulls of leaf-lists, and matches patterns line by line.
func stricter(v *gpb.TypedValue) bool {
	text := string(v.GetJsonIetfVal())
	return strings.Contains(text, "1.5") || strings.Contains(text, "null") || strings.Contains(text, "\\n") || strings.Contains(v.GetStringVal(), "\n") ||
		v.GetLeaflistVal() != nil && strings.Contains(v.GetLeaflistVal().GetElement()[0].GetStringVal(), "\n")
}

func mine(all []setting, path *gpb.Path) []string {
	for _, s := range all {
		if origin.Text(s.path) == origin.Text(path) {
			return s.texts
		}
	}
	return nil
}

// plainText is YANG's text of a value.
func plainText(v *gpb.TypedValue) []string {
	if list, ok := v.GetValue().(*gpb.TypedValue_LeaflistVal); ok {
		var all []string
		for _, e := range list.LeaflistVal.GetElement() {
			all = append(all, plainText(e)...)
		}
		return all
	}
	value, err := native(v)
	if err != nil {
		return []string{err.Error()}
	}
	if text, ok := value.(string); ok {
		if module, name, qualified := strings.Cut(text, ":"); qualified && (strings.HasPrefix(module, "openconfig-") || module == "iana-if-type") {
			return []string{name}
		}
		return []string{text}
	}
	switch value.(type) {
	case []byte:
		text, _ := (&schema.Type{Kind: schema.Binary}).Read(value, schema.Native)
		return []string{text}
	case float64:
		text, _ := (&schema.Type{Kind: schema.Decimal64}).Read(value, schema.Native)
		return []string{text}
	}
	return []string{fmt.Sprint(value)}
}
