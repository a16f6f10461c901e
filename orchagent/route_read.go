package orchagent

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// longest is the route to an address in the default VRF, and its next hops by address. The translation runs again when it would be another one.
func (r *routes) longest(tx *engine.Tx, to netip.Addr) (netip.Prefix, []tables.NextHop) {
	candidates := func(yield func(destination) bool) {
		for bits := to.BitLen(); bits >= 0; bits-- {
			p, _ := to.Prefix(bits)
			if !yield(pack(r.vr(""), p)) {
				return
			}
		}
	}
	o, v, ok := engine.First(tx, r.rows, candidates)
	if !ok {
		return netip.Prefix{}, nil
	}
	set, ok := r.sets.Value(v.via)
	if v.drop || !ok {
		return o.prefix(), nil
	}
	hops := set.hops()
	if name, named := strings.CutPrefix(string(set), namedGroup); named {
		row, _ := engine.Get(tx, tables.ApplNexthopGroup, name)
		hops, _ = groupHops(tx, row, 0) // what is wrong with the group is said of it
	}
	slices.SortFunc(hops, func(a, b tables.NextHop) int {
		return cmp.Or(a.IP.Compare(b.IP), strings.Compare(a.Interface, b.Interface))
	})
	return o.prefix(), hops
}
