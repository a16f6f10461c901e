package openconfig

import (
	"fmt"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// model is the compiled mapping: the schema's tree with the mapping's leaves at its own. It is not changed once it is made.
type model struct {
	root *node
	rows []*rows
	data []*gpb.ModelData
}

// rows are mapping.Rows, compiled.
type rows struct {
	mapping.Rows
	vars   variables
	at     []elem
	keys   []keyForm // the first is the one that is made
	made   template
	where  []assignment
	sets   []assignment
	also   []also
	given  []given
	via    template
	gives  int
	leaves []*leaf
	entry  bool // the path ends with a list entry
}

// elem is an element of a path with templates for its keys.
type elem struct {
	name string
	keys []elemKey
}

type elemKey struct {
	name string
	text template
}

// keyForm is a form of the row's key, with what it says of variables that are not in it.
type keyForm struct {
	text template
	pins []pin
}

type pin struct {
	part part
	text string
}

type assignment struct {
	field string
	text  template
}

type also struct {
	table  *db.Schema
	key    template
	fields []assignment
}

type given struct {
	mapping.Given
	key template
}

// leaf is a leaf of the schema that a field, a variable or a constant of rows is.
type leaf struct {
	rows   *rows
	node   *node
	below  []elem          // behind the rows' path
	tail   []*gpb.PathElem // the same, which all of the leaf's paths share
	fields []string
	isVar  bool
	part   part // of the variable
	value  template
	cond   string // a field without which there is no constant
	as     mapping.Codec
	def    string
	absent string // the field's text where there is none
	key    bool   // says which entry the row is
	stays  bool
	others []*leaf // at the same path, for values that this one refuses
}

func compile() (*model, error) {
	s, err := schema.Load()
	if err != nil {
		return nil, err
	}
	m := &model{root: grow(s)}
	for _, of := range s.Models {
		m.data = append(m.data, &gpb.ModelData{Name: of.Name, Organization: of.Organization, Version: of.Version})
	}
	for _, file := range mapping.Models() {
		for _, r := range file.Rows {
			c, err := m.add(r)
			if err != nil {
				return nil, fmt.Errorf("mapping of %s: %s: %w", file.Name, r.At, err)
			}
			m.rows = append(m.rows, c)
		}
	}
	return m, nil
}

func (m *model) add(r mapping.Rows) (*rows, error) {
	c := &rows{Rows: r}
	if err := c.compile(); err != nil {
		return nil, err
	}
	for _, l := range r.Identity() {
		if err := m.leaf(c, l, l.Path, true); err != nil {
			return nil, err
		}
	}
	for _, l := range r.Leaves {
		for _, path := range l.Paths() {
			if err := m.leaf(c, l, path, false); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *rows) compile() (err error) {
	if c.at, err = c.vars.path(c.At); err != nil {
		return err
	}
	c.entry = len(c.at[len(c.at)-1].keys) > 0
	for _, form := range append([]string{c.Key}, c.Keys...) {
		k, err := c.vars.form(form)
		if err != nil {
			return err
		}
		c.keys = append(c.keys, k)
	}
	if c.made, err = c.vars.parse(c.Made); err != nil {
		return err
	}
	if c.where, err = c.vars.assignments(c.Where); err != nil {
		return err
	}
	if c.sets, err = c.vars.assignments(c.Sets); err != nil {
		return err
	}
	for _, a := range c.Also {
		key, err := c.vars.parse(a.Key)
		if err != nil {
			return err
		}
		fields, err := c.vars.assignments(a.Fields)
		if err != nil {
			return err
		}
		c.also = append(c.also, also{table: a.Table, key: key, fields: fields})
	}
	for _, g := range c.Given {
		key, err := c.vars.parse(g.Key)
		if err != nil {
			return err
		}
		c.given = append(c.given, given{g, key})
	}
	if c.Via != nil {
		if c.via, err = c.vars.parse(c.Via.Key); err != nil {
			return err
		}
		c.gives = c.vars.find(c.Via.Gives)
	}
	return nil
}

func (v *variables) path(text string) ([]elem, error) {
	p, err := origin.Parse(text)
	if err != nil {
		return nil, err
	}
	elems := make([]elem, len(p.GetElem()))
	for i, e := range p.GetElem() {
		elems[i].name = e.GetName()
		for _, key := range sorted(e.GetKey()) {
			t, err := v.parse(e.GetKey()[key])
			if err != nil {
				return nil, err
			}
			elems[i].keys = append(elems[i].keys, elemKey{key, t})
		}
	}
	return elems, nil
}

// form compiles "{peer}  vrf=default" (two blanks).
func (v *variables) form(text string) (keyForm, error) {
	words := strings.Split(text, "  ")
	t, err := v.parse(words[0])
	k := keyForm{text: t}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		i := v.find(name)
		if i < 0 {
			return k, fmt.Errorf("key %q: no variable %s", text, name)
		}
		k.pins = append(k.pins, pin{part{variable: i, domain: v.domains[i]}, value})
	}
	return k, err
}

func (v *variables) assignments(texts []string) ([]assignment, error) {
	var out []assignment
	for _, text := range texts {
		field, value, _ := strings.Cut(text, "=")
		t, err := v.parse(value)
		if err != nil {
			return nil, err
		}
		out = append(out, assignment{field, t})
	}
	return out, nil
}

func (m *model) leaf(c *rows, l mapping.Leaf, path string, key bool) error {
	below, err := c.vars.path("/" + path)
	if err != nil {
		return err
	}
	n := m.root
	for _, e := range append(c.at[:len(c.at):len(c.at)], below...) {
		if n = n.children[e.name]; n == nil {
			if key {
				return nil // not every list has its key in config
			}
			return fmt.Errorf("no leaf %s; is the schema generated?", path)
		}
	}
	if n.kind == nil {
		return fmt.Errorf("%s is no leaf", path)
	}
	out := &leaf{rows: c, node: n, below: below, as: l.As, def: l.Default, absent: l.Missing, cond: l.If, key: key, stays: l.Stays}
	for _, e := range below {
		elem := &gpb.PathElem{Name: e.name}
		for _, k := range e.keys {
			text, _ := k.text.toOC(nil)
			elem.Key = map[string]string{k.name: text}
		}
		out.tail = append(out.tail, elem)
	}
	switch {
	case l.Field != "":
		out.fields = strings.Split(l.Field, "+")
	case l.Var != "":
		i := c.vars.find(l.Var)
		if i < 0 {
			return fmt.Errorf("%s: no variable %s", path, l.Var)
		}
		out.isVar, out.part = true, part{variable: i, domain: c.vars.domains[i]}
	default:
		if out.value, err = c.vars.parse(l.Const); err != nil {
			return err
		}
	}
	for _, o := range c.leaves {
		if o.node == n && o.fields != nil {
			o.others = append(o.others, out)
		}
	}
	c.leaves = append(c.leaves, out)
	n.leaves = append(n.leaves, out)
	return nil
}
