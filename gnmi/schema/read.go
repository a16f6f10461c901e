package schema

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Form is how a value is written.
type Form int

const (
	// Text is YANG's own form of any type, as keys of paths have it.
	Text Form = iota
	// IETF is JSON as RFC 7951 has it: numbers of 64 bits and decimals are strings.
	IETF
	// Plain is JSON where they may be numbers too.
	Plain
	// Native is a value of Go: string, bool, int64, uint64, float64, []byte.
	Native
)

// Read gives the text that a value is for the type; names have no module. What JSON says comes as encoding/json decodes it, numbers as json.Number.
func (t *Type) Read(v any, f Form) (string, error) {
	if t.Kind == Union {
		return t.readMember(v, f)
	}
	text, ok := t.text(v, f)
	if !ok {
		return "", fmt.Errorf("%s is not %s", shown(v), t)
	}
	switch t.Kind {
	case Enumeration, Identityref:
		return t.name(text)
	case String:
		return text, t.matches(text)
	case Boolean:
		if text != "true" && text != "false" {
			return "", fmt.Errorf("%s is not %s", shown(v), t)
		}
		return text, nil
	case Binary:
		octets, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !t.within(float64(len(octets))) {
			return "", fmt.Errorf("%s is not %s", shown(v), t)
		}
		return text, nil
	}
	return t.number(text)
}

// readMember gives what the first member that takes the value makes of it. Names are looked for first: a text that is one may be a string too.
func (t *Type) readMember(v any, f Form) (string, error) {
	for _, named := range []bool{true, false} {
		for _, member := range t.Leaves() {
			if named != (member.Names != nil) {
				continue
			}
			if text, err := member.Read(v, f); err == nil {
				return text, nil
			}
		}
	}
	return "", fmt.Errorf("%s is not %s", shown(v), t)
}

// Leaves are the members of a union and of those in it; of any other type, the type.
func (t *Type) Leaves() []*Type {
	if t.Kind != Union {
		return []*Type{t}
	}
	var all []*Type
	for _, member := range t.Union {
		all = append(all, member.Leaves()...)
	}
	return all
}

// text is a value in YANG's form, if the form may say a value of this kind so.
func (t *Type) text(v any, f Form) (string, bool) {
	switch v := v.(type) {
	case string:
		switch t.Kind {
		case String, Enumeration, Identityref:
			return v, true
		case Int64, Uint64, Decimal64, Binary:
			return v, f != Native
		}
		return v, f == Text
	case bool:
		return strconv.FormatBool(v), t.Kind == Boolean
	case json.Number:
		return whole(v.String()), t.Kind.Bits() > 0 && (t.Kind.Bits() < 64 || f == Plain) || t.Kind == Decimal64 && f == Plain
	case uint64:
		return strconv.FormatUint(v, 10), t.Kind.unsigned()
	case int64: // RFC 7951 has no unsigned numbers, so clients that come from JSON send these
		return strconv.FormatInt(v, 10), t.Kind.Bits() > 0 && (v >= 0 || !t.Kind.unsigned())
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), t.Kind == Decimal64
	case []byte:
		return base64.StdEncoding.EncodeToString(v), t.Kind == Binary
	}
	return "", false
}

// whole is a number of JSON that has no fraction without the point or exponent that it may be written with: 1500.0, 15e2.
func whole(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) >= 1<<53 {
		return text
	}
	return strconv.FormatInt(int64(n), 10)
}

func (k Kind) unsigned() bool { return k.Bits() > 0 && k[0] == 'u' }

// number reads a number into its shortest form.
func (t *Type) number(text string) (string, error) {
	refuse := func() (string, error) { return "", fmt.Errorf("%s is not %s", text, t) }
	if t.Kind == Decimal64 {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || !t.within(n) {
			return refuse()
		}
		return strconv.FormatFloat(n, 'f', -1, 64), nil
	}
	if t.Kind.unsigned() {
		n, err := strconv.ParseUint(text, 10, t.Kind.Bits())
		if err != nil || !t.within(float64(n)) {
			return refuse()
		}
		return strconv.FormatUint(n, 10), nil
	}
	n, err := strconv.ParseInt(text, 10, t.Kind.Bits())
	if err != nil || !t.within(float64(n)) {
		return refuse()
	}
	return strconv.FormatInt(n, 10), nil
}

// name takes the module from an identity's name.
func (t *Type) name(text string) (string, error) {
	_, bare, ok := strings.Cut(text, ":")
	if !ok {
		bare = text
	}
	if _, known := t.Names[bare]; !known {
		return "", fmt.Errorf("%q is not %s", text, t)
	}
	return bare, nil
}

func (t *Type) matches(text string) error {
	patterns, err := t.patterns()
	if err != nil {
		return err
	}
	for _, p := range patterns {
		if !p.MatchString(text) {
			return fmt.Errorf("%q is not %s", text, t)
		}
	}
	if n := utf8.RuneCountInString(text); !t.within(float64(n)) {
		return fmt.Errorf("%q is not %s: it has %d characters", text, t, n)
	}
	return nil
}

func (t *Type) within(n float64) bool {
	return len(t.Ranges) == 0 || slices.ContainsFunc(t.Ranges, func(r Range) bool { return r[0] <= n && n <= r[1] })
}

// few is how many names an error lists.
const few = 12

// String says what values the type takes.
func (t *Type) String() string {
	switch {
	case t.Kind == Union && t.Name == "":
		var all []string
		for _, member := range t.Leaves() {
			if say := member.String(); !slices.Contains(all, say) {
				all = append(all, say)
			}
		}
		return strings.Join(all, " or ")
	case t.Names != nil:
		names := slices.Sorted(maps.Keys(t.Names))
		if len(names) > few {
			names = append(names[:few:few], "...")
		}
		return "one of " + strings.Join(names, ", ")
	case t.Kind == Boolean:
		return "true or false"
	case t.Kind.Bits() > 0:
		return "a whole number" + t.bounds()
	case t.Kind == Decimal64:
		return "a number" + t.bounds()
	case t.Name != "":
		return "of the type " + t.Name
	case len(t.Pattern) > 0:
		return "a text as the model wants it"
	case t.Kind == Binary:
		return "base64"
	}
	return "a text" + t.bounds()
}

// bounds says the ranges of a type.
func (t *Type) bounds() string {
	if len(t.Ranges) == 0 && t.Kind.Bits() > 0 {
		return fmt.Sprintf(" of %d bits", t.Kind.Bits())
	}
	var all []string
	for _, r := range t.Ranges {
		all = append(all, strconv.FormatFloat(r[0], 'f', -1, 64)+".."+strconv.FormatFloat(r[1], 'f', -1, 64))
	}
	if all == nil {
		return ""
	}
	if t.Kind == String {
		return " of length " + strings.Join(all, ", ")
	}
	return " in " + strings.Join(all, ", ")
}

// shown is a value as an error shows it.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case map[string]any:
		return "a JSON object"
	case []any:
		return "a JSON array"
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}
