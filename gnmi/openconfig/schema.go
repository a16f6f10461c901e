package openconfig

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
	"github.com/openconfig/ygot/util"
	"github.com/openconfig/ygot/ygot"

	"github.com/hypersonic-nos/hypersonic/gnmi/oc"
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

// kind is the type of a leaf or leaf-list.
type kind struct {
	list    bool
	yang    yang.TypeKind
	digits  int               // of a decimal64's fraction
	modules map[string]string // of identities, by name
	union   []*kind
}

func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	return n.parent.path() + "/" + n.name
}

// grow makes the tree of a generated struct and its schema.
func grow(parent *node, t reflect.Type, e *yang.Entry) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("path")
		child := dataChild(e, name)
		if child == nil {
			return fmt.Errorf("%s: the schema has no %s", parent.path(), name)
		}
		n := &node{name: name, module: f.Tag.Get("module"), parent: parent, config: !child.ReadOnly()}
		parent.children[name] = n
		switch {
		case child.IsLeaf() || child.IsLeafList():
			k, err := kindOf(child, n.path())
			if err != nil {
				return err
			}
			n.kind = k
		default:
			n.children = map[string]*node{}
			if child.Key != "" {
				n.keys = strings.Fields(child.Key)
			}
			if err := grow(n, structOf(f.Type), child); err != nil {
				return err
			}
		}
	}
	parent.order = sorted(parent.children)
	return nil
}

func structOf(t reflect.Type) reflect.Type {
	for t.Kind() != reflect.Struct {
		t = t.Elem()
	}
	return t
}

func dataChild(e *yang.Entry, name string) *yang.Entry {
	if c := e.Dir[name]; c != nil && !c.IsChoice() && !c.IsCase() {
		return c
	}
	for _, c := range e.Dir {
		if c.IsChoice() || c.IsCase() {
			if found := dataChild(c, name); found != nil {
				return found
			}
		}
	}
	return nil
}

func kindOf(e *yang.Entry, path string) (*kind, error) {
	list := e.IsLeafList()
	resolved, err := util.ResolveIfLeafRef(e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	k := typeKind(resolved.Type, identities(path))
	k.list = list
	return k, nil
}

func typeKind(t *yang.YangType, modules map[string]string) *kind {
	k := &kind{yang: t.Kind, digits: t.FractionDigits}
	switch t.Kind {
	case yang.Yidentityref:
		k.modules = modules
	case yang.Yunion:
		for _, member := range t.Type {
			k.union = append(k.union, typeKind(member, modules))
		}
	}
	return k
}

// identities are the names that the enumerations of a leaf have, with the modules of those that are identities.
func identities(path string) map[string]string {
	modules := map[string]string{}
	for _, t := range oc.ΛEnumTypes[path] {
		enum, ok := reflect.Zero(t).Interface().(ygot.GoEnum)
		if !ok {
			continue
		}
		for _, def := range enum.ΛMap()[t.Name()] {
			if def.DefiningModule != "" {
				modules[def.Name] = def.DefiningModule
			}
		}
	}
	return modules
}
