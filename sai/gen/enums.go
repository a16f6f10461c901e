package main

import (
	"fmt"
	"sort"
	"strings"
)

// metaVar is the variable that holds an enum's symbols.
func metaVar(cname string) string { return "meta" + enumType(cname) }

func (f *facts) enumNames() []string {
	names := make([]string, 0, len(f.Enums))
	for n := range f.Enums {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// emitEnums writes the types and constants.
func emitEnums(f *facts) string {
	var b strings.Builder
	for _, cname := range f.enumNames() {
		if cname == "sai_object_type_t" {
			continue
		}
		t := enumType(cname)
		fmt.Fprintf(&b, "// %s is %s.\ntype %s int32\n\n// The values of %s.\nconst (\n", t, cname, t, t)
		for _, s := range f.Enums[cname] {
			fmt.Fprintf(&b, "%s %s = %d\n", symbolName(s.Name), t, s.Value)
		}
		b.WriteString(")\n\n")
		emitEnumMethods(&b, cname)
	}
	return b.String()
}

func emitEnumMethods(b *strings.Builder, cname string) {
	t := enumType(cname)
	fmt.Fprintf(b, "func (v %s) Number() int32 { return int32(v) }\n", t)
	fmt.Fprintf(b, "func (%s) EnumMeta() *EnumMeta { return &%s }\n", t, metaVar(cname))
	fmt.Fprintf(b, "func (v %s) String() string { return enumString(&%s, int32(v)) }\n\n", t, metaVar(cname))
}

// emitObjectTypes writes the object types, which are an enum too.
func emitObjectTypes(f *facts) string {
	var b strings.Builder
	b.WriteString("import \"github.com/hypersonic-nos/hypersonic/engine\"\n\n")
	b.WriteString("// ObjectType is sai_object_type_t.\ntype ObjectType uint32\n\n// The object types.\nconst (\n")
	for _, s := range f.Enums["sai_object_type_t"] {
		fmt.Fprintf(&b, "%s ObjectType = %d\n", symbolName(s.Name), s.Value)
	}
	b.WriteString(")\n\n")
	emitEnumMethods(&b, "sai_object_type_t")
	last := 0
	for _, o := range f.Objects {
		last = max(last, o.ID)
	}
	fmt.Fprintf(&b, "var objectMetas = [%d]*ObjectMeta{\n", last+1)
	for _, o := range f.Objects {
		fmt.Fprintf(&b, "ObjectType%s: &objectMeta%s,\n", o.Go, o.Go)
	}
	fmt.Fprintf(&b, "}\n\nvar kinds = [%d]*engine.Kind{\n", last+1)
	for _, o := range f.Objects {
		fmt.Fprintf(&b, "ObjectType%s: Kind%s,\n", o.Go, o.Go)
	}
	b.WriteString("}\n\n// The kinds of objects, for the engine.\nvar (\n")
	for _, o := range f.Objects {
		depth := ""
		if o.Depth > 0 {
			depth = fmt.Sprintf("Depth: func(engine.Key) int { return %d }, ", o.Depth)
		}
		fmt.Fprintf(&b, "Kind%s = &engine.Kind{Name: %q, Rank: %d, %sParse: parseEngineKey, Attr: func(id uint16) engine.AttrInfo { return attrInfo(ObjectType%s, id) }}\n",
			o.Go, o.Symbol, o.Rank, depth, o.Go)
	}
	b.WriteString(")\n")
	return b.String()
}

// marker tells whether the symbol bounds a range. It is never written where another symbol has its number.
func (s symbol) marker() bool {
	return strings.HasSuffix(s.Name, "_START") || strings.HasSuffix(s.Name, "_END") || strings.HasSuffix(s.Name, "_BASE")
}

// emitEnumMeta writes the symbol tables.
func emitEnumMeta(f *facts) string {
	var b strings.Builder
	b.WriteString("var (\n")
	for _, cname := range f.enumNames() {
		ss := append(symbols(nil), f.Enums[cname]...)
		sort.SliceStable(ss, func(i, j int) bool {
			a, b := ss[i], ss[j]
			return a.Value < b.Value || a.Value == b.Value && !a.marker() && b.marker()
		})
		byName := make([]int, len(ss))
		for i := range byName {
			byName[i] = i
		}
		sort.Slice(byName, func(i, j int) bool { return ss[byName[i]].Name < ss[byName[j]].Name })
		flags := ""
		if flagEnums[cname] {
			flags = "Flags: true, "
		}
		fmt.Fprintf(&b, "%s = EnumMeta{Name: %q, %sbox: func(n int32) any { return %s(n) }, byName: []uint16{%s}, Symbols: []EnumSymbol{\n",
			metaVar(cname), cname, flags, enumType(cname), join(byName))
		for _, s := range ss {
			fmt.Fprintf(&b, "{%q, %d},\n", s.Name, s.Value)
		}
		b.WriteString("}}\n")
	}
	b.WriteString(")\n")
	return b.String()
}

// flagEnums hold sets of bits (SAI's headers mark them "Contains flags").
var flagEnums = map[string]bool{"sai_port_error_status_t": true, "sai_stats_mode_t": true, "sai_ser_log_type_t": true}

func join(n []int) string {
	s := make([]string, len(n))
	for i, v := range n {
		s[i] = fmt.Sprint(v)
	}
	return strings.Join(s, ",")
}
