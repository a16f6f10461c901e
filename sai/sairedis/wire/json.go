package wire

import (
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Escape makes what dst holds from start on the inside of a JSON string.
func Escape(dst []byte, start int) []byte {
	clean := start
	for clean < len(dst) && !special(dst[clean]) {
		clean++
	}
	if clean == len(dst) {
		return dst
	}
	tail := append([]byte(nil), dst[clean:]...)
	dst = dst[:clean]
	for _, c := range tail {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ':
			dst = append(dst, `\u00`...)
			dst = append(dst, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func special(c byte) bool { return c == '"' || c == '\\' || c < ' ' }

var errJSON = errors.New("want a JSON array of strings, two for each field")

// DecodeFields appends the fields of a JSON array of strings; {} holds none. The array is decoded in place: b is overwritten, and the
// fields alias it. db.ParseArray leaves its text alone and makes its own memory for that, which costs 0.3 us a route more (BenchmarkServer in
// syncd).
func DecodeFields(dst []db.Field, b []byte) ([]db.Field, error) {
	d := decoder{b: b}
	if d.next() == '{' {
		if d.pos++; d.pos == len(b) || b[d.pos] != '}' {
			return dst, errJSON
		}
		d.pos++
		return dst, d.end()
	}
	if d.next() != '[' {
		return dst, errJSON
	}
	d.pos++
	if d.next() == ']' {
		d.pos++
		return dst, d.end()
	}
	for {
		name, ok := d.str()
		if !ok || d.next() != ',' {
			return dst, errJSON
		}
		d.pos++
		value, ok := d.str()
		if !ok {
			return dst, errJSON
		}
		dst = append(dst, db.Field{Name: name, Value: value})
		switch d.next() {
		case ',':
			d.pos++
		case ']':
			d.pos++
			return dst, d.end()
		default:
			return dst, errJSON
		}
	}
}

type decoder struct {
	b   []byte
	pos int
}

// next skips blanks and gives the byte there, 0 at the end.
func (d *decoder) next() byte {
	for d.pos < len(d.b) {
		switch c := d.b[d.pos]; c {
		case ' ', '\n', '\t', '\r':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

func (d *decoder) end() error {
	if d.next() != 0 || d.pos < len(d.b) {
		return errJSON
	}
	return nil
}

// str decodes the string at the position onto itself.
func (d *decoder) str() (string, bool) {
	if d.next() != '"' {
		return "", false
	}
	b := d.b
	start := d.pos + 1
	r := start
	for r < len(b) && b[r] != '"' && b[r] != '\\' {
		r++
	}
	w := r
	for r < len(b) {
		switch c := b[r]; c {
		case '"':
			d.pos = r + 1
			return unsafe.String(unsafe.SliceData(b[start:]), w-start), true
		case '\\':
			size, n := unescape(b[w:w], b[r:])
			if n == 0 {
				return "", false
			}
			w, r = w+size, r+n
		default:
			b[w] = c
			w, r = w+1, r+1
		}
	}
	return "", false
}

// unescape writes what the escape sequence at the start of b stands for to w, which is never longer. It tells how many bytes it wrote and read;
// 0 read: malformed.
func unescape(w, b []byte) (written, read int) {
	if len(b) < 2 {
		return 0, 0
	}
	c := b[1]
	switch c {
	case '"', '\\', '/':
	case 'n':
		c = '\n'
	case 't':
		c = '\t'
	case 'r':
		c = '\r'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'u':
		return unescapeRune(w, b)
	default:
		return 0, 0
	}
	return len(append(w, c)), 2
}

func unescapeRune(w, b []byte) (written, read int) {
	r, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	read = 6
	if utf16.IsSurrogate(r) {
		low, ok := hex4(b[6:])
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, 0
		}
		read = 12
	}
	return len(utf8.AppendRune(w, r)), read
}

// hex4 reads \uXXXX.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}
