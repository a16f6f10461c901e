package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

//go:embed sai.json
var saiJSON []byte

//go:embed keys.json
var keysJSON []byte

// facts is what sai.json holds: SAI's headers.
type facts struct {
	Objects []*object                `json:"object_types"`
	Enums   map[string]symbols       `json:"enums"`
	Entries map[string][]entryMember `json:"entries"`

	byName map[string]*object
}

type object struct {
	Symbol string  `json:"name"`
	ID     int     `json:"id"`
	Stats  string  `json:"stats"`
	Attrs  []*attr `json:"attrs"`

	Name  string // VLAN_MEMBER
	Go    string // VlanMember
	Rank  int
	Depth int // order within the rank, for members of a cycle
}

type attr struct {
	Symbol       string   `json:"name"`
	ID           int      `json:"id"`
	CType        string   `json:"type"`
	Flags        []string `json:"flags"`
	Objects      []string `json:"objects"`
	Default      *string  `json:"default"`
	Condition    string   `json:"condition"`
	ValidOnly    string   `json:"validonly"`
	AllowNull    string   `json:"allownull"`
	IsVlan       string   `json:"isvlan"`
	ResourceType string   `json:"isresourcetype"`
	Deprecated   string   `json:"deprecated"`

	Name     string // VLAN_TAGGING_MODE
	Const    string // VlanMemberAttrVlanTaggingMode
	Func     string // VlanMemberVlanTaggingMode
	Value    valueType
	Enum     string // the C name of the enum, if any
	Deferred bool
}

type entryMember struct {
	Name    string   `json:"name"`
	CType   string   `json:"type"`
	Objects []string `json:"objects"`
}

// symbols keeps the order of the headers: of several symbols with one number the first is the one written.
type symbols []symbol

type symbol struct {
	Name  string
	Value int64
}

// UnmarshalJSON reads an object in its order.
func (s *symbols) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return err
		}
		var v int64
		if err := d.Decode(&v); err != nil {
			return err
		}
		*s = append(*s, symbol{k.(string), v})
	}
	return nil
}

func (a *attr) is(flag string) bool { return slices.Contains(a.Flags, flag) }

func (a *attr) readOnly() bool { return a.is("READ_ONLY") }

func (o *object) attr(symbol string) *attr {
	for _, a := range o.Attrs {
		if a.Symbol == symbol || a.Name == symbol {
			return a
		}
	}
	return nil
}

func loadFacts() (*facts, error) {
	f := &facts{byName: map[string]*object{}}
	if err := json.Unmarshal(saiJSON, f); err != nil {
		return nil, err
	}
	for _, o := range f.Objects {
		o.Name = strings.TrimPrefix(o.Symbol, "SAI_OBJECT_TYPE_")
		o.Go = camel(o.Name)
		f.byName[o.Symbol] = o
		sort.Slice(o.Attrs, func(i, j int) bool { return o.Attrs[i].ID < o.Attrs[j].ID })
		for _, a := range o.Attrs {
			a.Name = a.Symbol[strings.Index(a.Symbol, "_ATTR_")+len("_ATTR_"):]
			a.Const = symbolName(a.Symbol)
			if err := f.resolveType(a); err != nil {
				return nil, err
			}
		}
	}
	if err := f.nameConstructors(); err != nil {
		return nil, err
	}
	return f, nil
}

// nameConstructors applies the rule of the package's doc comment and refuses names that collide.
func (f *facts) nameConstructors() error {
	taken := map[string]string{}
	for e, ss := range f.Enums {
		taken[enumType(e)] = e
		for _, s := range ss {
			n := symbolName(s.Name)
			if other, ok := taken[n]; ok {
				return fmt.Errorf("%s and %s are both %s", s.Name, other, n)
			}
			taken[n] = s.Name
		}
	}
	claim := func(n, what string) error {
		if other, ok := taken[n]; ok {
			return fmt.Errorf("%s and %s are both %s", what, other, n)
		}
		taken[n] = what
		return nil
	}
	for _, o := range f.Objects {
		for _, a := range o.Attrs {
			if err := claim(a.Const, a.Symbol); err != nil {
				return err
			}
		}
	}
	for _, o := range f.Objects {
		for _, a := range o.Attrs {
			if a.readOnly() {
				continue
			}
			n := o.Go + camel(strings.TrimPrefix(a.Name, o.Name+"_"))
			if _, ok := taken[n]; ok {
				n += "Attr"
			}
			if err := claim(n, a.Symbol); err != nil {
				return err
			}
			a.Func = n
		}
	}
	return nil
}
