package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// emitMetas writes the metadata of some objects.
func emitMetas(f *facts, objects []*object) (string, error) {
	var b strings.Builder
	for _, o := range objects {
		byName := make([]int, len(o.Attrs))
		for i := range byName {
			byName[i] = i
		}
		sort.Slice(byName, func(i, j int) bool { return o.Attrs[byName[i]].Symbol < o.Attrs[byName[j]].Symbol })
		stats := ""
		if o.Stats != "" {
			stats = "Stats: &" + metaVar(o.Stats) + ", "
		}
		fmt.Fprintf(&b, "var objectMeta%s = ObjectMeta{Type: ObjectType%s, Name: %q, Rank: %d, %sbyName: []uint16{%s},%s Attrs: []AttrMeta{\n",
			o.Go, o.Go, o.Symbol, o.Rank, stats, join(byName), entryRefs(f, o))
		for _, a := range o.Attrs {
			if err := emitMeta(&b, f, o, a); err != nil {
				return "", err
			}
		}
		b.WriteString("}}\n\n")
	}
	return b.String(), nil
}

func entryRefs(f *facts, o *object) string {
	var refs []string
	for _, m := range f.entry(o) {
		if len(m.Objects) > 0 && m.Name != "switch_id" {
			refs = append(refs, fmt.Sprintf("{%q, %s}", m.Name, objectTypes(m.Objects)))
		}
	}
	if len(refs) == 0 {
		return ""
	}
	return " Entry: []EntryRef{" + strings.Join(refs, ", ") + "},"
}

func objectTypes(symbols []string) string {
	names := make([]string, len(symbols))
	for i, s := range symbols {
		names[i] = symbolName(s)
	}
	return "[]ObjectType{" + strings.Join(names, ", ") + "}"
}

var flagNames = []struct{ sai, flag string }{{"MANDATORY_ON_CREATE", "Mandatory"}, {"CREATE_ONLY", "CreateOnly"},
	{"CREATE_AND_SET", "CreateAndSet"}, {"READ_ONLY", "ReadOnly"}, {"KEY", "KeyAttr"}}

func emitMeta(b *strings.Builder, f *facts, o *object, a *attr) error {
	var flags []string
	for _, n := range flagNames {
		if a.is(n.sai) {
			flags = append(flags, n.flag)
		}
	}
	for _, p := range []struct {
		set  bool
		flag string
	}{{a.Deferred, "Deferred"}, {a.AllowNull == "true", "AllowNull"}, {a.IsVlan == "true", "IsVlan"}, {a.ResourceType == "true", "ResourceType"}, {a.Deprecated == "true", "Deprecated"}} {
		if p.set {
			flags = append(flags, p.flag)
		}
	}
	text, has, err := defaultText(f, a)
	if err != nil {
		return err
	}
	if has {
		flags = append(flags, "HasDefault")
	}
	fmt.Fprintf(b, "{Name: %q, Object: ObjectType%s, ID: %d, Type: %s, Flags: %s", a.Symbol, o.Go, a.ID, a.Value.Const, strings.Join(flags, "|"))
	if text != "" {
		fmt.Fprintf(b, ", DefaultText: %q", text)
	}
	if a.Enum != "" {
		fmt.Fprintf(b, ", Enum: &%s", metaVar(a.Enum))
	}
	if len(a.Objects) > 0 {
		fmt.Fprintf(b, ", Objects: %s", objectTypes(a.Objects))
	}
	for _, c := range []struct{ name, text string }{{"Condition", a.Condition}, {"ValidOnly", a.ValidOnly}} {
		if c.text == "" {
			continue
		}
		lit, err := condition(f, o, c.text)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", a.Symbol, c.text, err)
		}
		fmt.Fprintf(b, ", %s: %s", c.name, lit)
	}
	b.WriteString("},\n")
	return nil
}

// jsonLists are the lists whose text is JSON.
var jsonLists = map[string]bool{"TypeMapList": true, "TypeQosMapList": true, "TypeTlvList": true, "TypeSystemPortConfigList": true}

// defaultText gives the ASIC_DB text of a default, and whether there is a constant one.
func defaultText(f *facts, a *attr) (string, bool, error) {
	if a.Default == nil {
		return "", false, nil
	}
	d := *a.Default
	switch {
	case d == "vendor" || d == "internal" || d == "const" || strings.HasPrefix(d, "attrvalue "):
		return "", false, nil
	case d == "SAI_NULL_OBJECT_ID":
		return "oid:0x0", true, nil
	case d == "empty" && jsonLists[a.Value.Const]:
		return `{"count":0,"list":null}`, true, nil
	case d == "empty":
		return "0:null", true, nil
	case d == "NULL":
		return "0x0", true, nil
	case d == `""`:
		return "", true, nil
	case strings.HasPrefix(a.Value.Const, "TypeAclField") && d == "0":
		return "0&mask:0x0", true, nil
	case d == "0" && a.Value.Const == "TypeTimespec":
		return `{"tv_nsec":"0","tv_sec":"0"}`, true, nil
	case d == "0.0.0.0" && a.Value.Const == "TypeIPv6":
		return "::", true, nil
	case strings.HasPrefix(d, "0x"):
		n, err := strconv.ParseUint(d[2:], 16, 64)
		return strconv.FormatUint(n, 10), true, err
	}
	return d, true, nil
}

// condition compiles SAI's expressions, `A == V and (B == W or B == X)`, to a sum of products.
func condition(f *facts, o *object, text string) (string, error) {
	p := &parser{f: f, o: o, tokens: strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))}
	sum, err := p.or()
	if err != nil {
		return "", err
	}
	if len(p.tokens) > 0 {
		return "", fmt.Errorf("unexpected %q", p.tokens[0])
	}
	products := make([]string, len(sum))
	for i, product := range sum {
		products[i] = "{" + strings.Join(product, ", ") + "}"
	}
	return "Condition{" + strings.Join(products, ", ") + "}", nil
}

type parser struct {
	f      *facts
	o      *object
	tokens []string
}

func (p *parser) take(want string) bool {
	if len(p.tokens) > 0 && p.tokens[0] == want {
		p.tokens = p.tokens[1:]
		return true
	}
	return false
}

func (p *parser) or() ([][]string, error) {
	sum, err := p.and()
	for err == nil && p.take("or") {
		var more [][]string
		more, err = p.and()
		sum = append(sum, more...)
	}
	return sum, err
}

func (p *parser) and() ([][]string, error) {
	sum, err := p.term()
	for err == nil && p.take("and") {
		var right [][]string
		if right, err = p.term(); err != nil {
			break
		}
		var product [][]string
		for _, l := range sum {
			for _, r := range right {
				product = append(product, append(append([]string(nil), l...), r...))
			}
		}
		sum = product
	}
	return sum, err
}

func (p *parser) term() ([][]string, error) {
	if p.take("(") {
		sum, err := p.or()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("missing )")
		}
		return sum, err
	}
	if len(p.tokens) < 3 || p.tokens[1] != "==" {
		return nil, fmt.Errorf("want attribute == value at %v", p.tokens)
	}
	name, value := p.tokens[0], p.tokens[2]
	p.tokens = p.tokens[3:]
	a := p.o.attr(name)
	if a == nil {
		return nil, fmt.Errorf("no attribute %s", name)
	}
	n, err := p.number(a, value)
	return [][]string{{fmt.Sprintf("{%d, %d}", a.ID, n)}}, err
}

func (p *parser) number(a *attr, value string) (int64, error) {
	switch value {
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	for _, s := range p.f.Enums[a.Enum] {
		if s.Name == value {
			return s.Value, nil
		}
	}
	return strconv.ParseInt(value, 0, 32)
}
