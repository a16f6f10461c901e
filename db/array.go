package db

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// AppendArray appends the JSON array ["name","value",...] by which queues and notifications carry fields (sonic-contract 2.7, 2.8).
func AppendArray(b []byte, fields []Field) []byte {
	b = append(b, '[')
	for i := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, fields[i].Name)
		b = append(b, ',')
		b = appendText(b, fields[i].Value)
	}
	return append(b, ']')
}

// appendText appends a JSON string. Bytes that are not UTF-8 go as they are: SONiC's readers do the same, and nothing is lost.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// ParseArray reverses AppendArray; {} has no fields. The fields alias text or one copy of it.
func ParseArray(text string) ([]Field, error) {
	p := arrayParser{text: text}
	p.space()
	if strings.TrimRight(text[p.pos:], " \t\r\n") == "{}" {
		return nil, nil
	}
	if !p.take('[') {
		return nil, p.error("no array")
	}
	p.space()
	if p.take(']') {
		return nil, p.end()
	}
	fields := make([]Field, 0, 1+strings.Count(text, `","`)/2)
	for name, odd := "", false; ; odd = !odd {
		p.space()
		s, err := p.string()
		if err != nil {
			return nil, err
		}
		if odd {
			fields = append(fields, Field{name, s})
		}
		name = s
		p.space()
		switch {
		case p.take(','):
		case !p.take(']'):
			return nil, p.error("neither comma nor end of the array")
		case !odd:
			return nil, errors.New("the array has an odd number of texts")
		default:
			return fields, p.end()
		}
	}
}

type arrayParser struct {
	text string
	pos  int
	// buf takes unescaped strings. It never grows beyond its first capacity, so strings cut from it stay valid.
	buf []byte
}

func (p *arrayParser) error(what string) error {
	return fmt.Errorf("%s at byte %d of a JSON array of strings", what, p.pos)
}

func (p *arrayParser) end() error {
	if p.space(); p.pos < len(p.text) {
		return p.error("more text")
	}
	return nil
}

func (p *arrayParser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

func (p *arrayParser) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *arrayParser) string() (string, error) {
	if !p.take('"') {
		return "", p.error("no string")
	}
	start := p.pos
	end := strings.IndexByte(p.text[start:], '"')
	if end < 0 {
		return "", p.error("unfinished string")
	}
	plain := p.text[start : start+end]
	if strings.IndexByte(plain, '\\') < 0 {
		p.pos = start + end + 1
		return plain, nil
	}
	return p.escaped()
}

// escaped reads the rest of a string that has escapes. Unescaped text is never longer than escaped.
func (p *arrayParser) escaped() (string, error) {
	if p.buf == nil {
		p.buf = make([]byte, 0, len(p.text)-p.pos)
	}
	from := len(p.buf)
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; c {
		case '"':
			p.pos++
			s := p.buf[from:]
			return unsafe.String(unsafe.SliceData(s), len(s)), nil
		case '\\':
			p.pos++
			if err := p.escape(); err != nil {
				return "", err
			}
		default:
			p.pos++
			p.buf = append(p.buf, c)
		}
	}
	return "", p.error("unfinished string")
}

func (p *arrayParser) escape() error {
	if p.pos == len(p.text) {
		return p.error("unfinished escape")
	}
	c := p.text[p.pos]
	p.pos++
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return p.unicode()
	default:
		return p.error("unknown escape")
	}
	p.buf = append(p.buf, c)
	return nil
}

func (p *arrayParser) unicode() error {
	r, err := p.hex4()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(p.text[p.pos:], `\u`) {
			return p.error("half a surrogate pair")
		}
		p.pos += 2
		low, err := p.hex4()
		if err != nil {
			return err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return p.error("half a surrogate pair")
		}
	}
	p.buf = utf8.AppendRune(p.buf, r)
	return nil
}

func (p *arrayParser) hex4() (rune, error) {
	if len(p.text)-p.pos < 4 {
		return 0, p.error("unfinished escape")
	}
	n, err := strconv.ParseUint(p.text[p.pos:p.pos+4], 16, 16)
	if err != nil {
		return 0, p.error("bad escape")
	}
	p.pos += 4
	return rune(n), nil
}
