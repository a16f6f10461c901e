// Command gen writes the schema of the server from package oc.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
	"github.com/openconfig/ygot/util"
	"github.com/openconfig/ygot/ygot"

	"github.com/hypersonic-nos/hypersonic/gnmi/oc"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gnmi/schema/gen: ")
	text, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("schema_gen.json", text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// generating collects the types that leaves have in common.
type generating struct {
	schema.Schema
	index map[string]int // of a type, by its JSON
}

func generate() ([]byte, error) {
	if err := oc.Load(); err != nil {
		return nil, err
	}
	g := &generating{index: map[string]int{}}
	for _, m := range oc.ΓModelData {
		g.Models = append(g.Models, schema.Model{Name: m.GetName(), Organization: m.GetOrganization(), Version: m.GetVersion()})
	}
	slices.SortFunc(g.Models, func(a, b schema.Model) int { return strings.Compare(a.Name, b.Name) })
	if err := g.nodes("", reflect.TypeFor[oc.Device](), oc.SchemaTree["Device"]); err != nil {
		return nil, err
	}
	return g.lines()
}

// nodes are the fields of a generated struct, which has their modules, with what the schema says of them.
func (g *generating) nodes(path string, t reflect.Type, e *yang.Entry) error {
	for i := range t.NumField() {
		f := t.Field(i)
		child := e.Dir[f.Tag.Get("path")]
		if child == nil {
			return fmt.Errorf("%s: the schema has no %s", path, f.Tag.Get("path"))
		}
		n := &schema.Node{Path: path + "/" + child.Name, Module: f.Tag.Get("module"), State: child.ReadOnly(), Keys: strings.Fields(child.Key)}
		if a := child.ListAttr; a != nil && (a.MinElements > 0 || a.MaxElements < math.MaxUint32) {
			return fmt.Errorf("%s: limits of how many there are are not checked", n.Path)
		}
		g.Nodes = append(g.Nodes, n)
		if !child.IsLeaf() && !child.IsLeafList() {
			if child.IsChoice() {
				return fmt.Errorf("%s: choices are not checked", n.Path)
			}
			if err := g.nodes(n.Path, structOf(f.Type), child); err != nil {
				return err
			}
			continue
		}
		resolved, err := util.ResolveIfLeafRef(child)
		if err != nil {
			return fmt.Errorf("%s: %w", n.Path, err)
		}
		n.Leaf, n.List = true, child.IsLeafList()
		if n.Index, err = g.add(resolved.Type, n.Path); err != nil {
			return fmt.Errorf("%s: %w", n.Path, err)
		}
	}
	return nil
}

func structOf(t reflect.Type) reflect.Type {
	for t.Kind() != reflect.Struct {
		t = t.Elem()
	}
	return t
}

// add gives the index of a type.
func (g *generating) add(y *yang.YangType, path string) (int, error) {
	t := &schema.Type{Kind: schema.Kind(yang.TypeKindToName[y.Kind])}
	var err error
	switch y.Kind {
	case yang.Yint8, yang.Yint16, yang.Yint32, yang.Yint64, yang.Yuint8, yang.Yuint16, yang.Yuint32, yang.Yuint64:
		if !slices.Contains(whole(), y.Range.String()) {
			t.Ranges, err = ranges(y.Range)
		}
	case yang.Ydecimal64:
		t.Ranges, err = ranges(y.Range)
	case yang.Ystring:
		t.Pattern, _ = util.SanitizedPattern(y)
		for _, p := range t.Pattern {
			if _, err := regexp.Compile(p); err != nil {
				return 0, err
			}
		}
		if t.Pattern != nil {
			t.Name = named(y)
		}
		t.Ranges, err = ranges(y.Length)
	case yang.Ybinary:
		t.Ranges, err = ranges(y.Length)
	case yang.Yenum, yang.Yidentityref:
		t.Names, err = names(path, y.Kind == yang.Yidentityref)
	case yang.Yunion:
		t.Name = named(y)
		for _, member := range y.Type {
			i, err := g.add(member, path)
			if err != nil {
				return 0, err
			}
			t.Members = append(t.Members, i)
		}
	case yang.Ybool:
	default:
		err = fmt.Errorf("nothing reads values of the kind %s", t.Kind)
	}
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return 0, err
	}
	i, known := g.index[string(text)]
	if !known {
		i = len(g.Types)
		g.index[string(text)] = i
		g.Types = append(g.Types, t)
	}
	return i, nil
}

// whole are the ranges that say no more than the kind does.
func whole() []string {
	var all []string
	for _, r := range []yang.YangRange{yang.Int8Range, yang.Int16Range, yang.Int32Range, yang.Int64Range, yang.Uint8Range, yang.Uint16Range, yang.Uint32Range, yang.Uint64Range} {
		all = append(all, r.String())
	}
	return all
}

func ranges(of yang.YangRange) ([]schema.Range, error) {
	var all []schema.Range
	for _, r := range of {
		if r.Max.Value == math.MaxInt64 {
			return nil, nil // all that a decimal64 can be
		}
		if r.Min.Value > 1<<53 || r.Max.Value > 1<<53 {
			return nil, fmt.Errorf("the bounds %s are not exact", r)
		}
		all = append(all, schema.Range{bound(r.Min), bound(r.Max)})
	}
	return all, nil
}

func bound(n yang.Number) float64 {
	f := float64(n.Value) / math.Pow10(int(n.FractionDigits))
	if n.Negative {
		return -f
	}
	return f
}

// named is the name of a typedef without its module's prefix.
func named(y *yang.YangType) string {
	name := y.Name[strings.LastIndexByte(y.Name, ':')+1:]
	if name == yang.TypeKindToName[y.Kind] {
		return ""
	}
	return name
}

// names are those of a leaf's enumerations, or of its identities.
func names(path string, identities bool) (map[string]string, error) {
	all := map[string]string{}
	for _, t := range oc.ΛEnumTypes[path] {
		enum, ok := reflect.Zero(t).Interface().(ygot.GoEnum)
		if !ok {
			return nil, fmt.Errorf("%s is no enumeration", t)
		}
		for _, def := range enum.ΛMap()[t.Name()] {
			if identities == (def.DefiningModule != "") {
				all[def.Name] = def.DefiningModule
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there are no names")
	}
	return all, nil
}

// lines writes a line for each model, type and node, so that a difference can be read.
func (g *generating) lines() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\"Models\":[\n")
	if err := list(&b, g.Models); err != nil {
		return nil, err
	}
	b.WriteString("],\"Types\":[\n")
	if err := list(&b, g.Types); err != nil {
		return nil, err
	}
	b.WriteString("],\"Nodes\":[\n")
	if err := list(&b, g.Nodes); err != nil {
		return nil, err
	}
	b.WriteString("]}\n")
	return b.Bytes(), nil
}

func list[T any](b *bytes.Buffer, all []T) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	for i, v := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(v); err != nil {
			return err
		}
	}
	return nil
}
