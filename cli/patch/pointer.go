package patch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pointer is a JSON Pointer's tokens, unescaped.
type pointer []string

func parsePointer(text string) (pointer, error) {
	if text == "" {
		return nil, nil
	}
	if text[0] != '/' {
		return nil, fmt.Errorf("%q does not begin with a slash", text)
	}
	tokens := strings.Split(text[1:], "/")
	for i, t := range tokens {
		plain := strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
		if strings.Count(t, "~") != strings.Count(t, "~0")+strings.Count(t, "~1") {
			return nil, fmt.Errorf("%q has a tilde that is no escape", text)
		}
		tokens[i] = plain
	}
	return tokens, nil
}

var errMissing = errors.New("there is no such member")

func (p pointer) get(doc any) (any, error) {
	for i, token := range p {
		var err error
		if doc, err = member(doc, token); err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(p[:i+1], "/"), err)
		}
	}
	return doc, nil
}

func member(doc any, token string) (any, error) {
	switch d := doc.(type) {
	case map[string]any:
		v, ok := d[token]
		if !ok {
			return nil, errMissing
		}
		return v, nil
	case []any:
		i, err := index(token, len(d)-1)
		if err != nil {
			return nil, err
		}
		return d[i], nil
	}
	return nil, errors.New("there is neither an object nor an array")
}

// index reads an array index from 0 to last.
func index(token string, last int) (int, error) {
	n, err := strconv.ParseUint(token, 10, 31)
	switch {
	case err != nil || token != strconv.FormatUint(n, 10):
		return 0, fmt.Errorf("%q is no array index", token)
	case int(n) > last:
		return 0, fmt.Errorf("the array has no element %d", n)
	}
	return int(n), nil
}

// set puts a value at the place: in an object always, in an array before the element there, or with replace in its stead.
func (p pointer) set(doc, value any, replace bool) (any, error) {
	if len(p) == 0 {
		return value, nil
	}
	return p.change(doc, func(parent any, token string) (any, error) {
		switch d := parent.(type) {
		case map[string]any:
			d[token] = value
			return d, nil
		case []any:
			if token == "-" && !replace {
				return append(d, value), nil
			}
			last := len(d)
			if replace {
				last--
			}
			i, err := index(token, last)
			if err != nil {
				return nil, err
			}
			if replace {
				d[i] = value
				return d, nil
			}
			return slices.Insert(d, i, value), nil
		}
		return nil, errors.New("there is neither an object nor an array")
	})
}

func (p pointer) remove(doc any) (any, error) {
	if len(p) == 0 {
		return nil, errors.New("the whole document cannot be removed")
	}
	return p.change(doc, func(parent any, token string) (any, error) {
		switch d := parent.(type) {
		case map[string]any:
			delete(d, token)
			return d, nil
		case []any:
			i, err := index(token, len(d)-1)
			if err != nil {
				return nil, err
			}
			return slices.Delete(d, i, i+1), nil
		}
		return nil, errors.New("there is neither an object nor an array")
	})
}

// change lets f change the parent of the place. An array may be another one afterwards, so parents are put back on the way up.
func (p pointer) change(doc any, f func(parent any, token string) (any, error)) (any, error) {
	if len(p) == 1 {
		return f(doc, p[0])
	}
	child, err := member(doc, p[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p[0], err)
	}
	if child, err = p[1:].change(child, f); err != nil {
		return nil, err
	}
	return pointer{p[0]}.set(doc, child, true)
}
