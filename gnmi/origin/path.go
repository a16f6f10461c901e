package origin

import (
	"maps"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
)

var (
	nameEscaper  = strings.NewReplacer(`\`, `\\`, `/`, `\/`, `[`, `\[`)
	valueEscaper = strings.NewReplacer(`\`, `\\`, `]`, `\]`)
)

func escapeName(s string) string  { return nameEscaper.Replace(s) }
func escapeValue(s string) string { return valueEscaper.Replace(s) }

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// The wildcards of gNMI paths.
const (
	Any      = "*"   // one element, or any value of a key
	AnyDepth = "..." // elements of any number, none too
)

// Matches tells whether a path without wildcards is at or below what a pattern names. A key that the pattern leaves out matches any value.
func Matches(pattern, path *gpb.Path) bool {
	return matches(pattern.GetElem(), path.GetElem())
}

func matches(pattern, path []*gpb.PathElem) bool {
	for i, p := range pattern {
		if p.GetName() == AnyDepth {
			for j := i; j <= len(path); j++ {
				if matches(pattern[i+1:], path[j:]) {
					return true
				}
			}
			return false
		}
		if i >= len(path) || !matchElem(p, path[i]) {
			return false
		}
	}
	return true
}

func matchElem(pattern, e *gpb.PathElem) bool {
	if pattern.GetName() != Any && pattern.GetName() != e.GetName() {
		return false
	}
	for k, v := range pattern.GetKey() {
		if got, ok := e.GetKey()[k]; v != Any && (!ok || got != v) {
			return false
		}
	}
	return true
}

// Below makes the path of elements under another; neither is changed.
func Below(p *gpb.Path, elems ...*gpb.PathElem) *gpb.Path {
	return &gpb.Path{Elem: append(slices.Clone(p.GetElem()), elems...)}
}
