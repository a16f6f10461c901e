package db

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// maxColumns bounds a row type, so that the set of seen columns is an array on the stack.
const maxColumns = 256

// rowPlan is the reflection of a row type, compiled once.
type rowPlan struct {
	columns []column
	byName  map[string]int
	// must are the columns that need attention when they are absent: required ones and those with a default.
	must   []int
	scalar value // of Map tables
}

type column struct {
	name, written string // written has the @ of list fields
	index         []int
	value         value
	optional      bool // a pointer
	required      bool
	omitEmpty     bool
	def           string
}

func (p *rowPlan) compile(t reflect.Type, scalar, own bool) ([]string, error) {
	if scalar {
		if own {
			return nil, errors.New("a Map row is a scalar and has no fields to decode")
		}
		var err error
		p.scalar, err = valueOf(t)
		return nil, err
	}
	if t.Kind() != reflect.Struct {
		if own {
			return nil, nil
		}
		return nil, errors.New("is not a struct")
	}
	p.byName = map[string]int{}
	if err := p.add(t, nil, own); err != nil {
		return nil, err
	}
	names := make([]string, len(p.columns))
	for i, c := range p.columns {
		names[i] = c.name
		if c.required || c.def != "" {
			p.must = append(p.must, i)
		}
	}
	return names, nil
}

func (p *rowPlan) add(t reflect.Type, prefix []int, own bool) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("db")
		index := append(append([]int(nil), prefix...), i)
		switch {
		case tag == "-", !tagged && own:
		case !tagged && f.Anonymous && f.Type.Kind() == reflect.Struct:
			if err := p.add(f.Type, index, own); err != nil {
				return err
			}
		case !tagged:
			return fmt.Errorf("field %s has no db tag", f.Name)
		case !f.IsExported():
			return fmt.Errorf("field %s is not exported", f.Name)
		default:
			if err := p.column(f, tag, index); err != nil {
				return fmt.Errorf("field %s: %w", f.Name, err)
			}
		}
	}
	return nil
}

func (p *rowPlan) column(f reflect.StructField, tag string, index []int) error {
	words := strings.Split(tag, ",")
	c := column{name: words[0], written: words[0], index: index}
	ranged := ""
	if c.name == "" || strings.Contains(c.name, "@") {
		return fmt.Errorf("bad field name in tag %q", tag)
	}
	for _, w := range words[1:] {
		def, isDef := strings.CutPrefix(w, "default=")
		bounds, isRange := strings.CutPrefix(w, "range=")
		switch {
		case isDef && def != "":
			c.def = def
		case isRange:
			ranged = bounds
		case w == "required":
			c.required = true
		case w == "omitempty":
			c.omitEmpty = true
		case w == "list":
			c.written = c.name + "@"
		default:
			return fmt.Errorf("unknown word %q in tag %q", w, tag)
		}
	}
	t := f.Type
	if c.optional = t.Kind() == reflect.Pointer; c.optional {
		t = t.Elem()
	}
	if c.required && (c.optional || c.def != "") {
		return fmt.Errorf("tag %q: a required field is neither optional nor has it a default", tag)
	}
	var err error
	if c.value, err = valueOf(t); err != nil {
		return err
	}
	if ranged != "" {
		if c.value, err = within(c.value, t, ranged); err != nil {
			return fmt.Errorf("tag %q: %w", tag, err)
		}
	}
	if c.def != "" {
		if err := c.set(reflect.New(f.Type).Elem(), c.def); err != nil {
			return fmt.Errorf("default %q %w", c.def, err)
		}
	}
	if _, twice := p.byName[c.name]; twice {
		return fmt.Errorf("the row has two fields %q", c.name)
	}
	if len(p.columns) == maxColumns {
		return errors.New("too many fields")
	}
	p.byName[c.name] = len(p.columns)
	p.columns = append(p.columns, c)
	return nil
}

func (p *rowPlan) decode(row reflect.Value, fields []Field) *FieldError {
	if p.scalar.decode != nil {
		return p.decodeScalar(row, fields)
	}
	var seen [maxColumns / 64]uint64
	next := 0
	for i := range fields {
		f := &fields[i]
		n := p.find(f.Name, next)
		if n < 0 {
			continue
		}
		next = n + 1
		seen[n/64] |= 1 << (n % 64)
		c := &p.columns[n]
		if err := c.set(c.of(row), f.Value); err != nil {
			return &FieldError{Field: c.name, Value: f.Value, Reason: err.Error()}
		}
	}
	for _, n := range p.must {
		c := &p.columns[n]
		switch {
		case seen[n/64]&(1<<(n%64)) != 0:
		case c.required:
			return &FieldError{Field: c.name, Reason: missing}
		default:
			if err := c.set(c.of(row), c.def); err != nil {
				return &FieldError{Field: c.name, Value: c.def, Reason: err.Error()}
			}
		}
	}
	return nil
}

func (p *rowPlan) decodeScalar(row reflect.Value, fields []Field) *FieldError {
	if len(fields) != 1 {
		return &FieldError{Field: "*", Reason: fmt.Sprintf("has %d values, not one", len(fields))}
	}
	if err := p.scalar.decode(row, fields[0].Value); err != nil {
		return &FieldError{Field: "*", Value: fields[0].Value, Reason: err.Error()}
	}
	return nil
}

// find is the column of a field name or -1. Fields mostly come in the order of the row type, so the next column is tried first.
func (p *rowPlan) find(name string, next int) int {
	if next < len(p.columns) && p.columns[next].name == name {
		return next
	}
	if n, ok := p.byName[name]; ok {
		return n
	}
	if base, _, list := strings.Cut(name, "@"); list {
		if n, ok := p.byName[base]; ok {
			return n
		}
	}
	return -1
}

func (c *column) of(row reflect.Value) reflect.Value {
	if len(c.index) == 1 {
		return row.Field(c.index[0])
	}
	return row.FieldByIndex(c.index)
}

func (c *column) set(v reflect.Value, text string) error {
	if !c.optional {
		return c.value.decode(v, text)
	}
	p := reflect.New(v.Type().Elem())
	if err := c.value.decode(p.Elem(), text); err != nil {
		return err
	}
	v.Set(p)
	return nil
}

func (p *rowPlan) append(fields []Field, row reflect.Value) []Field {
	if p.scalar.encode != nil {
		return append(fields, Field{"", p.scalar.encode(row)})
	}
	if fields == nil {
		fields = make([]Field, 0, len(p.columns))
	}
	for i := range p.columns {
		c := &p.columns[i]
		v := c.of(row)
		if c.optional {
			if v.IsNil() {
				continue
			}
			v = v.Elem()
		} else if c.omitEmpty && (v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0) {
			continue
		}
		fields = append(fields, Field{c.written, c.value.encode(v)})
	}
	return fields
}
