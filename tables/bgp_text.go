package tables

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
)

// Word is a name in FRR's configuration: of a group of neighbours, a route map, a list. It is one word of printable characters.
type Word string

var (
	errWord     = errors.New("not one word of printable characters")
	errPhrase   = errors.New("not one line of printable characters")
	errRemoteAS = errors.New("none of internal, external and a number from 1 to 4294967295")
	errAllowed  = errors.New("not a prefix, alone or with `le N` or `ge N`, where N is a length that its subnets can have")
	errOneOf    = errors.New("none of the values that the field can have")
)

// MarshalText implements encoding.TextMarshaler.
func (w Word) MarshalText() ([]byte, error) { return []byte(w), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *Word) UnmarshalText(b []byte) error {
	s := string(b)
	if s == "" || len(s) > 128 || strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) || c == ' ' || c == unicode.ReplacementChar }) {
		return errWord
	}
	*w = Word(s)
	return nil
}

// Phrase is free text in FRR's configuration: a description. What separates its words is one space.
type Phrase string

// MarshalText implements encoding.TextMarshaler.
func (p Phrase) MarshalText() ([]byte, error) { return []byte(p), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Phrase) UnmarshalText(b []byte) error {
	s := string(b)
	if strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) || c == unicode.ReplacementChar }) {
		return errPhrase
	}
	*p = Phrase(strings.Join(strings.Fields(s), " "))
	return nil
}

// RemoteAS is the autonomous system of a neighbour: a number, or the word internal or external.
type RemoteAS string

// MarshalText implements encoding.TextMarshaler.
func (a RemoteAS) MarshalText() ([]byte, error) { return []byte(a), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *RemoteAS) UnmarshalText(b []byte) error {
	s := string(b)
	if s != "internal" && s != "external" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil || n == 0 {
			return errRemoteAS
		}
		s = strconv.FormatUint(n, 10)
	}
	*a = RemoteAS(s)
	return nil
}

// AdminStatus is `up` or `down`; frrcfgd's `true` and `false` are read too.
type AdminStatus bool

// MarshalText implements encoding.TextMarshaler.
func (a AdminStatus) MarshalText() ([]byte, error) { return UpDown(a).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *AdminStatus) UnmarshalText(b []byte) error {
	switch string(b) {
	case "true":
		*a = true
		return nil
	case "false":
		*a = false
		return nil
	}
	return (*UpDown)(a).UnmarshalText(b)
}

// Permit is `permit` or `deny`.
type Permit bool

// MarshalText implements encoding.TextMarshaler.
func (p Permit) MarshalText() ([]byte, error) { return []byte(pick(bool(p), "permit", "deny")), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Permit) UnmarshalText(b []byte) error { return oneOf((*bool)(p), b, "permit", "deny") }

// choose reads one of several words.
func choose[T ~string](v *T, b []byte, from ...T) error {
	for _, w := range from {
		if T(b) == w {
			*v = w
			return nil
		}
	}
	return errOneOf
}
