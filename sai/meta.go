package sai

import (
	"fmt"
	"slices"
	"sort"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Flags say when an attribute may be written.
type Flags uint16

// The flags of SAI's headers, and some properties of an attribute.
const (
	Mandatory Flags = 1 << iota // must be given at creation, if its Condition holds
	CreateOnly
	CreateAndSet
	ReadOnly
	KeyAttr      // part of what SAI calls the object's key
	Deferred     // may refer into a cycle of types: set after all creations
	AllowNull    // a reference may be null
	IsVlan       // a VLAN id: 1..4094
	ResourceType // tells resources apart in availability queries
	Deprecated
	HasDefault // goes back to DefaultText when it is no longer wanted
)

// AttrMeta holds the facts of an attribute. Metadata is constant: do not write to it.
type AttrMeta struct {
	Name        string
	DefaultText string // what SAI declares: a value's ASIC_DB text, or "", if HasDefault is not set
	Enum        *EnumMeta
	Objects     []ObjectType // what a reference may refer to
	Condition   Condition    // Mandatory only if it holds; empty always holds
	ValidOnly   Condition    // means something only if it holds; empty always holds
	Object      ObjectType
	ID          uint16
	Flags       Flags
	Type        ValueType
}

// Is tells whether all the given flags are set.
func (a *AttrMeta) Is(f Flags) bool { return a.Flags&f == f }

func (a *AttrMeta) String() string { return a.Name }

// Default gives the value that SAI declares. Defaults that depend on another attribute, the switch or the vendor are none.
func (a *AttrMeta) Default() (any, bool) {
	if !a.Is(HasDefault) {
		return nil, false
	}
	v, err := ParseValue(a, a.DefaultText)
	return v, err == nil
}

// Allows tells whether a reference may refer to objects of type t.
func (a *AttrMeta) Allows(t ObjectType) bool { return slices.Contains(a.Objects, t) }

// ObjectMeta holds the facts of an object type.
type ObjectMeta struct {
	Type   ObjectType
	Name   string // SAI_OBJECT_TYPE_VLAN
	Rank   int
	Stats  *EnumMeta  // the symbols of its counters; nil if it has none
	Entry  []EntryRef // the references inside its entry struct, the switch left out
	Attrs  []AttrMeta // by ID
	byName []uint16   // indexes into Attrs, by name
}

// EntryRef is a reference inside an entry struct.
type EntryRef struct {
	Field   string
	Objects []ObjectType
}

// Attr finds an attribute by number; nil if there is none.
func (o *ObjectMeta) Attr(id uint16) *AttrMeta {
	if int(id) < len(o.Attrs) && o.Attrs[id].ID == id {
		return &o.Attrs[id]
	}
	i := sort.Search(len(o.Attrs), func(i int) bool { return o.Attrs[i].ID >= id })
	if i < len(o.Attrs) && o.Attrs[i].ID == id {
		return &o.Attrs[i]
	}
	return nil
}

// AttrByName finds an attribute by its symbol; nil if there is none.
func (o *ObjectMeta) AttrByName(name string) *AttrMeta {
	i := sort.Search(len(o.byName), func(i int) bool { return o.Attrs[o.byName[i]].Name >= name })
	if i < len(o.byName) && o.Attrs[o.byName[i]].Name == name {
		return &o.Attrs[o.byName[i]]
	}
	return nil
}

// IsEntry tells whether objects of the type are identified by an entry struct, not by an OID.
func (o *ObjectMeta) IsEntry() bool { return IsEntry(o.Type) }

// Meta gives the facts of the type; nil if it is unknown.
func (t ObjectType) Meta() *ObjectMeta {
	if int(t) < len(objectMetas) {
		return objectMetas[t]
	}
	return nil
}

// ObjectTypes lists all object types, by number.
func ObjectTypes() []ObjectType {
	var out []ObjectType
	for t := range ObjectType(len(objectMetas)) {
		if t.Meta() != nil {
			out = append(out, t)
		}
	}
	return out
}

// Kind gives the engine's kind of the type; nil if it is unknown.
func (t ObjectType) Kind() *engine.Kind {
	if int(t) < len(kinds) {
		return kinds[t]
	}
	return nil
}

// TypeOf gives the object type of a key's kind; 0 for kinds of other targets.
func TypeOf(k *engine.Kind) ObjectType {
	t, _ := ParseObjectType(k.Name)
	return t
}

// AttrByName finds an attribute of any object by its symbol.
func AttrByName(name string) (*AttrMeta, error) {
	for i := len("SAI_"); i+6 <= len(name); i++ {
		if name[i:i+6] != "_ATTR_" {
			continue
		}
		if t, err := ParseObjectType("SAI_OBJECT_TYPE_" + name[4:i]); err == nil {
			if m := t.Meta(); m != nil {
				if a := m.AttrByName(name); a != nil {
					return a, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("unknown attribute %q", name)
}

// attrInfo gives the engine the facts of an attribute, in its terms: references default to nil, lists of them to an empty KeyList.
func attrInfo(t ObjectType, id uint16) engine.AttrInfo {
	a := t.Meta().Attr(id)
	if a == nil {
		return engine.AttrInfo{Name: fmt.Sprintf("%v attribute %d", t, id)}
	}
	i := engine.AttrInfo{Name: a.Name, CreateOnly: a.Is(CreateOnly), Deferred: a.Is(Deferred)}
	if !a.Is(HasDefault) {
		return i
	}
	switch a.Type {
	case TypeOID, TypeAclFieldOID, TypeAclActionOID:
		i.HasDefault = true
	case TypeObjectList, TypeAclFieldObjectList, TypeAclActionObjectList:
		i.Default, i.HasDefault = KeyList(nil), true
	default:
		i.Default, i.HasDefault = a.Default()
	}
	return i
}
