package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
}

func parse(t testing.TB, text string) []configjson.Row {
	t.Helper()
	rows, err := configjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func ports() string {
	var out []string
	for _, p := range hwsku.Default().Ports {
		out = append(out, fmt.Sprintf(`"%s": {"lanes": "%s", "speed": "40000", "admin_status": "up"}`, p.Name, strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Lanes), " ", ","), "[]")))
	}
	return `"PORT": {` + strings.Join(out, ",") + `}, "DEVICE_METADATA": {"localhost": {"mac": "02:48:53:00:00:01", "bgp_asn": "65001", "type": "LeafRouter"}}`
}

func TestTry(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	empty := parse(t, `{`+ports()+`}`)
	full := parse(t, `{`+ports()+`, "VLAN": {"Vlan20": {}}, "VLAN_MEMBER": {"Vlan20|Ethernet0": {"tagging_mode": "untagged"}},
		"VLAN_INTERFACE": {"Vlan20": {}, "Vlan20|10.0.0.0/31": {}}, "BGP_NEIGHBOR": {"10.0.0.1": {"asn": "65002", "name": "spine"}}}`)
	neighbor := Neighbor{Key: tables.NeighKey{Interface: "Vlan20", IP: netip.MustParseAddr("10.0.0.1")}, MAC: tables.MAC{2, 0, 0, 0, 0, 9}}
	for _, c := range []struct {
		name     string
		was, now []configjson.Row
		want     string
		frr      string
	}{
		{"nothing", full, full, "", ""},
		{"a VLAN with a member, an address, a BGP neighbour", empty, full, `
create VLAN(20) VLAN_ID=20
create BRIDGE_PORT(PORT(Ethernet0)) ADMIN_STATE=true FDB_LEARNING_MODE=SAI_BRIDGE_PORT_FDB_LEARNING_MODE_HW PORT_ID=PORT(Ethernet0) TYPE=SAI_BRIDGE_PORT_TYPE_PORT
create VLAN_MEMBER(VLAN(20),BRIDGE_PORT(PORT(Ethernet0))) BRIDGE_PORT_ID=BRIDGE_PORT(PORT(Ethernet0)) VLAN_ID=VLAN(20) VLAN_TAGGING_MODE=SAI_VLAN_TAGGING_MODE_UNTAGGED
create ROUTER_INTERFACE(Vlan20) `, "+ bgpd: router bgp > neighbor 10.0.0.1 remote-as 65002"},
		{"the way back", full, empty, `
remove NEIGHBOR_ENTRY {"ip":"10.0.0.1","rif":"ROUTER_INTERFACE(Vlan20)","switch_id":"SWITCH()"}
remove ROUTER_INTERFACE(Vlan20)
remove VLAN_MEMBER(VLAN(20),BRIDGE_PORT(PORT(Ethernet0)))
remove BRIDGE_PORT(PORT(Ethernet0))
remove VLAN(20)
set PORT(Ethernet0) PORT_VLAN_ID=1`, "- bgpd: router bgp > neighbor 10.0.0.1 remote-as 65002"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, err := Try(ctx, Trial{SKU: hwsku.Default(), MAC: tables.MAC{2, 0x48, 0x53, 0, 0, 1}, Was: c.was, Now: c.now, Neighbors: []Neighbor{neighbor}})
			if err != nil {
				t.Fatal(err)
			}
			got := "\n" + strings.Join(plan.ASIC, "\n")
			for line := range strings.SplitSeq(c.want, "\n") {
				if !strings.Contains(got, "\n"+line) {
					t.Errorf("there is no operation %q", line)
				}
			}
			if !slices.Contains(plan.FRR, c.frr) && c.frr != "" {
				t.Errorf("there is no line %q", c.frr)
			}
			if c.want == "" && len(plan.ASIC)+len(plan.FRR) > 0 || t.Failed() {
				t.Errorf("operations:%s\nlines:\n%s", got, strings.Join(plan.FRR, "\n"))
			}
		})
	}
}

// TestTryEnds: a switch that cannot start is an error, and leaves nothing behind.
func TestTryEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := Try(ctx, Trial{SKU: hwsku.Default(), MAC: tables.MAC{2}, Was: nil, Now: nil})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
