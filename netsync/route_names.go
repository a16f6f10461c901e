package netsync

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// The kernel's tables of the default VRF: main, and none given.
const (
	tableMain   = 254
	tableUnspec = 0
)

// routeNames knows the names behind the numbers of zebra's messages. A link or VRF that has gone keeps its name until the number is used
// again: the deletions of its routes come after it.
type routeNames struct {
	links  map[int32]string
	vrfs   []string          // by index; 0 is the default VRF
	byName map[string]uint16 // index of a VRF
	tables map[uint32]vrfRef
}

// vrfRef is what a kernel table stands for.
type vrfRef struct {
	index uint16
	// skip: a VRF that is not SONiC's to route in (mgmt), or a name that would be mistaken for an address.
	skip bool
}

func newRouteNames() *routeNames {
	return &routeNames{
		links: map[int32]string{}, vrfs: []string{""}, byName: map[string]uint16{"": 0},
		tables: map[uint32]vrfRef{tableMain: {}, tableUnspec: {}},
	}
}

func (n *routeNames) link(index int32) (name string, ok bool) {
	name, ok = n.links[index]
	return name, ok
}

// vrf gives the index of a VRF's name; names are never forgotten.
func (n *routeNames) vrf(name string) uint16 {
	if i, ok := n.byName[name]; ok {
		return i
	}
	i := uint16(len(n.vrfs))
	n.vrfs, n.byName[name] = append(n.vrfs, name), i
	return i
}

// set takes a link's fact and reports what is new: a name for an index, a VRF for a table.
func (n *routeNames) set(name string, f tables.LinkFact) (newLink, newTable bool) {
	if f.Index > 0 && n.links[f.Index] != name {
		n.links[f.Index], newLink = name, true
	}
	if f.VrfTable == 0 || f.VrfTable == tableMain {
		return newLink, false
	}
	ref := vrfRef{skip: true}
	if strings.HasPrefix(name, "Vrf") && len(n.vrfs) < 1<<16-1 {
		ref = vrfRef{index: n.vrf(name)}
	}
	was, known := n.tables[f.VrfTable]
	n.tables[f.VrfTable] = ref
	return newLink, !known || was != ref
}

// table is the kernel table of a VRF, as zebra knows it; the one with the highest number if there are several, which does not happen.
func (n *routeNames) table(vrf uint16) (table uint32) {
	if vrf == 0 {
		return tableMain
	}
	for t, ref := range n.tables {
		if ref.index == vrf && !ref.skip {
			table = max(table, t)
		}
	}
	return table
}
