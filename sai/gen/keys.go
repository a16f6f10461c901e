package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// keyFile is what keys.json holds: the natural keys that are better than a name.
type keyFile struct {
	Unions  map[string]union `json:"unions"`
	Choices []string         `json:"choices"` // attributes that also take an engine.Choice
	Keys    map[string]key   `json:"keys"`
}

// union is a set of keys behind one interface.
type union struct {
	Doc   string   `json:"doc"`
	Types []string `json:"types"`
}

type key struct {
	Doc       string                       `json:"doc"`
	Fields    []keyField                   `json:"fields"`
	Implies   map[string]string            `json:"implies"`   // attribute: enum symbol
	ImpliesOf map[string]map[string]string `json:"impliesOf"` // the same, by the union field's type
}

type keyField struct {
	Name     string            `json:"name"`
	Type     string            `json:"type"`   // a Go type, or
	Key      string            `json:"key"`    // another object's key, or
	Union    string            `json:"union"`  // one of several, or
	Enum     string            `json:"enum"`   // an enum
	Attr     string            `json:"attr"`   // the attribute it implies
	AttrOf   map[string]string `json:"attrOf"` // another attribute for some types of a union
	Entry    string            `json:"entry"`  // the member of the entry struct
	Optional bool              `json:"optional"`
}

func loadKeys(f *facts) (*keyFile, error) {
	k := &keyFile{}
	if err := json.Unmarshal(keysJSON, k); err != nil {
		return nil, err
	}
	for _, o := range f.Objects {
		if _, ok := k.Keys[o.Name]; !ok {
			k.Keys[o.Name] = key{Fields: []keyField{{Name: "Name", Type: "string"}}}
		}
	}
	for name, spec := range k.Keys {
		o, ok := f.byName["SAI_OBJECT_TYPE_"+name]
		if !ok {
			return nil, fmt.Errorf("keys.json: no object type %s", name)
		}
		for _, fd := range spec.Fields {
			if fd.Attr != "" && o.attr(fd.Attr) == nil {
				return nil, fmt.Errorf("keys.json: %s has no attribute %s", name, fd.Attr)
			}
		}
	}
	return k, nil
}

func (fd keyField) goType() string {
	switch {
	case fd.Key != "":
		return camel(fd.Key) + "Key"
	case fd.Union != "":
		return fd.Union
	case fd.Enum != "":
		return enumType(fd.Enum)
	}
	return fd.Type
}

// reader is the call that parses the field.
func (fd keyField) reader() string {
	opt := fmt.Sprint(fd.Optional)
	switch {
	case fd.Key != "" || fd.Union != "":
		return fmt.Sprintf("keyArg[%s](r, %s)", fd.goType(), fmt.Sprint(fd.Optional || fd.Union != ""))
	case fd.Enum != "":
		return fmt.Sprintf("enumArg[%s](r, &%s)", fd.goType(), metaVar(fd.Enum))
	}
	switch fd.Type {
	case "string":
		return "r.name()"
	case "netip.Addr":
		return "r.addr()"
	case "netip.Prefix":
		return "r.prefix()"
	case "MAC":
		return "r.mac(" + opt + ")"
	case "U32Range":
		return "r.u32Range()"
	}
	return fmt.Sprintf("uintArg[%s](r, %s)", fd.Type, opt)
}

// writer is the statement that appends the field.
func (fd keyField) writer() string {
	v, zero := "k."+fd.Name, ""
	var w string
	switch {
	case fd.Key != "":
		w, zero = "dst = "+v+".appendText(dst)", v+" != ("+fd.goType()+"{})"
	case fd.Union != "":
		return "dst = appendKey(dst, " + v + ")"
	case fd.Enum != "":
		w = "dst = " + metaVar(fd.Enum) + ".Append(dst, int32(" + v + "))"
	case fd.Type == "string":
		w = "dst = appendName(dst, " + v + ")"
	case fd.Type == "netip.Addr":
		w = "dst = appendAddr(dst, " + v + ")"
	case fd.Type == "netip.Prefix":
		w = "dst = appendPrefix(dst, " + v + ")"
	case fd.Type == "MAC":
		w, zero = "dst = "+v+".append(dst)", v+" != (MAC{})"
	case fd.Type == "U32Range":
		w = "dst = appendKeyRange(dst, " + v + ")"
	default:
		w, zero = "dst = strconv.AppendUint(dst, uint64("+v+"), 10)", v+" != 0"
	}
	if fd.Optional && zero != "" {
		return "if " + zero + " {\n" + w + "\n}"
	}
	return w
}

// nonZero is the condition under which an optional field implies its attribute.
func (fd keyField) nonZero() string {
	switch {
	case fd.Key != "" || fd.Type == "MAC" || fd.Type == "netip.Addr":
		return "k." + fd.Name + " != (" + fd.goType() + "{})"
	case fd.Type == "string":
		return "k." + fd.Name + ` != ""`
	}
	return "k." + fd.Name + " != 0"
}

// emitKeys writes the key types, their text and what they imply.
func emitKeys(f *facts, kf *keyFile) string {
	var b strings.Builder
	b.WriteString("import (\n\"net/netip\"\n\"strconv\"\n\n\"github.com/hypersonic-nos/hypersonic/engine\"\n)\n\n")
	names := make([]string, 0, len(kf.Unions))
	for n := range kf.Unions {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, "// %s %s\ntype %s interface {\nKey\n%s()\n}\n\n", n, kf.Unions[n].Doc, n, lowerFirst(n))
		for _, t := range kf.Unions[n].Types {
			fmt.Fprintf(&b, "func (%sKey) %s() {}\n", camel(t), lowerFirst(n))
		}
		b.WriteString("\n")
	}
	for _, o := range f.Objects {
		emitKey(&b, kf, o)
	}
	b.WriteString("// parseKeyArgs reads the arguments of a key of type t.\nfunc parseKeyArgs(r *keyReader, t ObjectType) Key {\nswitch t {\n")
	for _, o := range f.Objects {
		fmt.Fprintf(&b, "case ObjectType%s:\nreturn %sKey{", o.Go, o.Go)
		for i, fd := range kf.Keys[o.Name].Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s: %s", fd.Name, fd.reader())
		}
		b.WriteString("}\n")
	}
	b.WriteString("}\nreturn nil\n}\n")
	return b.String()
}

func emitKey(b *strings.Builder, kf *keyFile, o *object) {
	k := kf.Keys[o.Name]
	fmt.Fprintf(b, "// %sKey is the natural key of %s.\n", o.Go, o.Symbol)
	if k.Doc != "" {
		fmt.Fprintf(b, "// %s\n", k.Doc)
	}
	fmt.Fprintf(b, "type %sKey struct {\n", o.Go)
	for _, fd := range k.Fields {
		fmt.Fprintf(b, "%s %s\n", fd.Name, fd.goType())
	}
	b.WriteString("}\n\n")
	fmt.Fprintf(b, "func (%sKey) Kind() *engine.Kind { return Kind%s }\n\n", o.Go, o.Go)
	emitRefs(b, k, o)
	fmt.Fprintf(b, "func (k %sKey) String() string { return string(k.appendText(nil)) }\n\n", o.Go)
	fmt.Fprintf(b, "func (k %sKey) appendText(dst []byte) []byte {\ndst = append(dst, %q...)\n", o.Go, o.Name+"(")
	trailing := false
	for i, fd := range k.Fields {
		if i > 0 {
			b.WriteString("dst = append(dst, ',')\n")
		}
		b.WriteString(fd.writer() + "\n")
		trailing = fd.Optional
	}
	if trailing {
		b.WriteString("dst = trimCommas(dst)\n")
	}
	b.WriteString("return append(dst, ')')\n}\n\n")
	emitImplied(b, k, o)
}

func emitRefs(b *strings.Builder, k key, o *object) {
	var refs []keyField
	for _, fd := range k.Fields {
		if fd.Key != "" || fd.Union != "" {
			refs = append(refs, fd)
		}
	}
	if len(refs) == 0 {
		fmt.Fprintf(b, "func (%sKey) Refs(func(engine.Key) bool) {}\n\n", o.Go)
		return
	}
	fmt.Fprintf(b, "func (k %sKey) Refs(yield func(engine.Key) bool) {\n", o.Go)
	for i, fd := range refs {
		cond := ""
		switch {
		case fd.Union != "":
			cond = "k." + fd.Name + " != nil && "
		case fd.Optional:
			cond = fd.nonZero() + " && "
		}
		if i == len(refs)-1 && cond == "" {
			fmt.Fprintf(b, "yield(k.%s)\n", fd.Name)
		} else if i == len(refs)-1 {
			fmt.Fprintf(b, "if %s {\nyield(k.%s)\n}\n", strings.TrimSuffix(cond, " && "), fd.Name)
		} else {
			fmt.Fprintf(b, "if %s!yield(k.%s) {\nreturn\n}\n", cond, fd.Name)
		}
	}
	b.WriteString("}\n\n")
}

// emitImplied writes the attributes that follow from the key.
func emitImplied(b *strings.Builder, k key, o *object) {
	fmt.Fprintf(b, "func (k %sKey) Implied() []engine.AttrValue {\n", o.Go)
	var fixed, conditional []string
	for _, fd := range k.Fields {
		if fd.Attr == "" {
			continue
		}
		v := "k." + fd.Name
		lit := fmt.Sprintf("{ID: %s, Value: %s}", o.attr(fd.Attr).Const, v)
		switch {
		case fd.Optional:
			conditional = append(conditional, fmt.Sprintf("if %s {\na = append(a, engine.AttrValue%s)\n}\n", fd.nonZero(), lit))
		case fd.Union != "" && len(fd.AttrOf)+len(k.ImpliesOf) > 0:
			conditional = append(conditional, unionImplied(k, fd, o))
		default:
			fixed = append(fixed, lit)
		}
	}
	if len(k.ImpliesOf) == 0 {
		fixed = append(fixed, constants(k.Implies, o)...)
	}
	switch {
	case len(conditional) == 0 && len(fixed) == 0:
		b.WriteString("return nil\n}\n\n")
	case len(conditional) == 0:
		fmt.Fprintf(b, "return []engine.AttrValue{%s}\n}\n\n", strings.Join(fixed, ", "))
	default:
		b.WriteString("var a []engine.AttrValue\n")
		if len(fixed) > 0 {
			fmt.Fprintf(b, "a = append(a, %s)\n", "engine.AttrValue"+strings.Join(fixed, ", engine.AttrValue"))
		}
		b.WriteString(strings.Join(conditional, "") + "return a\n}\n\n")
	}
}

func constants(m map[string]string, o *object) []string {
	var out []string
	for a, sym := range m {
		out = append(out, fmt.Sprintf("{ID: %s, Value: %s}", o.attr(a).Const, symbolName(sym)))
	}
	sort.Strings(out)
	return out
}

// unionImplied writes a switch over the types of a union that imply other attributes than the rest.
func unionImplied(k key, fd keyField, o *object) string {
	types := map[string]bool{}
	for t := range fd.AttrOf {
		types[t] = true
	}
	for t := range k.ImpliesOf {
		types[t] = true
	}
	var sorted []string
	for t := range types {
		sorted = append(sorted, t)
	}
	sort.Strings(sorted)
	s := "switch k." + fd.Name + ".(type) {\ncase nil:\n"
	list := func(attr string, implies map[string]string) string {
		lits := append([]string{fmt.Sprintf("{ID: %s, Value: k.%s}", o.attr(attr).Const, fd.Name)}, constants(implies, o)...)
		return "a = append(a, engine.AttrValue" + strings.Join(lits, ", engine.AttrValue") + ")\n"
	}
	for _, t := range sorted {
		attr := fd.Attr
		if other, ok := fd.AttrOf[t]; ok {
			attr = other
		}
		implies := k.Implies
		if other, ok := k.ImpliesOf[t]; ok {
			implies = other
		}
		s += "case " + camel(t) + "Key:\n" + list(attr, implies)
	}
	return s + "default:\n" + list(fd.Attr, k.Implies) + "}\n"
}
