package candidate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/tables"
)

const base = `{
 "PORT": {"Ethernet0": {"lanes": "1,2"}, "Ethernet4": {"lanes": "3,4"}, "Ethernet8": {"lanes": "5"}},
 "VLAN": {"Vlan10": {"vlanid": "10"}}, "VRF": {"Vrf1": {}}, "PORTCHANNEL": {"PortChannel1": {}},
 "VLAN_MEMBER": {"Vlan10|Ethernet0": {"tagging_mode": "untagged"}},
 "INTERFACE": {"Ethernet4": {"vrf_name": "Vrf1"}, "Ethernet4|10.0.0.0/31": {}},
 "SOMEBODYS": {"row": {"x": "y"}}
}`

func parse(t *testing.T, text string) []configjson.Row {
	t.Helper()
	rows, err := configjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ merge, want string }{
		{`{"VLAN": {"Vlan20": {"vlanid": "20"}}}`, ``},
		{`{"SOMEBODYS": {"row": {"x": "z"}}, "OTHER": {"a|b": {}}}`, ``},
		{`{"VLAN": {"Vlan10": {"mtu": "abc"}}}`, `CONFIG_DB VLAN|Vlan10: field "mtu": "abc" is not a number from 0 to 4294967295`},
		{`{"VLAN": {"Vlan10": {"mtu": "60"}}}`, `CONFIG_DB VLAN|Vlan10: field "mtu": "60" is not from 68 to 9216`},
		{`{"VLAN": {"Vlan20": {"vlanid": "30"}, "Vlan1": {}}}`, `CONFIG_DB VLAN|Vlan1: the key is the reserved default VLAN
CONFIG_DB VLAN|Vlan20: field "vlanid": "30" does not agree with the key, which says 20`},
		{`{"VRF": {"Vrf2": {"vni": "16777216"}, "red": {}}}`, `CONFIG_DB VRF|Vrf2: field "vni": "16777216" is not from 0 to 16777215
CONFIG_DB VRF|red: the key is not a VRF name (Vrf and at most 12 more characters)`},
		{`{"PORT": {"Ethernet12": {}, "swp1": {"lanes": "9"}}}`, `CONFIG_DB PORT|Ethernet12: field "lanes": is missing
CONFIG_DB PORT|swp1: the key is not a port name (Ethernet0, Ethernet4 ...)`},
		{`{"VLAN_SUB_INTERFACE": {"Eth4.10": {"vlan": "10"}, "Po1.20": {"vlan": "20"}}}`, ``},
		{`{"LOOPBACK_INTERFACE": {"Loopback0": {}, "Loopback0|127.0.0.1/8": {}}}`, `CONFIG_DB LOOPBACK_INTERFACE|Loopback0|127.0.0.1/8: 127.0.0.1 is an address that no interface can have`},
		{`{"INTERFACE": {"Vlan10": {}}}`, `CONFIG_DB INTERFACE|Vlan10: the key does not name an interface of this table`},
		{`{"VLAN": {"Vlan9999": {}}}`, `CONFIG_DB VLAN|Vlan9999: the key is not a VlanID: not a VLAN name (Vlan1 to Vlan4094)`},
		{`{"VLAN_MEMBER": {"Vlan20|Ethernet0": {"tagging_mode": "tagged"}}}`, `CONFIG_DB VLAN_MEMBER|Vlan20|Ethernet0: Vlan20 does not exist`},
		{`{"VLAN_MEMBER": {"Vlan10|Ethernet4": {"tagging_mode": "tagged"}}}`, `CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet4: Ethernet4 is a router interface`},
		{`{"VLAN_MEMBER": {"Vlan10|Ethernet12": {"tagging_mode": "tagged"}}}`, `CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet12: Ethernet12 does not exist`},
		{`{"VLAN_MEMBER": {"Vlan10|PortChannel2": {"tagging_mode": "tagged"}}}`, `CONFIG_DB VLAN_MEMBER|Vlan10|PortChannel2: PortChannel2 does not exist`},
		{`{"VLAN": {"Vlan20": {}}, "VLAN_MEMBER": {"Vlan20|Ethernet0": {"tagging_mode": "untagged"}}}`, `CONFIG_DB VLAN_MEMBER|Vlan20|Ethernet0: Ethernet0 is an untagged member of Vlan10 too`},
		{`{"PORTCHANNEL_MEMBER": {"PortChannel1|Ethernet0": {}}}`, `CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet0: Ethernet0 is a member of PortChannel1`},
		{`{"INTERFACE": {"Ethernet8|10.0.0.2/31": {}}}`, `CONFIG_DB INTERFACE|Ethernet8|10.0.0.2/31: there is no row INTERFACE|Ethernet8 for the interface`},
		{`{"INTERFACE": {"Ethernet8": {"vrf_name": "Vrf2"}}}`, `CONFIG_DB INTERFACE|Ethernet8: field "vrf_name": "Vrf2" does not exist`},
		{`{"VLAN_INTERFACE": {"Vlan20": {}}}`, `CONFIG_DB VLAN_INTERFACE|Vlan20: Vlan20 does not exist`},
		{`{"VLAN_SUB_INTERFACE": {"Ethernet12.10": {}}}`, `CONFIG_DB VLAN_SUB_INTERFACE|Ethernet12.10: Ethernet12.10 does not exist`},
		{`{"PORT": {"Ethernet12": {"lanes": "7,4"}}}`, `CONFIG_DB PORT|Ethernet4: field "lanes": "3,4" has the lane 4, which is one of Ethernet12 too`},
		{`{"STATIC_ROUTE": {"Vrf2|10.0.0.0/8": {"nexthop": "10.0.0.1", "nexthop-vrf": "Vrf3"}}}`, `CONFIG_DB STATIC_ROUTE|Vrf2|10.0.0.0/8: Vrf2 does not exist
CONFIG_DB STATIC_ROUTE|Vrf2|10.0.0.0/8: field "nexthop-vrf": "Vrf3" does not exist`},
		{`{"FDB": {"Vlan20|00:00:00:00:00:01": {"port": "Ethernet0"}}}`, `CONFIG_DB FDB|Vlan20|00:00:00:00:00:01: Vlan20 does not exist`},
		{`{"BGP_GLOBALS": {"default": {}, "Vrf1": {}, "Vrf3": {}}, "BGP_NEIGHBOR": {"default|10.0.0.1": {"asn": "1", "peer_group_name": "SPINES"},
			"default|Ethernet12": {"asn": "1"}, "Vrf1|Ethernet4": {"asn": "1"}, "Vrf2|10.0.0.1": {}, "10.0.0.9": {"asn": "1", "peer_group_name": "X"}}}`,
			`CONFIG_DB BGP_NEIGHBOR|default|Ethernet12: Ethernet12 does not exist
CONFIG_DB BGP_GLOBALS|Vrf3: Vrf3 does not exist
CONFIG_DB BGP_NEIGHBOR|Vrf2|10.0.0.1: Vrf2 does not exist
CONFIG_DB BGP_NEIGHBOR|default|10.0.0.1: field "peer_group_name": "SPINES" does not exist`},
		{`{"BGP_GLOBALS": {"default": {}}, "BGP_NEIGHBOR": {"default|10.0.0.1": {"asn": "1"}}, "ROUTE_MAP_SET": {"A": {}}, "ROUTE_MAP": {"B|10": {"route_operation": "permit", "match_prefix_set": "P"}},
			"BGP_NEIGHBOR_AF": {"default|10.0.0.1|ipv4_unicast": {"route_map_in@": "A", "route_map_out@": "B", "prefix_list_in": "Q"}, "default|10.0.0.3|ipv4_unicast": {"route_map_in": "C"}}}`,
			`CONFIG_DB BGP_NEIGHBOR_AF|default|10.0.0.1|ipv4_unicast: field "prefix_list_in": "Q" does not exist
CONFIG_DB BGP_NEIGHBOR_AF|default|10.0.0.3|ipv4_unicast: 10.0.0.3 does not exist
CONFIG_DB BGP_NEIGHBOR_AF|default|10.0.0.3|ipv4_unicast: field "route_map_in": "C" does not exist
CONFIG_DB ROUTE_MAP|B|10: field "match_prefix_set": "P" does not exist`},
		{`{"BGP_GLOBALS_AF": {"default|ipv4_unicast": {}}, "PREFIX": {"P|10|10.0.0.0/8|exact": {}}, "ROUTE_REDISTRIBUTE": {"default|connected|bgp|ipv4": {"route_map@": "A"}}}`,
			`CONFIG_DB BGP_GLOBALS_AF|default|ipv4_unicast: default does not exist
CONFIG_DB PREFIX|P|10|10.0.0.0/8|exact: P does not exist
CONFIG_DB ROUTE_REDISTRIBUTE|default|connected|bgp|ipv4: field "route_map": "A" does not exist`},
		{`{"BGP_PEER_GROUP_AF": {"default|G|ipv4_unicast": {}}, "BGP_GLOBALS_LISTEN_PREFIX": {"default|10.0.0.0/8": {"peer_group": "G"}}, "BGP_GLOBALS": {"default": {}}, "BGP_PEER_GROUP": {"default|G": {}}}`, ``},
	} {
		config := candidate.Of(parse(t, base))
		if f := config.Faults(); len(f) > 0 {
			t.Fatal(f)
		}
		config.Merge(parse(t, c.merge))
		if diff := cmp.Diff(c.want, text(config.Check())); diff != "" {
			t.Errorf("%s\n%s", c.merge, diff)
		}
		if diff := cmp.Diff(c.want, text(config.Faults())); diff != "" {
			t.Errorf("all of %s\n%s", c.merge, diff)
		}
	}
}

func text(faults []*candidate.Fault) string {
	var lines []string
	for _, f := range faults {
		lines = append(lines, f.Error())
	}
	return strings.Join(lines, "\n")
}

// TestRemovalIsChecked: a row that others rest on does not go, and what has been wrong for long keeps nobody from changing something else.
func TestRemovalIsChecked(t *testing.T) {
	config := candidate.Of(parse(t, base))
	config.Write(tables.ConfigVlan.Del(10))
	if got := text(config.Check()); got != "CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet0: Vlan10 does not exist" {
		t.Error(got)
	}
	old := candidate.Of(config.Content())
	old.Put("VRF", "Vrf2", []db.Field{{Name: "NULL", Value: "NULL"}})
	if got := text(old.Check()); got != "" {
		t.Error(got)
	}
	if got := len(old.Faults()); got != 1 {
		t.Error(got)
	}
	if got := old.Unknown(); !slices.Equal(got, []string{"SOMEBODYS"}) {
		t.Error(got)
	}
}

// TestDelta holds that a difference, applied, is the candidate.
func TestDelta(t *testing.T) {
	ctx := t.Context()
	store := mem.New().Client()
	err := store.Raw(db.Config).Write(ctx, []db.RawWrite{
		{Key: "A|1", Fields: []db.Field{{Name: "x", Value: "1"}, {Name: "y", Value: "2"}}}, {Key: "A|2", Fields: []db.Field{{Name: "NULL", Value: "NULL"}}},
		{Key: "A|3", Fields: []db.Field{{Name: "x", Value: "1"}}}, {Key: "B|1", Fields: []db.Field{{Name: "x", Value: "1"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	config, err := candidate.Read(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	config.Replace(parse(t, `{"A": {"1": {"y": "2", "x": "3"}, "2": {"z": "1"}, "4": {}}, "B": {"1": {"x": 1}}}`))
	var got []string
	for _, w := range config.Delta() {
		got = append(got, fmt.Sprint(w.Key, w.Fields, w.Remove, w.Delete))
	}
	want := []string{"A|3[] [] true", "A|1[{x 3}] [] false", "A|2[{z 1}] [NULL] false", "A|4[{NULL NULL}] [] false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := config.Commit(ctx, store); err != nil {
		t.Fatal(err)
	}
	again, err := candidate.Read(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Content(), again.Content()); diff != "" {
		t.Error(diff)
	}
	if n := len(config.Changes()); n != 0 {
		t.Errorf("%d changes left after the commit", n)
	}
}

// TestConflict: a row that somebody else changed, and a row that the check relied on, refuse the commit; other rows do not.
func TestConflict(t *testing.T) {
	ctx := t.Context()
	for _, c := range []struct {
		name    string
		other   db.Write
		refused string
	}{
		{"the same row", tables.ConfigVlanMember.Replace(tables.VlanMemberKey{Vlan: 10, Port: "Ethernet8"}, tables.VlanMemberRow{Tagging: tables.Untagged}), "VLAN_MEMBER|Vlan10|Ethernet8"},
		{"what it refers to", tables.ConfigVlan.Del(10), "VLAN|Vlan10"},
		{"another row", tables.ConfigVlan.Set(20, tables.VlanRow{}), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := mem.New().Client()
			first := candidate.Of(nil)
			first.Merge(parse(t, base))
			if err := first.Commit(ctx, store); err != nil {
				t.Fatal(err)
			}
			config, err := candidate.Read(ctx, store)
			if err != nil {
				t.Fatal(err)
			}
			config.Write(tables.ConfigVlanMember.Set(tables.VlanMemberKey{Vlan: 10, Port: "Ethernet8"}, tables.VlanMemberRow{Tagging: tables.Tagged}))
			if err := candidate.Join(config.Check()); err != nil {
				t.Fatal(err)
			}
			if err := store.Write(ctx, []db.Write{c.other}); err != nil {
				t.Fatal(err)
			}
			err = config.Commit(ctx, store)
			var conflict *candidate.Conflict
			if errors.As(err, &conflict); c.refused == "" != (err == nil) || conflict != nil && !slices.Equal(conflict.Keys, []string{c.refused}) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestEditRace has many add to one list at once: nothing is lost.
func TestEditRace(t *testing.T) {
	ctx := t.Context()
	store := mem.New().Client()
	var g errgroup.Group
	for i := range 5 {
		g.Go(func() error {
			return candidate.Edit(ctx, store, func(c *candidate.Config) error {
				var old string
				if row := c.Fields("LIST", "all"); row != nil {
					old = row[0].Value
				}
				c.Put("LIST", "all", []db.Field{{Name: "x", Value: old + string(rune('a'+i))}})
				return nil
			})
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Read(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	letters := []byte(c.Fields("LIST", "all")[0].Value)
	slices.Sort(letters)
	if string(letters) != "abcde" {
		t.Errorf("%s", letters)
	}
}

// TestWasStays: editing never changes what was read.
func TestWasStays(t *testing.T) {
	config := candidate.Of(parse(t, base))
	config.Write(tables.ConfigVlan.Set(10, tables.VlanRow{MTU: 1500, Description: "x"}))
	config.Write(tables.ConfigVlan.Del(10))
	config.Merge(parse(t, `{"VLAN": {"Vlan10": {"vlanid": "10"}}}`))
	if n := config.Changes(); len(n) != 0 {
		t.Errorf("%v", n)
	}
}
