package rehearsal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// BenchmarkTry rehearses one new VLAN on a switch with many, each with 4 members.
func BenchmarkTry(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n, " VLANs"), func(b *testing.B) {
			var vlans, members []string
			for id := 2; id < 2+n; id++ {
				vlans = append(vlans, fmt.Sprintf(`"Vlan%d": {}`, id))
				for p := range 4 {
					members = append(members, fmt.Sprintf(`"Vlan%d|Ethernet%d": {"tagging_mode": "tagged"}`, id, 4*((id+p)%32)))
				}
			}
			config := func(more string) string {
				return `{` + ports() + `, "VLAN": {` + strings.Join(vlans, ",") + more + `}, "VLAN_MEMBER": {` + strings.Join(members, ",") + `}}`
			}
			was, now := parse(b, config("")), parse(b, config(`, "Vlan4000": {}`))
			for b.Loop() {
				plan, err := Try(b.Context(), Trial{SKU: hwsku.Default(), MAC: tables.MAC{2}, Was: was, Now: now})
				if err != nil || len(plan.ASIC) != 1 {
					b.Fatalf("%v, %v", plan.ASIC, err)
				}
			}
		})
	}
}
