package openconfig

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// TestRoundTrip writes random leaves of each model through OpenConfig. All of them come back; what Get tells, written into another switch, makes the same rows;
// and a Delete of all that can be deleted leaves the rows as they were.
func TestRoundTrip(t *testing.T) {
	o := New()
	m, err := o.model()
	if err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("12") // of each model; more by hand
	}
	n := 0
	for _, file := range mapping.Models() {
		mine := m.rows[n : n+len(file.Rows)]
		n += len(file.Rows)
		mine = slices.DeleteFunc(slices.Clone(mine), func(c *rows) bool { return c.Role.ReadOnly() })
		if len(mine) == 0 {
			continue
		}
		t.Run(file.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { roundTrip(t, o, mine) })
		})
	}
}

func roundTrip(t *rapid.T, o *Origin, mine []*rows) {
	values := map[string]origin.Operation{}
	for range rapid.IntRange(1, 8).Draw(t, "entries") {
		drawEntry(t, mine[rapid.IntRange(0, len(mine)-1).Draw(t, "rows")], values)
	}
	var ops []origin.Operation
	for _, path := range slices.Sorted(maps.Keys(values)) {
		ops = append(ops, values[path])
	}
	first := hardware(t)
	before := rowsOf(first)
	err := o.Edit(config{first}, ops)
	var e *origin.Error
	if errors.As(err, &e) && e.Code == codes.FailedPrecondition {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, said(ops))
	}
	text, told := get(t, o, first)
	for _, op := range ops {
		if got := told[origin.Text(op.Path)]; !same(o, op, got) {
			t.Fatalf("%s is %v, not %v\n%s\n%s", origin.Text(op.Path), got, op.Value, said(ops), rowsOf(first))
		}
	}
	second := hardware(t)
	whole := origin.Operation{Action: origin.Update, Path: &gpb.Path{}, Value: &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: text}}}
	if err := o.Edit(config{second}, []origin.Operation{whole}); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	again, _ := get(t, o, second)
	if string(again) != string(text) {
		i := 0
		for i < min(len(text), len(again)) && text[i] == again[i] {
			i++
		}
		t.Fatalf("told ...%s\nbut then ...%s\n%s", text[max(0, i-150):min(len(text), i+150)], again[max(0, i-150):min(len(again), i+150)], rowsOf(first))
	}
	if a, b := rowsOf(first), rowsOf(second); a != b {
		t.Fatalf("rows:\n%s\nbut from what was told:\n%s\n%s", a, b, text)
	}
	if err := o.Edit(config{first}, []origin.Operation{{Action: origin.Delete, Path: &gpb.Path{}}}); err != nil {
		t.Fatal(err)
	}
	if after := gone(first); after != "" {
		t.Fatalf("a Delete of everything leaves\n%s\nbefore:\n%s", after, before)
	}
}

// gone tells which rows are left, but those of the hardware and those that are another's to delete.
func gone(c *candidate.Config) string {
	var left []string
	for _, row := range strings.Split(rowsOf(c), "\n") {
		if row != "" && !strings.HasPrefix(row, "PORT|") && !strings.HasPrefix(row, "DEVICE_METADATA|") && !strings.HasPrefix(row, "BANNER_MESSAGE|") {
			left = append(left, row)
		}
	}
	return strings.Join(left, "\n")
}

func drawEntry(t *rapid.T, c *rows, values map[string]origin.Operation) {
	b := make(binding, len(c.vars.names))
	for i, d := range c.vars.domains {
		text := rapid.SampledFrom(sampleVariable(d)).Draw(t, c.vars.names[i])
		b.bind(&part{variable: i, domain: d}, text)
	}
	at, _, ok := c.path(b)
	if !ok {
		t.Fatalf("%s: no path", c.At)
	}
	for _, l := range c.leaves {
		if !l.node.config || l.node.name == last(at) && l.key || !rapid.Bool().Draw(t, l.node.name) && !(l.isVar && !l.key) {
			continue
		}
		v := drawLeaf(t, l, b)
		if v == nil {
			continue
		}
		path := &gpb.Path{Elem: append(slices.Clone(at), l.tail...)}
		values[origin.Text(path)] = origin.Operation{Action: origin.Update, Path: path, Value: v}
	}
}

func last(at []*gpb.PathElem) string { return at[len(at)-1].GetName() }

func drawLeaf(t *rapid.T, l *leaf, b binding) *gpb.TypedValue {
	switch {
	case l.cond != "":
		return nil
	case l.isVar && l.node.kind.list:
		return l.node.kind.value([]string{b[l.part.variable].oc})
	case l.isVar:
		text := b[l.part.variable].oc
		if l.as != nil {
			text, _ = l.as.FromDB([]string{text})
		}
		return l.node.kind.value([]string{text})
	case l.fields == nil:
		text, _ := l.value.toOC(b)
		return l.node.kind.value([]string{text})
	}
	text := rapid.SampledFrom(sampleLeaf(l)).Draw(t, "value of "+l.node.path())
	if _, _, err := l.choose([]string{text}); err != nil {
		return nil
	}
	return l.node.kind.value([]string{text})
}

// sampleVariable are values of a variable, by what its domain says of itself.
func sampleVariable(d mapping.Domain) []string {
	all := map[string][]string{
		"a name": {"A1", "B2"}, "a port (Ethernet0)": {"Ethernet0", "Ethernet4"}, "a PortChannel (PortChannel1)": {"PortChannel1", "PortChannel20"},
		"a VLAN's interface (Vlan10)": {"Vlan10", "Vlan20"}, "a loopback (Loopback0)": {"Loopback0"}, "a number": {"10", "20", "21"}, "a number from 1": {"10", "20"},
		"an IPv4 address": {"10.0.0.1", "10.0.0.3"}, "an IPv6 address": {"2001:db8::1", "fc00::1"}, "an IP address": {"10.0.0.1", "2001:db8::1"},
		"an IP prefix": {"10.0.0.0/8", "2001:db8::/32"}, "default or a VRF (VrfRed)": {"default", "VrfRed"}, "a VRF (VrfRed)": {"VrfRed", "VrfBlue"},
		"a MAC address": {"02:00:00:00:00:01"}, "an address family": {"IPV4_UNICAST", "IPV6_UNICAST"}, "a source of routes": {"DIRECTLY_CONNECTED", "STATIC"},
		"exact or a range of lengths (16..24)": {"exact", "16..24"}, "an IP address or an interface": {"10.0.0.1", "2001:db8::1", "Ethernet4"},
		"a number from 1 to 65535, by which statements are ordered": {"10", "20"}, "a number from 1 to 65535": {"1", "100"}, "a type of ACL": {"ACL_IPV4", "ACL_IPV6"},
	}
	v := all[d.Say]
	if d.Say == "an address family" && !d.Has("IPV4_UNICAST") {
		v = []string{"IPV4", "IPV6"}
	}
	return v
}

// sampleLeaf are values of a leaf, by its name where its type does not say enough.
func sampleLeaf(l *leaf) []string {
	named := map[string][]string{
		"mtu": {"1500", "9000"}, "router-id": {"10.1.0.1"}, "local-address": {"10.0.0.0", "2001:db8::2"}, "next-hop": {"10.0.0.1", "fe80::1"}, "interface": {"Ethernet8"},
		"set-next-hop": {"10.0.0.9", "2001:db8::9"}, "link-layer-address": {"02:00:00:00:00:09"}, "source-port": {"53", "1000..2000"}, "destination-port": {"22"},
		"source-mac": {"02:00:00:00:00:0a"}, "destination-mac": {"02:00:00:00:00:0b"}, "ethertype": {"ETHERTYPE_IPV6", "2048"}, "protocol": {"IP_TCP", "200"},
		"communities": {"65000:1", "NO_EXPORT"}, "community-member": {"65000:1"}, "ext-community-member": {"route-target:65000:1"}, "hostname": {"leaf1"},
		"timezone-name": {"Europe/Berlin"}, "required-minimum-receive": {"300000"}, "desired-minimum-tx-interval": {"50000"}, "version": {"3", "4"},
		"source-address": {"10.0.0.0/8"}, "destination-address": {"10.9.0.0/16"}, "hold-time": {"9", "180"}, "keepalive-interval": {"3"}, "send-community-type": {"STANDARD", "BOTH"},
		"set-med": {"10"}, "dscp": {"46"}, "asn": {"65001"}, "repeat-n": {"2"}, "vlan-id": {"10"}, "target-group": {"5"},
	}
	if v := named[l.node.name]; v != nil {
		switch {
		case l.node.name == "source-address" && strings.Contains(l.rows.At, "remote-server"):
			return []string{"10.0.0.5"}
		case (l.node.name == "source-address" || l.node.name == "destination-address") && strings.Contains(l.node.path(), "/ipv6/"):
			return []string{"2001:db8::/32"}
		case l.node.name == "communities" && strings.Contains(l.node.path(), "ext-community"):
			return []string{"route-target:65000:1"}
		}
		return v
	}
	switch k := l.node.kind; k.Kind {
	case schema.Boolean:
		return []string{"true", "false"}
	case schema.Enumeration, schema.Identityref:
		return slices.Sorted(maps.Keys(k.Names))
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		return []string{"5", "7"}
	}
	return []string{"abc", "X1"}
}

// same compares what was set with what is told, in canonical form.
func same(o *Origin, op origin.Operation, got *gpb.TypedValue) bool {
	return proto.Equal(op.Value, got) || fmt.Sprint(op.Value) == fmt.Sprint(got)
}

type config struct{ *candidate.Config }

func (c config) Row(table, key string) []db.Field { return c.Fields(table, key) }

func (c config) Put(_ *origin.Operation, table, key string, fields []db.Field) {
	c.Config.Put(table, key, fields)
}

// hardware is a candidate with what no Set makes, and with what is referred to.
func hardware(t *rapid.T) *candidate.Config {
	c := candidate.Of(nil)
	c.Put("DEVICE_METADATA", "localhost", []db.Field{{Name: "hostname", Value: "sonic"}, {Name: "frr_mgmt_framework_config", Value: "true"}})
	for _, row := range []string{"PORTCHANNEL|PortChannel1", "PORTCHANNEL|PortChannel20", "VLAN|Vlan10", "VLAN|Vlan20", "VRF|VrfRed", "VRF|VrfBlue", "LOOPBACK_INTERFACE|Loopback0"} {
		table, key, _ := strings.Cut(row, "|")
		c.Put(table, key, []db.Field{{Name: nothing, Value: nothing}})
	}
	for _, port := range []string{"Ethernet0", "Ethernet4", "Ethernet8"} {
		c.Put("PORT", port, []db.Field{{Name: "lanes", Value: port[8:]}, {Name: "speed", Value: "100000"}, {Name: "admin_status", Value: "down"}})
	}
	return c
}

// get is the configuration as JSON, and leaf by leaf.
func get(t *rapid.T, o *Origin, c *candidate.Config) ([]byte, map[string]*gpb.TypedValue) {
	store := mem.New().Client()
	var writes []db.RawWrite
	for _, row := range c.Content() {
		writes = append(writes, db.RawWrite{Key: row.Table + "|" + row.Key, Fields: row.Fields})
	}
	if err := store.Raw(db.Config).Write(t.Context(), writes); err != nil {
		t.Fatal(err)
	}
	var leaves []origin.Leaf
	told := map[string]*gpb.TypedValue{}
	err := o.Read(t.Context(), store, origin.Query{Path: &gpb.Path{}, Type: gpb.GetRequest_CONFIG}, func(l origin.Leaf) bool {
		leaves = append(leaves, l)
		if twice := told[origin.Text(l.Path)]; twice != nil && !proto.Equal(twice, l.Value) {
			t.Fatalf("%s is told as %v and as %v", origin.Text(l.Path), twice, l.Value)
		}
		told[origin.Text(l.Path)] = l.Value
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := o.JSON(&gpb.Path{}, leaves, true)
	if err != nil {
		t.Fatal(err)
	}
	return text, told
}

func rowsOf(c *candidate.Config) string {
	var out []string
	for _, table := range c.Tables() {
		for _, key := range c.Keys(table) {
			fields := slices.Clone(c.Fields(table, key))
			slices.SortFunc(fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
			out = append(out, fmt.Sprintf("%s|%s %v", table, key, fields))
		}
	}
	return strings.Join(out, "\n")
}

func said(ops []origin.Operation) string {
	var out []string
	for _, op := range ops {
		out = append(out, fmt.Sprintf("%s = %v", origin.Text(op.Path), op.Value))
	}
	return strings.Join(out, "\n")
}
