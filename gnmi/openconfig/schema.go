package openconfig

import (
	"path"

	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// node is a container, list, leaf or leaf-list of the schema.
type node struct {
	name, module string
	parent       *node
	children     map[string]*node
	order        []string // of the children
	keys         []string // of a list, in the schema's order
	config       bool
	kind         *kind // of a leaf
	leaves       []*leaf
}

func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	return n.parent.path() + "/" + n.name
}

// grow makes the tree of the schema.
func grow(s *schema.Schema) *node {
	root := &node{children: map[string]*node{}, config: true}
	at := map[string]*node{"/": root}
	for _, of := range s.Nodes {
		parent := at[path.Dir(of.Path)]
		n := &node{name: path.Base(of.Path), module: of.Module, parent: parent, keys: of.Keys, config: !of.State}
		if of.Leaf {
			n.kind = &kind{of.Type, of.List}
		} else {
			n.children = map[string]*node{}
		}
		at[of.Path], parent.children[n.name] = n, n
	}
	for _, n := range at {
		n.order = sorted(n.children)
	}
	return root
}
