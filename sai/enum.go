package sai

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Enum is implemented by every SAI enumeration.
type Enum interface {
	Number() int32
	EnumMeta() *EnumMeta
	String() string
}

// EnumMeta holds the symbols of an enumeration.
type EnumMeta struct {
	Name    string       // sai_vlan_tagging_mode_t
	Flags   bool         // values are sets of bits
	Symbols []EnumSymbol // by number; of several symbols with one number the first is the one written
	byName  []uint16     // indexes into Symbols, by name
	box     func(int32) any
}

// EnumSymbol is a symbol of an enumeration. Several may share a number: aliases.
type EnumSymbol struct {
	Name  string
	Value int32
}

// Symbol gives the SAI symbol of a number.
func (m *EnumMeta) Symbol(n int32) (string, bool) {
	s := m.Symbols
	if i := int(n); i >= 0 && i < len(s) && s[i].Value == n && (i == 0 || s[i-1].Value != n) {
		return s[i].Name, true
	}
	i := sort.Search(len(s), func(i int) bool { return s[i].Value >= n })
	if i < len(s) && s[i].Value == n {
		return s[i].Name, true
	}
	return "", false
}

// Number gives the number of a SAI symbol, aliases included.
func (m *EnumMeta) Number(symbol string) (int32, bool) {
	i := sort.Search(len(m.byName), func(i int) bool { return m.Symbols[m.byName[i]].Name >= symbol })
	if i < len(m.byName) && m.Symbols[m.byName[i]].Name == symbol {
		return m.Symbols[m.byName[i]].Value, true
	}
	return 0, false
}

// Box makes a value of the enumeration's own Go type.
func (m *EnumMeta) Box(n int32) any { return m.box(n) }

// Append appends the text of a number: its symbol, symbols joined by | for flags (0x0 if none), or decimal if it is unknown.
func (m *EnumMeta) Append(dst []byte, n int32) []byte {
	if s, ok := m.Symbol(n); ok && (!m.Flags || n != 0) {
		return append(dst, s...)
	}
	if m.Flags {
		return m.appendFlags(dst, n)
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func (m *EnumMeta) appendFlags(dst []byte, n int32) []byte {
	if n == 0 {
		return append(dst, "0x0"...)
	}
	start, rest := len(dst), n
	for _, s := range m.Symbols {
		if s.Value != 0 && s.Value&(s.Value-1) == 0 && rest&s.Value != 0 {
			rest &^= s.Value
			dst = append(append(dst, s.Name...), '|')
		}
	}
	if rest != 0 { // bits without a name: no symbol form would come back
		return strconv.AppendInt(dst[:start], int64(n), 10)
	}
	return dst[:len(dst)-1]
}

// Parse reverses Append.
func (m *EnumMeta) Parse(text string) (int32, error) {
	if n, ok := m.Number(text); ok {
		return n, nil
	}
	if m.Flags {
		if n, ok := m.parseFlags(text); ok {
			return n, nil
		}
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no %s", text, m.Name)
	}
	return int32(n), nil
}

func (m *EnumMeta) parseFlags(text string) (int32, bool) {
	if text == "0x0" {
		return 0, true
	}
	var n int32
	for s := range strings.SplitSeq(text, "|") {
		v, ok := m.Number(s)
		if !ok {
			return 0, false
		}
		n |= v
	}
	return n, true
}

// ParseEnum parses a symbol into the enumeration's Go type.
func ParseEnum[E ~int32 | ~uint32](m *EnumMeta, text string) (E, error) {
	n, err := m.Parse(text)
	return E(n), err
}

// ParseObjectType parses SAI_OBJECT_TYPE_X. Numbers and unknown symbols are errors.
func ParseObjectType(symbol string) (ObjectType, error) {
	n, ok := metaObjectType.Number(symbol)
	if !ok {
		return 0, fmt.Errorf("unknown object type %q", symbol)
	}
	return ObjectType(n), nil
}

func enumString(m *EnumMeta, n int32) string {
	if s, ok := m.Symbol(n); ok && (!m.Flags || n != 0) {
		return s
	}
	return string(m.Append(nil, n))
}

// s32List widens a list of enum values.
func s32List[E ~int32 | ~uint32](values []E) S32List {
	l := make(S32List, len(values))
	for i, v := range values {
		l[i] = int32(v)
	}
	return l
}

func enumField[E ~int32](f AclField[E]) AclField[int32] {
	return AclField[int32]{f.Enabled, int32(f.Value), int32(f.Mask)}
}
