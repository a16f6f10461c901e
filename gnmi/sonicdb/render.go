package sonicdb

import (
	"encoding/json"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// JSON implements origin.Origin: objects all the way down to fields, which are strings, and lists of strings. There are no modules, so both of gNMI's JSONs are
// the same. What a wildcard stands for is named in the answer.
func (o *Origin) JSON(path *gpb.Path, leaves []origin.Leaf, _ bool) ([]byte, error) {
	from := o.treeFrom(path)
	root := map[string]any{}
	for _, l := range leaves {
		names := words(l.Path)
		if len(names) <= from {
			return json.Marshal(plain(l.Value)) // the leaf itself
		}
		at := root
		for _, n := range names[from : len(names)-1] {
			below, ok := at[n].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[n] = below
			}
			at = below
		}
		last := names[len(names)-1]
		if l.Value.GetJsonIetfVal() != nil { // an empty row
			at[last] = map[string]any{}
			continue
		}
		at[last] = plain(l.Value)
	}
	return json.Marshal(root)
}

// words are the elements of a path, with a key in brackets as an element of its own.
func words(p *gpb.Path) []string {
	out := make([]string, 0, len(p.GetElem())+1)
	for _, e := range p.GetElem() {
		out = append(out, e.GetName())
		if k, ok := e.GetKey()["key"]; ok {
			out = append(out, k)
		}
	}
	return out
}

// treeFrom is how many elements of a leaf's path are not in the tree: those of the path asked for, up to its first wildcard; but what belongs to ports
// is named by itself.
func (o *Origin) treeFrom(path *gpb.Path) int {
	list := words(path)
	if n := len(list); n > 0 && o.tablePlace(list) >= 0 {
		if _, ok := partNames[list[n-1]]; ok {
			return n
		}
	}
	for i, w := range list {
		if wild(w) {
			return i
		}
	}
	return len(list)
}

// tablePlace is where the table stands among the elements of a path of COUNTERS_DB that is kept by identity, or -1.
func (o *Origin) tablePlace(list []string) int {
	for i, w := range list {
		for _, t := range byIdentity {
			if w == t {
				return i
			}
		}
	}
	return -1
}

// plain is a value as encoding/json takes it.
func plain(v *gpb.TypedValue) any {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_LeaflistVal:
		list := make([]string, 0, len(v.LeaflistVal.GetElement()))
		for _, e := range v.LeaflistVal.GetElement() {
			list = append(list, e.GetStringVal())
		}
		return list
	case *gpb.TypedValue_JsonIetfVal:
		return map[string]any{}
	}
	return v.GetStringVal()
}
