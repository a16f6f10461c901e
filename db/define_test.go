package db_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hypersonic-nos/hypersonic/db"
)

// color is an enum with text of its own.
type color uint8

func (c color) MarshalText() ([]byte, error) {
	if c > 1 {
		return nil, errors.New("no such color")
	}
	return []byte([]string{"red", "green"}[c]), nil
}

func (c *color) UnmarshalText(b []byte) error {
	switch string(b) {
	case "red":
		*c = 0
	case "green":
		*c = 1
	default:
		return errors.New("unknown")
	}
	return nil
}

type shared struct {
	Admin string `db:"admin_status,default=down"`
}

type portRow struct {
	shared
	MTU     uint16         `db:"mtu,default=9100"`
	Speed   uint32         `db:"speed,required"`
	Up      bool           `db:"up,omitempty"`
	Lanes   []int          `db:"lanes,omitempty"`
	Members []string       `db:"members,list,omitempty"`
	Color   *color         `db:"color"`
	Addr    netip.Addr     `db:"addr,omitempty"`
	Nets    []netip.Prefix `db:"nets,omitempty"`
	Note    *string        `db:"note"`
	cache   int
}

func ptr[T any](v T) *T { return &v }

type intfKey struct {
	Name   string
	Prefix netip.Prefix `db:",optional"`
}

type routeKey struct {
	Vrf    string `db:",optional"`
	Prefix netip.Prefix
}

type fdbKey struct{ Vlan, MAC string }

// vni writes its key by hand.
type vni struct{ n string }

func (v vni) MarshalKey(sep string) string { return "vni" + sep + v.n }
func (v *vni) UnmarshalKey(text, sep string) error {
	n, ok := strings.CutPrefix(text, "vni"+sep)
	if !ok {
		return errors.New("has no vni")
	}
	v.n = n
	return nil
}

var _ = portRow{cache: 0}

type nothing struct{}

func TestRows(t *testing.T) {
	type row struct {
		Admin   string         `db:"admin_status,default=down"`
		MTU     uint16         `db:"mtu,default=9100"`
		Speed   uint32         `db:"speed,required"`
		Up      bool           `db:"up,omitempty"`
		Lanes   []int          `db:"lanes,omitempty"`
		Members []string       `db:"members,list,omitempty"`
		Color   *color         `db:"color"`
		Addr    netip.Addr     `db:"addr,omitempty"`
		Nets    []netip.Prefix `db:"nets,omitempty"`
		Note    *string        `db:"note"`
	}
	table := db.Define[string, row](db.Config, "PORT")
	if diff := cmp.Diff([]string{"admin_status", "mtu", "speed", "up", "lanes", "members", "color", "addr", "nets", "note"}, table.Columns); diff != "" {
		t.Error(diff)
	}
	full := row{
		Admin: "up", MTU: 1500, Speed: 40000, Up: true, Lanes: []int{1, 2, -3}, Members: []string{"a", "b"}, Color: ptr(color(1)),
		Addr: netip.MustParseAddr("fc00::1"), Nets: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Note: ptr(""),
	}
	key, fields := table.Encode("Ethernet0", full)
	want := []db.Field{{"admin_status", "up"}, {"mtu", "1500"}, {"speed", "40000"}, {"up", "true"}, {"lanes", "1,2,-3"}, {"members@", "a,b"},
		{"color", "green"}, {"addr", "fc00::1"}, {"nets", "10.0.0.0/8"}, {"note", ""}}
	if diff := cmp.Diff(want, fields); diff != "" || key != "Ethernet0" {
		t.Error(key, diff)
	}
	_, back, err := table.Decode(key, fields)
	if diff := cmp.Diff(full, back, cmp.Comparer(netipEqual), cmp.Comparer(netipPrefixEqual)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	_, sparse, err := table.Decode("Ethernet0", []db.Field{{"unknown", "x"}, {"speed@", "7"}, {"NULL", "NULL"}})
	if diff := cmp.Diff(row{Admin: "down", MTU: 9100, Speed: 7}, sparse, cmp.Comparer(netipEqual)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, bad := range []struct {
		fields []db.Field
		want   string
	}{
		{nil, `CONFIG_DB PORT|Ethernet0: field "speed": is missing`},
		{[]db.Field{{"speed", "x"}}, `CONFIG_DB PORT|Ethernet0: field "speed": "x" is not a number from 0 to 4294967295`},
		{[]db.Field{{"speed", "1"}, {"up", "yes"}}, `CONFIG_DB PORT|Ethernet0: field "up": "yes" is neither true nor false`},
		{[]db.Field{{"speed", "1"}, {"lanes", "1,,2"}}, `CONFIG_DB PORT|Ethernet0: field "lanes": "1,,2" has item "" which is not a number from -9223372036854775808 to 9223372036854775807`},
		{[]db.Field{{"speed", "1"}, {"color", "blue"}}, `CONFIG_DB PORT|Ethernet0: field "color": "blue" is not a color: unknown`},
		{[]db.Field{{"speed", "1"}, {"addr", "10.0.0"}}, `CONFIG_DB PORT|Ethernet0: field "addr": "10.0.0" is not an IP address`},
	} {
		_, _, err := table.Decode("Ethernet0", bad.fields)
		var fe *db.FieldError
		if !errors.As(err, &fe) || err.Error() != bad.want {
			t.Errorf("got  %v\nwant %s", err, bad.want)
		}
		if err := table.Check("Ethernet0", bad.fields); err == nil {
			t.Error("Check accepts", bad.fields)
		}
	}
}

func netipEqual(a, b netip.Addr) bool         { return a == b }
func netipPrefixEqual(a, b netip.Prefix) bool { return a == b }

func TestEmbeddedAndEmptyRows(t *testing.T) {
	type Shared struct {
		Admin string `db:"admin_status,default=down"`
	}
	type row struct {
		Shared
		MTU *uint16 `db:"mtu"`
	}
	table := db.Define[string, row](db.Appl, "LAG_TABLE")
	_, r, err := table.Decode("PortChannel1", []db.Field{{"mtu", "9"}})
	if err != nil || r.Admin != "down" || *r.MTU != 9 {
		t.Error(r, err)
	}
	empty := db.Define[string, nothing](db.Config, "X")
	if w := empty.Set("a", nothing{}); len(w.Fields) != 1 || w.Fields[0] != (db.Field{"NULL", "NULL"}) || w.Delete {
		t.Error(w)
	}
	if w := empty.Replace("a", nothing{}); len(w.Fields) != 1 || !w.Delete {
		t.Error(w)
	}
	if w := empty.Del("a"); w.Fields != nil || !w.Delete || w.Table != empty.Schema {
		t.Error(w)
	}
	if table.Transport != db.StateTable || empty.Transport != db.Plain {
		t.Error("transports")
	}
}

func TestKeys(t *testing.T) {
	intf := db.Define[intfKey, nothing](db.Config, "INTERFACE")
	applIntf := db.Define[intfKey, nothing](db.Appl, "INTF_TABLE")
	route := db.Define[routeKey, nothing](db.Appl, "ROUTE_TABLE")
	fdb := db.Define[fdbKey, nothing](db.State, "FDB_TABLE", db.KeySeparator(":"))
	enum := db.Define[color, nothing](db.State, "COLOR")
	own := db.Define[vni, nothing](db.State, "VNI")
	single := db.Define[struct{}, nothing](db.Appl, "SWITCH_TABLE", db.Singleton("switch"))
	pfx := netip.MustParsePrefix
	check(t, intf, "Ethernet0", intfKey{Name: "Ethernet0"})
	check(t, intf, "Ethernet0|10.0.0.1/24", intfKey{"Ethernet0", pfx("10.0.0.1/24")})
	check(t, applIntf, "Vlan10:fc00::1/64", intfKey{"Vlan10", pfx("fc00::1/64")})
	check(t, route, "fc00::/64", routeKey{"", pfx("fc00::/64")})
	check(t, route, "Vrf1:10.0.0.0/8", routeKey{"Vrf1", pfx("10.0.0.0/8")})
	check(t, route, "Vrf1:fc00::/64", routeKey{"Vrf1", pfx("fc00::/64")})
	check(t, fdb, "Vlan10:00:11:22:33:44:55", fdbKey{"Vlan10", "00:11:22:33:44:55"})
	check(t, enum, "green", color(1))
	check(t, own, "vni|7", vni{"7"})
	check(t, single, "switch", struct{}{})
	refuse(t, intf, "", `CONFIG_DB INTERFACE|: the key is empty`)
	refuse(t, intf, "|10.0.0.1/24", `CONFIG_DB INTERFACE||10.0.0.1/24: the key has an empty part Name`)
	refuse(t, intf, "Ethernet0|x", `CONFIG_DB INTERFACE|Ethernet0|x: the key has part Prefix: "x" is not an IP prefix`)
	refuse(t, fdb, "Vlan10", `STATE_DB FDB_TABLE|Vlan10: the key has 1 of 2 parts`)
	refuse(t, enum, "blue", `STATE_DB COLOR|blue: the key is not a color: unknown`)
	refuse(t, single, "x", `APPL_DB SWITCH_TABLE:x: the key is not "switch", the only one of the table`)
}

func check[K comparable, R any](t *testing.T, table db.Table[K, R], text string, k K) {
	t.Helper()
	if got, err := table.DecodeKey(text); err != nil || got != k {
		t.Errorf("decode %q: %v, %v", text, got, err)
	}
	if got := table.EncodeKey(k); got != text {
		t.Errorf("encode %v: %q, not %q", k, got, text)
	}
}

func refuse[K comparable, R any](t *testing.T, table db.Table[K, R], text, want string) {
	t.Helper()
	if k, err := table.DecodeKey(text); err == nil || err.Error() != want || any(k) != any(*new(K)) {
		t.Errorf("got  %v %v\nwant %s", k, err, want)
	}
}

func TestMapTables(t *testing.T) {
	names := db.Define[string, string](db.Counters, "COUNTERS_PORT_NAME_MAP", db.WithTransport(db.Map))
	w := names.Set("Ethernet0", "oid:0x1000000000001")
	if len(w.Fields) != 1 || w.Fields[0] != (db.Field{"", "oid:0x1000000000001"}) {
		t.Error(w)
	}
	if _, r, err := names.Decode("Ethernet0", w.Fields); err != nil || r != "oid:0x1000000000001" {
		t.Error(r, err)
	}
}

func TestDefinePanics(t *testing.T) {
	for name, define := range map[string]func(){
		"no tag": func() { db.Define[string, struct{ A string }](db.Config, "X") },
		"unknown word": func() {
			db.Define[string, struct {
				A string `db:"a,optionally"`
			}](db.Config, "X")
		},
		"bad default": func() {
			db.Define[string, struct {
				A int `db:"a,default=x"`
			}](db.Config, "X")
		},
		"twice": func() {
			db.Define[string, struct {
				A, B int `db:"a"`
			}](db.Config, "X")
		},
		"required ptr": func() {
			db.Define[string, struct {
				A *int `db:"a,required"`
			}](db.Config, "X")
		},
		"unexported": func() {
			db.Define[string, struct {
				a int `db:"a"`
			}](db.Config, "X")
		},
		"type": func() {
			db.Define[string, struct {
				A map[string]int `db:"a"`
			}](db.Config, "X")
		},
		"no singleton": func() { db.Define[struct{}, nothing](db.Config, "X") },
		"scalar row":   func() { db.Define[string, string](db.Config, "X") },
		"struct map":   func() { db.Define[string, nothing](db.Config, "X", db.WithTransport(db.Map)) },
		"ambiguous first": func() {
			db.Define[struct {
				A string `db:",optional"`
				B string
			}, nothing](db.Config, "X")
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			define()
		})
	}
}

func TestRange(t *testing.T) {
	type row struct {
		MTU  uint32 `db:"mtu,default=9100,range=68..9216"`
		Vlan *uint8 `db:"vlan,range=1..100"`
	}
	table := db.Define[string, row](db.Config, "RANGED")
	for text, want := range map[string]string{"68": "", "9216": "", "67": "is not from 68 to 9216", "9217": "is not from 68 to 9216", "x": "is not a number from 0 to 4294967295"} {
		_, _, err := table.Decode("k", []db.Field{{"mtu", text}})
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && !strings.HasSuffix(got, want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, r, err := table.Decode("k", nil); err != nil || r.MTU != 9100 || r.Vlan != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if _, _, err := table.Decode("k", []db.Field{{"vlan", "0"}}); err == nil {
		t.Error("0 is in range")
	}
	defer func() {
		if recover() == nil {
			t.Error("a range of texts, and one upside down, are no ranges")
		}
	}()
	type bad struct {
		Name string `db:"name,range=1..2"`
	}
	db.Define[string, bad](db.Config, "BAD")
}

type peerKey struct {
	Vrf  string `ref:"VRF"`
	Name string
}

type peerRow struct {
	Group *string  `db:"group" ref:"GROUP in Vrf"`
	Maps  []string `db:"maps,list" ref:"MAP_SET MAP"`
}

// TestReferences: which rows a row names, by the tags of its types.
func TestReferences(t *testing.T) {
	peers := db.Define[peerKey, peerRow](db.Config, "PEER")
	got := peers.References("red|a", []db.Field{{Name: "maps@", Value: "m1,m2"}, {Name: "group", Value: "g"}, {Name: "other", Value: "x"}})
	want := []db.Reference{
		{Value: "red", Tables: []string{"VRF"}, Key: "red"},
		{Field: "maps", Value: "m1", Tables: []string{"MAP_SET", "MAP"}, Key: "m1"},
		{Field: "maps", Value: "m2", Tables: []string{"MAP_SET", "MAP"}, Key: "m2"},
		{Field: "group", Value: "g", Tables: []string{"GROUP"}, Key: "red|g"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := peers.References("red", nil); got != nil {
		t.Errorf("a key that does not decode names %v", got)
	}
	if db.Define[intfKey, struct{}](db.Config, "PORT").References != nil {
		t.Error("a table without tags names rows")
	}
	if got := db.Define[string, peerRow](db.Config, "OTHER").References("a", []db.Field{{Name: "group", Value: "g"}}); got != nil {
		t.Errorf("a key without parts names %v", got)
	}
}

// TestRewrite: what a row type has and the row does not say goes.
func TestRewrite(t *testing.T) {
	peers := db.Define[peerKey, peerRow](db.Config, "PEER")
	w := peers.Rewrite(peerKey{"red", "a"}, peerRow{Maps: []string{"x", "y"}})
	if diff := cmp.Diff(db.Write{Table: peers.Schema, Key: "red|a", Fields: []db.Field{{Name: "maps@", Value: "x,y"}}, Remove: []string{"group"}}, w, cmp.Comparer(func(a, b *db.Schema) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}
