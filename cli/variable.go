package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/cli/natural"
)

// parseVariable reads what sonic-cfggen -v is given as far as it is a path: DEVICE_METADATA.localhost.mac or DEVICE_METADATA['localhost']['mac'].
// The rest of Jinja's language is not there.
func parseVariable(text string) ([]string, error) {
	bad := func() error {
		return fail("-v %s: only paths such as TABLE.key.field and TABLE['key']['field'] are understood, not expressions", text)
	}
	var path []string
	for rest := strings.TrimSpace(text); rest != ""; {
		switch {
		case rest[0] == '[':
			if len(rest) < 2 || len(path) == 0 || rest[1] != '\'' && rest[1] != '"' {
				return nil, bad()
			}
			key, after, ok := strings.Cut(rest[2:], string(rest[1])+"]")
			if !ok {
				return nil, bad()
			}
			path, rest = append(path, key), after
		default:
			if len(path) > 0 {
				if rest[0] != '.' {
					return nil, bad()
				}
				rest = rest[1:]
			}
			n := strings.IndexFunc(rest, func(r rune) bool { return !isWord(r) })
			if n < 0 {
				n = len(rest)
			}
			if n == 0 {
				return nil, bad()
			}
			path, rest = append(path, rest[:n]), rest[n:]
		}
	}
	if len(path) == 0 {
		return nil, bad()
	}
	return path, nil
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// lookup follows a path; nil if it leads nowhere.
func lookup(value any, path []string) any {
	for _, p := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[p]
	}
	return value
}

// pythonText is Python's str() of a JSON value, which is what scripts get from sonic-cfggen -v.
func pythonText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return pythonRepr(value)
}

func pythonRepr(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
	case json.Number:
		return v.String()
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = pythonRepr(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, k := range slices.SortedFunc(maps.Keys(v), natural.Compare) {
			parts = append(parts, pythonRepr(k)+": "+pythonRepr(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(value)
}
