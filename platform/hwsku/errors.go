package hwsku

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Error says which value of which file is wrong.
type Error struct {
	File   string
	Line   int    // from 1; 0 in a JSON file that is well formed
	Field  string // column, key, or path in a JSON file; may be empty
	Value  string
	Reason string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Field != "" {
		b.WriteString(": " + e.Field)
	}
	fmt.Fprintf(&b, ": %q: %s", e.Value, e.Reason)
	return b.String()
}

const (
	maxLanes = 16 // the widest port there is (SAI: 1.6 Tbit/s on 16 lanes)
	noNumber = "not a number"
)

// lanes reads a list such as 25,26,27,28. An empty reason is success.
func lanes(text string) (list []uint32, reason string) {
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 32)
		if err != nil {
			return nil, fmt.Sprintf("lane %q is %s", part, noNumber)
		}
		if slices.Contains(list, uint32(n)) {
			return nil, fmt.Sprintf("lane %d twice", n)
		}
		if list = append(list, uint32(n)); len(list) > maxLanes {
			return nil, fmt.Sprintf("more than %d lanes", maxLanes)
		}
	}
	return list, ""
}

// owners remembers who has what, to find what is there twice.
type owners[K comparable] map[K]string

// take is the reason why k cannot be had, or empty.
func (o owners[K]) take(k K, owner string) string {
	if other, ok := o[k]; ok {
		return fmt.Sprintf("%v is %s's already", k, other)
	}
	o[k] = owner
	return ""
}

// portSet checks that the ports of a model are distinct.
type portSet struct {
	names, aliases owners[string]
	lanes          owners[uint32]
}

func newPortSet() *portSet {
	return &portSet{owners[string]{}, owners[string]{}, owners[uint32]{}}
}

// add returns the offending field and the reason, or empty strings.
func (s *portSet) add(p *Port) (field, value, reason string) {
	if reason = s.names.take(p.Name, "another port"); reason != "" {
		return "name", p.Name, reason
	}
	if reason = s.aliases.take(p.Alias, p.Name); reason != "" {
		return "alias", p.Alias, reason
	}
	for _, l := range p.Lanes {
		if reason = s.lanes.take(l, p.Name); reason != "" {
			return "lanes", strconv.FormatUint(uint64(l), 10), reason
		}
	}
	return "", "", ""
}
