package db

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// keyPlan is the reflection of a key type, compiled once.
type keyPlan struct {
	sep           string
	singleton     string
	single        bool
	scalar        value // set: the key is one value
	parts         []keyPart
	optionalFirst bool
	optionalLast  bool
}

type keyPart struct {
	name  string
	index int
	value value
}

func (p *keyPlan) compile(t reflect.Type, d definition) (err error) {
	isStruct := t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(unmarshaler)
	p.single = isStruct && t.NumField() == 0
	switch {
	case p.single != (d.singleton != ""):
		return errors.New("struct{} keys and option Singleton go together")
	case p.single:
		p.singleton = d.singleton
		return nil
	case !isStruct:
		p.scalar, err = valueOf(t)
		return err
	}
	for i := range t.NumField() {
		if err := p.add(t, i); err != nil {
			return fmt.Errorf("part %s: %w", t.Field(i).Name, err)
		}
	}
	last := p.parts[len(p.parts)-1].value
	if p.optionalFirst && (len(p.parts) != 2 || p.optionalLast || last.literal) {
		return errors.New("an optional first part needs exactly one further part that says itself whether it parses")
	}
	return nil
}

func (p *keyPlan) add(t reflect.Type, i int) error {
	f := t.Field(i)
	if !f.IsExported() {
		return errors.New("is not exported")
	}
	v, err := valueOf(f.Type)
	if err != nil {
		return err
	}
	switch tag := f.Tag.Get("db"); {
	case tag == "":
	case tag == ",optional" && i == 0 && t.NumField() > 1:
		p.optionalFirst = true
	case tag == ",optional" && i == t.NumField()-1 && i > 0:
		p.optionalLast = true
	default:
		return fmt.Errorf("bad tag %q", tag)
	}
	p.parts = append(p.parts, keyPart{f.Name, i, v})
	return nil
}

func (p *keyPlan) encode(k reflect.Value) string {
	switch {
	case p.single:
		return p.singleton
	case p.scalar.encode != nil:
		return p.scalar.encode(k)
	}
	var b strings.Builder
	for i, part := range p.parts {
		v := k.Field(part.index)
		if v.IsZero() && (i == 0 && p.optionalFirst || i == len(p.parts)-1 && p.optionalLast) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(p.sep)
		}
		b.WriteString(part.value.encode(v))
	}
	return b.String()
}

func (p *keyPlan) decode(k reflect.Value, text string) error {
	switch {
	case p.single && text == p.singleton:
		return nil
	case p.single:
		return fmt.Errorf("is not %q, the only one of the table", p.singleton)
	case text == "":
		return errors.New("is empty")
	case p.scalar.decode != nil:
		return p.scalar.decode(k, text)
	}
	parts := p.parts
	if p.optionalFirst {
		second := parts[1]
		if second.value.decode(k.Field(second.index), text) == nil {
			return nil
		}
	}
	for i, part := range parts {
		item, rest, more := text, "", false
		if i < len(parts)-1 {
			item, rest, more = strings.Cut(text, p.sep)
		}
		if item == "" {
			return fmt.Errorf("has an empty part %s", part.name)
		}
		if err := part.value.decode(k.Field(part.index), item); err != nil {
			return fmt.Errorf("has part %s: %s %w", part.name, strconv.Quote(item), err)
		}
		if !more && i < len(parts)-1 {
			if i == len(parts)-2 && p.optionalLast {
				return nil
			}
			return fmt.Errorf("has %d of %d parts", i+1, len(parts))
		}
		text = rest
	}
	return nil
}
