package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig/mapping"
)

const deviationModule = "hypersonic-deviations"

// neighbors lets a BGP neighbour be an interface: unnumbered sessions, which OpenConfig has no key for.
const neighbors = `
  typedef neighbor {
    type union {
      type inet-types:ip-address;
      type string {
        pattern "(Ethernet|PortChannel|Vlan)[0-9]+([.][0-9]+)?";
      }
    }
  }

  deviation "/network-instance:network-instances/network-instance:network-instance/network-instance:protocols/network-instance:protocol/network-instance:bgp/network-instance:neighbors/network-instance:neighbor/network-instance:config/network-instance:neighbor-address" {
    deviate replace {
      type neighbor;
    }
  }

  deviation "/network-instance:network-instances/network-instance:network-instance/network-instance:protocols/network-instance:protocol/network-instance:bgp/network-instance:neighbors/network-instance:neighbor/network-instance:state/network-instance:neighbor-address" {
    deviate replace {
      type neighbor;
    }
  }
`

// pruning decides which nodes stay: what is mapped, the keys of its lists, and what those refer to.
type pruning struct {
	tops map[string]*yang.Entry // by name, of all modules that are read
	keep map[*yang.Entry]bool
	gone []*yang.Entry // the highest nodes that go
}

func deviations(ms *yang.Modules) ([]byte, error) {
	p := pruning{tops: map[string]*yang.Entry{}, keep: map[*yang.Entry]bool{}}
	modules := map[string]bool{}
	for _, m := range ms.Modules {
		if modules[m.Name] {
			continue
		}
		modules[m.Name] = true
		for name, e := range yang.ToEntry(m).Dir {
			if e.RPC == nil && e.Kind != yang.NotificationEntry && m.Name != "ietf-interfaces" {
				p.tops[name] = e
			}
		}
	}
	if err := p.keepMapped(); err != nil {
		return nil, err
	}
	for _, name := range sortedNames(p.tops) {
		p.prune(p.tops[name])
	}
	return p.text(ms)
}

func (p *pruning) keepMapped() error {
	for _, m := range mapping.Models() {
		for _, r := range m.Rows {
			for _, l := range r.Leaves {
				for _, path := range l.Paths() {
					full := mapping.SchemaPath(r.At + "/" + path)
					e := p.find(full)
					if e == nil || e.Dir != nil {
						return fmt.Errorf("%s: the models have no leaf %s", m.Name, full)
					}
					if err := p.mark(e); err != nil {
						return err
					}
				}
			}
			for _, l := range r.Identity() {
				if e := p.find(mapping.SchemaPath(r.At + "/" + l.Path)); e != nil {
					if err := p.mark(e); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// mark keeps a node, what is above it, the keys of its lists, and the target of its reference.
func (p *pruning) mark(e *yang.Entry) error {
	for ; e != nil && e.Parent != nil && !p.keep[e]; e = e.Parent {
		p.keep[e] = true
		if e.Type != nil && e.Type.Kind == yang.Yleafref {
			if err := p.markTarget(e); err != nil {
				return err
			}
		}
		for key := range strings.FieldsSeq(e.Key) {
			if err := p.mark(e.Dir[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pruning) markTarget(e *yang.Entry) error {
	path := predicate.ReplaceAllString(e.Type.Path, "")
	var target *yang.Entry
	if strings.HasPrefix(path, "/") {
		target = p.find(unprefixed(path))
	} else {
		target = e
		for part := range strings.SplitSeq(path, "/") {
			if part == ".." {
				target = dataParent(target)
				continue
			}
			target = child(target, part[strings.Index(part, ":")+1:])
		}
	}
	if target == nil {
		return fmt.Errorf("%s refers to %s, which is not there", e.Path(), path)
	}
	return p.mark(target)
}

var predicate = regexp.MustCompile(`\[[^\]]*\]`)

func unprefixed(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		b.WriteString("/" + part[strings.Index(part, ":")+1:])
	}
	return b.String()
}

func (p *pruning) find(path string) *yang.Entry {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	e := p.tops[parts[0]]
	for _, name := range parts[1:] {
		e = child(e, name)
	}
	return e
}

// child looks through choices and cases, which are no nodes of data.
func child(e *yang.Entry, name string) *yang.Entry {
	if e == nil {
		return nil
	}
	if c := e.Dir[name]; c != nil && !c.IsChoice() && !c.IsCase() {
		return c
	}
	for _, c := range e.Dir {
		if c.IsChoice() || c.IsCase() {
			if found := child(c, name); found != nil {
				return found
			}
		}
	}
	return nil
}

func dataParent(e *yang.Entry) *yang.Entry {
	for e = e.Parent; e != nil && (e.IsChoice() || e.IsCase()); e = e.Parent {
	}
	return e
}

func (p *pruning) prune(e *yang.Entry) {
	if !p.keep[e] {
		p.gone = append(p.gone, e)
		return
	}
	for _, name := range sortedNames(e.Dir) {
		p.prune(e.Dir[name])
	}
}

func (p *pruning) text(ms *yang.Modules) ([]byte, error) {
	var body bytes.Buffer
	used := map[string]bool{}
	for _, e := range p.gone {
		var path []string
		for n := e; n.Parent != nil; n = n.Parent {
			module, err := n.InstantiatingModule()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", n.Path(), err)
			}
			used[module] = true
			path = append(path, prefix(module)+":"+n.Name)
		}
		slices.Reverse(path)
		fmt.Fprintf(&body, "\n  deviation \"/%s\" {\n    deviate not-supported;\n  }\n", strings.Join(path, "/"))
	}
	used["openconfig-inet-types"], used["openconfig-network-instance"] = true, true
	body.WriteString(neighbors)
	var head bytes.Buffer
	fmt.Fprintf(&head, "// Generated by gnmi/gen from gnmi/openconfig/mapping: what of these models is not supported. DO NOT EDIT.\nmodule %s {\n", deviationModule)
	fmt.Fprintf(&head, "  yang-version 1;\n  namespace \"https://github.com/hypersonic-nos/hypersonic/yang/%s\";\n  prefix hyper;\n\n", deviationModule)
	for _, m := range sortedNames(used) {
		fmt.Fprintf(&head, "  import %s { prefix %s; }\n", m, prefix(m))
	}
	head.WriteString("\n  description \"What of OpenConfig's models Hypersonic does not support.\";\n\n  revision 2026-11-21 {\n    description \"The mapping.\";\n  }\n")
	head.Write(body.Bytes())
	head.WriteString("}\n")
	return head.Bytes(), nil
}

func prefix(module string) string { return strings.TrimPrefix(module, "openconfig-") }

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
