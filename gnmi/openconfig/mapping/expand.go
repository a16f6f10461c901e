package mapping

import (
	"regexp"
	"strings"
)

// Paths are the leaf's paths below its rows' path: */mtu is config/mtu and state/mtu.
func (l Leaf) Paths() []string {
	if before, after, both := strings.Cut(l.Path, "*/"); both {
		return []string{before + "config/" + after, before + "state/" + after}
	}
	return []string{l.Path}
}

var (
	lastElem = regexp.MustCompile(`/[^/\[]+((?:\[[^\]]*\])+)$`)
	keyPart  = regexp.MustCompile(`\[([^=]+)=([^\]]*)\]`)
	variable = regexp.MustCompile(`^\{([^:}]+)(:[^}]*)?\}$`)
)

// Identity are the leaves that say which entry a row is: the list's keys, in the list itself, in config and in state. A model need not have all of them.
func (r Rows) Identity() []Leaf {
	last := lastElem.FindStringSubmatch(r.At)
	if last == nil || r.Role == Part || r.Role == Facts || r.Role == Link {
		return nil
	}
	var leaves []Leaf
	for _, k := range keyPart.FindAllStringSubmatch(last[1], -1) {
		leaf := Leaf{Const: k[2]}
		if v := variable.FindStringSubmatch(k[2]); v != nil {
			leaf = Leaf{Var: v[1]}
		}
		for _, prefix := range []string{"", "config/", "state/"} {
			if prefix == "config/" && r.Role.ReadOnly() {
				continue
			}
			leaf.Path = prefix + k[1]
			leaves = append(leaves, leaf)
		}
	}
	return leaves
}

// SchemaPath is a path without keys.
func SchemaPath(path string) string { return keyPart.ReplaceAllString(path, "") }
