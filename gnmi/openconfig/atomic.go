package openconfig

import (
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
)

// atomicLists are the lists whose entries are told as a whole, as elements.
func atomicLists() (out [][]string) {
	for _, list := range mapping.Atomic() {
		out = append(out, strings.Split(list[1:], "/"))
	}
	return out
}

// Whole implements origin.Atomic.
func (o *Origin) Whole(leaf *gpb.Path) int {
next:
	for _, list := range o.atomic {
		if len(leaf.GetElem()) < len(list) {
			continue
		}
		for i, name := range list {
			if leaf.GetElem()[i].GetName() != name {
				continue next
			}
		}
		return len(list)
	}
	return 0
}
