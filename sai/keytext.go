package sai

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Key is a natural key of a SAI object. Its text is the object type without SAI_OBJECT_TYPE_ and the fields in parentheses:
//
//	VLAN_MEMBER(VLAN(100),BRIDGE_PORT(PORT(Ethernet0)))
//
// Names are quoted as in Go where they hold anything that could be taken for structure. Optional fields at the end are left out.
type Key interface {
	engine.Key
	// Implied gives the attributes that follow from the key, in the engine's terms: a VLAN's number, the port of a bridge port. Whoever
	// creates the object adds them; an attribute that is wanted explicitly goes before.
	Implied() []engine.AttrValue
}

// ParseKey reverses the String method of any key of this package.
func ParseKey(text string) (Key, error) {
	r := &keyReader{text: text}
	k := r.key()
	if r.err == nil && r.pos != len(text) {
		r.fail("unexpected text")
	}
	if r.err != nil {
		return nil, r.err
	}
	return k, nil
}

func parseEngineKey(text string) (engine.Key, error) {
	k, err := ParseKey(text)
	if err != nil {
		return nil, err
	}
	return k, nil
}

// appendKey appends the text of a key behind an interface; nil leaves nothing.
func appendKey(dst []byte, k Key) []byte {
	if a, ok := k.(interface{ appendText([]byte) []byte }); ok {
		return a.appendText(dst)
	}
	return dst
}

func appendName(dst []byte, s string) []byte {
	for _, c := range s {
		if c == '(' || c == ')' || c == ',' || c == '"' || c == '\\' || c == utf8.RuneError || c == ' ' || !unicode.IsPrint(c) {
			return strconv.AppendQuote(dst, s)
		}
	}
	return append(dst, s...)
}

func appendAddr(dst []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		return dst
	}
	if a.Zone() != "" {
		return appendName(dst, a.String())
	}
	return a.AppendTo(dst)
}

func appendPrefix(dst []byte, p netip.Prefix) []byte {
	if !p.IsValid() {
		return dst
	}
	return p.AppendTo(dst)
}

func appendKeyRange(dst []byte, r U32Range) []byte {
	dst = strconv.AppendUint(dst, uint64(r.Min), 10)
	return strconv.AppendUint(append(dst, '-'), uint64(r.Max), 10)
}

// trimCommas drops the separators of absent fields at the end.
func trimCommas(dst []byte) []byte {
	for len(dst) > 0 && dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// keyReader parses keys. The first error sticks; after it every read gives a zero value.
type keyReader struct {
	text  string
	pos   int
	depth int
	args  int // arguments read of the innermost key
	err   error
}

const maxKeyDepth = 8

func (r *keyReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("key %q at %d: %s", r.text, r.pos, fmt.Sprintf(format, args...))
	}
}

func (r *keyReader) peek() byte {
	if r.err == nil && r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

// key reads TYPE(arguments).
func (r *keyReader) key() Key {
	end := strings.IndexByte(r.text[r.pos:], '(')
	if r.err != nil || end < 0 || r.depth >= maxKeyDepth {
		r.fail("want an object type and (")
		return nil
	}
	t, err := ParseObjectType("SAI_OBJECT_TYPE_" + r.text[r.pos:r.pos+end])
	if err != nil {
		r.fail("unknown object type")
		return nil
	}
	outer := r.args
	r.pos += end + 1
	r.depth, r.args = r.depth+1, 0
	k := parseKeyArgs(r, t)
	if k == nil {
		r.fail("objects of type %v have no key", t)
	}
	if r.peek() != ')' {
		r.fail("want )")
		return nil
	}
	r.pos++
	r.depth, r.args = r.depth-1, outer
	return k
}

// next goes to the next argument and tells whether it holds anything.
func (r *keyReader) next() bool {
	if r.args > 0 && r.peek() == ',' {
		r.pos++
	}
	r.args++
	c := r.peek()
	return c != 0 && c != ',' && c != ')'
}

// word reads a plain or quoted argument.
func (r *keyReader) word() string {
	if !r.next() {
		return ""
	}
	rest := r.text[r.pos:]
	if rest[0] == '"' {
		q, err := strconv.QuotedPrefix(rest)
		if err != nil {
			r.fail("bad quotes")
			return ""
		}
		r.pos += len(q)
		s, _ := strconv.Unquote(q) // QuotedPrefix has checked it
		return s
	}
	end := strings.IndexAny(rest, ",()")
	if end < 0 {
		end = len(rest)
	}
	r.pos += end
	return rest[:end]
}

func (r *keyReader) name() string { return r.word() }

func (r *keyReader) addr() netip.Addr {
	w := r.word()
	if w == "" {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(w)
	if err != nil {
		r.fail("%q is no address", w)
	}
	return a
}

func (r *keyReader) prefix() netip.Prefix {
	w := r.word()
	if w == "" {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(w)
	if err != nil {
		r.fail("%q is no prefix", w)
	}
	return p
}

func (r *keyReader) mac(optional bool) MAC {
	w := r.word()
	if w == "" && optional {
		return MAC{}
	}
	m, err := ParseMAC(w)
	if err != nil {
		r.fail("%v", err)
	}
	return m
}

func (r *keyReader) u32Range() U32Range {
	lo, hi, _ := strings.Cut(r.word(), "-")
	a, err1 := strconv.ParseUint(lo, 10, 32)
	b, err2 := strconv.ParseUint(hi, 10, 32)
	if err1 != nil || err2 != nil {
		r.fail("want a range min-max")
	}
	return U32Range{uint32(a), uint32(b)}
}

// keyArg reads a nested key of type K, or nothing if it may be absent.
func keyArg[K Key](r *keyReader, optional bool) K {
	var zero K
	if !r.next() {
		if !optional {
			r.fail("want a key")
		}
		return zero
	}
	k := r.key()
	typed, ok := k.(K)
	if !ok {
		r.fail("%T is not allowed here", k)
		return zero
	}
	return typed
}

func uintArg[T uint8 | uint16 | uint32 | uint64](r *keyReader, optional bool) T {
	w := r.word()
	if w == "" && optional {
		return 0
	}
	v, err := strconv.ParseUint(w, 10, 64)
	if err != nil || uint64(T(v)) != v {
		r.fail("%q is no number, or too large", w)
		return 0
	}
	return T(v)
}

func enumArg[E ~int32](r *keyReader, m *EnumMeta) E {
	v, err := ParseEnum[E](m, r.word())
	if err != nil {
		r.fail("%v", err)
	}
	return v
}
