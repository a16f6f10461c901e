package openconfig

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
)

// bound is the value of a variable in both forms; two are the same if SONiC's form is.
type bound struct{ oc, db string }

// binding are the values of the variables of rows, by number; an unbound one has no texts.
type binding []bound

// part is literal text or a variable.
type part struct {
	literal  string
	variable int // -1: a literal
	domain   mapping.Domain
}

type template []part

// variables are the names of an entry's variables, in order, with their domains.
type variables struct {
	names   []string
	domains []mapping.Domain
}

func (v *variables) find(name string) int {
	for i, n := range v.names {
		if n == name {
			return i
		}
	}
	return -1
}

// parse compiles a template, and knows new variables from then on.
func (v *variables) parse(text string) (template, error) {
	var t template
	for text != "" {
		before, rest, open := strings.Cut(text, "{")
		if before != "" {
			t = append(t, part{literal: before, variable: -1})
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("template %q has no end", text)
		}
		name, domain, _ := strings.Cut(name, ":")
		d, ok := mapping.Domains(domain)
		if !ok {
			return nil, fmt.Errorf("template %q: no domain %q", text, domain)
		}
		i := v.find(name)
		switch {
		case i < 0:
			i = len(v.names)
			v.names, v.domains = append(v.names, name), append(v.domains, d)
		case domain == "":
			d = v.domains[i]
		case d.Has == nil:
			d.Has = v.domains[i].Has // another text of the same values
		}
		t = append(t, part{variable: i, domain: d})
		text = after
	}
	return t, nil
}

// toDB is the text in SONiC's form; ok is false if a variable is not bound.
func (t template) toDB(b binding) (string, bool) {
	if len(t) == 1 && t[0].variable >= 0 && t[0].domain.ToDB == nil {
		v := b[t[0].variable].db
		return v, v != ""
	}
	var s strings.Builder
	for i := range t {
		p := &t[i]
		if p.variable < 0 {
			s.WriteString(p.literal)
			continue
		}
		v := b[p.variable]
		if v.db == "" {
			return "", false
		}
		if p.domain.ToDB != nil {
			v.db = p.domain.ToDB(v.oc)
		}
		s.WriteString(v.db)
	}
	return s.String(), true
}

// known are the texts of the bound variables in SONiC's form.
func (t template) known(b binding) []string {
	var texts []string
	for i := range t {
		if p := &t[i]; p.variable >= 0 && b[p.variable].db != "" {
			text, _ := t[i : i+1].toDB(b)
			texts = append(texts, text)
		}
	}
	return texts
}

// toOC is the text in OpenConfig's form.
func (t template) toOC(b binding) (string, bool) {
	if len(t) == 1 && t[0].variable >= 0 {
		v := b[t[0].variable].oc
		return v, v != ""
	}
	var s strings.Builder
	for i := range t {
		if t[i].variable < 0 {
			s.WriteString(t[i].literal)
			continue
		}
		v := b[t[i].variable].oc
		if v == "" {
			return "", false
		}
		s.WriteString(v)
	}
	return s.String(), true
}

// fromDB unifies the template with a text of SONiC's: false if they do not go together. b may be half done then.
func (t template) fromDB(text string, b binding) bool {
	return t.unify(text, func(p *part, v string) bool {
		if strings.Contains(v, "|") {
			return false
		}
		oc := v
		if p.domain.FromDB != nil {
			var ok bool
			if oc, ok = p.domain.FromDB(v); !ok {
				return false
			}
		}
		return b.bind(p, oc)
	})
}

// fromOC unifies the template with a text of OpenConfig's.
func (t template) fromOC(text string, b binding) bool {
	return t.unify(text, func(p *part, v string) bool { return b.bind(p, v) })
}

func (t template) unify(text string, take func(p *part, v string) bool) bool {
	for i := range t {
		p := &t[i]
		if p.variable < 0 {
			rest, ok := strings.CutPrefix(text, p.literal)
			if !ok {
				return false
			}
			text = rest
			continue
		}
		v := text
		if i+1 < len(t) {
			end := strings.Index(text, t[i+1].literal)
			if end < 0 {
				return false
			}
			v = text[:end]
		}
		if v == "" || !take(p, v) {
			return false
		}
		text = text[len(v):]
	}
	return text == ""
}

// bind gives a variable its value, or compares it with the one it has.
func (b binding) bind(p *part, oc string) bool {
	if oc == "" || p.domain.Has != nil && !p.domain.Has(oc) {
		return false
	}
	text := oc
	if p.domain.ToDB != nil {
		text = p.domain.ToDB(oc)
	}
	if v := &b[p.variable]; v.db == "" {
		*v = bound{oc: oc, db: text}
		return true
	} else {
		return v.db == text
	}
}

// complaint says which value of a text is none of its variable's.
func (t template) complaint(text string) string {
	if len(t) == 1 && t[0].variable >= 0 {
		return fmt.Sprintf("%q is not %s", text, t[0].domain.Say)
	}
	if len(t) == 1 {
		return fmt.Sprintf("%q can only be %s", text, t[0].literal)
	}
	return fmt.Sprintf("%q is no such name", text)
}
