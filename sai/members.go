package sai

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// members reads a JSON object whose members are strings without escapes, or objects of such. The first error sticks.
type members struct {
	text string
	err  error
}

func (m *members) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// member parses a value, noting the error.
func member[T any](m *members, text string, parse func(string) (T, error)) T {
	v, err := parse(text)
	m.fail(err)
	return v
}

func (m *members) oid(v string) OID       { return member(m, v, ParseOID) }
func (m *members) mac(v string) MAC       { return member(m, v, ParseMAC) }
func (m *members) ip(v string) netip.Addr { return member(m, v, parseIP) }

func (m *members) prefix(v string) netip.Prefix { return member(m, v, netip.ParsePrefix) }

var (
	errMembers = errors.New("want a JSON object with each member once, all of them strings")
	errUnknown = errors.New("unknown member")
)

// each calls f with the name and the text of every member: strings without quotes, objects with their braces. There must be n of
// them, all different; f returns false for a name that it does not know.
func (m *members) each(n int, f func(name, value string) bool) {
	rest := trimSpace(m.text)
	var names [8]string
	for i := range n {
		lead := byte(',')
		if i == 0 {
			lead = '{'
		}
		var name, value string
		var ok bool
		if rest, ok = cutByte(rest, lead); ok {
			name, rest, ok = quoted(rest)
		}
		if ok {
			if rest, ok = cutByte(rest, ':'); ok {
				value, rest, ok = memberValue(rest)
			}
		}
		for _, other := range names[:i] {
			ok = ok && other != name
		}
		if !ok {
			m.fail(errMembers)
			return
		}
		names[i] = name
		if !f(name, value) {
			m.fail(errUnknown)
			return
		}
		if m.err != nil {
			m.err = fmt.Errorf("%s: %w", strconv.Quote(name), m.err)
			return
		}
	}
	if rest, ok := cutByte(rest, '}'); !ok || rest != "" {
		m.fail(errMembers)
	}
}

func trimSpace(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t' || s[0] == '\n' || s[0] == '\r') {
		s = s[1:]
	}
	return s
}

// cutByte takes one character and the white space behind it.
func cutByte(s string, c byte) (string, bool) {
	if s == "" || s[0] != c {
		return s, false
	}
	return trimSpace(s[1:]), true
}

func quoted(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	end := strings.IndexByte(s[1:], '"') + 1
	if end == 0 || strings.IndexByte(s[1:end], '\\') >= 0 {
		return "", s, false
	}
	return s[1:end], trimSpace(s[end+1:]), true
}

// memberValue takes a string or a whole object.
func memberValue(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '{' {
		return quoted(s)
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i+1], trimSpace(s[i+1:]), true
			}
		}
	}
	return "", s, false
}
