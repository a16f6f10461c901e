package origin

import (
	"errors"
	"fmt"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
)

// Parse reads a path in gNMI's text form, the reverse of Text: origin:/a/l[k=v]/b. A slash within a key's value needs no escape; a backslash takes
// the next character as it is.
func Parse(text string) (*gpb.Path, error) {
	p := &gpb.Path{}
	if i := strings.IndexAny(text, ":/[\\"); i > 0 && text[i] == ':' && (i+1 == len(text) || text[i+1] == '/') {
		p.Origin, text = text[:i], text[i+1:]
	}
	s := &scanner{text: strings.TrimPrefix(text, "/")}
	for s.pos < len(s.text) {
		e, err := s.elem()
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", text, err)
		}
		p.Elem = append(p.Elem, e)
	}
	return p, nil
}

type scanner struct {
	text string
	pos  int
}

// elem reads one element and the slash behind it.
func (s *scanner) elem() (*gpb.PathElem, error) {
	name, end, err := s.until("/[")
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, errors.New("an element is empty")
	}
	e := &gpb.PathElem{Name: name}
	for end == '[' {
		key, stop, err := s.until("=")
		if err != nil {
			return nil, err
		}
		if key == "" || stop == 0 {
			return nil, fmt.Errorf("element %s has a key without a name or value", name)
		}
		value, stop, err := s.until("]")
		if err != nil {
			return nil, err
		}
		if stop == 0 {
			return nil, fmt.Errorf("key %s of element %s has no end", key, name)
		}
		if _, twice := e.Key[key]; twice {
			return nil, fmt.Errorf("element %s has key %s twice", name, key)
		}
		if e.Key == nil {
			e.Key = map[string]string{}
		}
		e.Key[key] = value
		if s.pos == len(s.text) {
			return e, nil
		}
		if end = s.text[s.pos]; end != '[' && end != '/' {
			return nil, fmt.Errorf("element %s goes on behind its keys", name)
		}
		s.pos++
	}
	return e, nil
}

// until takes text up to one of the stops, which it skips and returns; 0 at the end of the text.
func (s *scanner) until(stops string) (word string, stop byte, err error) {
	var b strings.Builder
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		s.pos++
		switch {
		case c == '\\' && s.pos == len(s.text):
			return "", 0, errors.New("ends in a backslash")
		case c == '\\':
			c = s.text[s.pos]
			s.pos++
		case strings.IndexByte(stops, c) >= 0:
			return b.String(), c, nil
		}
		b.WriteByte(c)
	}
	return b.String(), 0, nil
}
