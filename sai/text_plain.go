package sai

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// appender writes a value of type T; parser reads one.
type (
	appender[T any] func(dst []byte, v T) ([]byte, error)
	parser[T any]   func(text string) (T, error)
)

func mismatch(want, got any) error { return fmt.Errorf("a %T, want %T", got, want) }

func is[T any](v any) bool { _, ok := v.(T); return ok }

func isOrNil[T any](v any) bool { return v == nil || is[T](v) }

// plain is the codec of a type whose text needs no metadata.
func plain[T any](app appender[T], parse parser[T]) codec {
	return codec{
		is: is[T],
		append: func(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
			t, ok := v.(T)
			if !ok {
				return dst, mismatch(t, v)
			}
			return app(dst, t)
		},
		parse: func(_ *AttrMeta, text string) (any, error) {
			v, err := parse(text)
			if err != nil {
				return nil, err
			}
			return v, nil
		},
	}
}

// nullable makes nil stand for null.
func nullable(c codec, null any) codec {
	inner, is := c.append, c.is
	c.is = func(v any) bool { return v == nil || is(v) }
	c.append = func(dst []byte, a *AttrMeta, v any) ([]byte, error) {
		if v == nil {
			v = null
		}
		return inner(dst, a, v)
	}
	return c
}

type unsigned interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

type signed interface {
	~int8 | ~int16 | ~int32 | ~int64
}

func appendBool(dst []byte, v bool) ([]byte, error) { return strconv.AppendBool(dst, v), nil }

func parseBool(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("want true or false")
}

func appendUint[T unsigned](dst []byte, v T) ([]byte, error) {
	return strconv.AppendUint(dst, uint64(v), 10), nil
}

func parseUint[T unsigned](text string) (T, error) {
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil || uint64(T(v)) != v {
		return 0, errors.New("no number, or too large")
	}
	return T(v), nil
}

func appendInt[T signed](dst []byte, v T) ([]byte, error) {
	return strconv.AppendInt(dst, int64(v), 10), nil
}

func parseInt[T signed](text string) (T, error) {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || int64(T(v)) != v {
		return 0, errors.New("no number, or too large")
	}
	return T(v), nil
}

func appendOID(dst []byte, v OID) ([]byte, error) { return v.append(dst), nil }

func appendMAC(dst []byte, v MAC) ([]byte, error) { return v.append(dst), nil }

func appendEnumValue(dst []byte, a *AttrMeta, v any) ([]byte, error) {
	e, ok := v.(Enum)
	if !ok || e.EnumMeta() != a.Enum {
		return dst, fmt.Errorf("a %T, want %s", v, a.Enum.Name)
	}
	return a.Enum.Append(dst, e.Number()), nil
}

func parseEnumValue(a *AttrMeta, text string) (any, error) {
	n, err := a.Enum.Parse(text)
	if err != nil {
		return nil, err
	}
	return a.Enum.Box(n), nil
}

func appendPointer(dst []byte, v Pointer) ([]byte, error) {
	return strconv.AppendUint(append(dst, "0x"...), uint64(v), 16), nil
}

func parsePointer(text string) (Pointer, error) {
	hexes, ok := strings.CutPrefix(text, "0x")
	v, err := strconv.ParseUint(hexes, 16, 64)
	if !ok || err != nil {
		return 0, errors.New("want 0x and hex digits")
	}
	return Pointer(v), nil
}

func appendIPv4(dst []byte, v netip.Addr) ([]byte, error) {
	if !v.Is4() {
		return dst, fmt.Errorf("%v is no IPv4 address", v)
	}
	return v.AppendTo(dst), nil
}

// appendIPv6 writes what inet_ntop writes: like netip, except that IPv4-compatible addresses end in dotted form.
func appendIPv6(dst []byte, v netip.Addr) ([]byte, error) {
	if !v.Is6() || v.Zone() != "" {
		return dst, fmt.Errorf("%v is no IPv6 address without zone", v)
	}
	b := v.As16()
	if [12]byte(b[:12]) == ([12]byte{}) && (b[12] != 0 || b[13] != 0) {
		return netip.AddrFrom4([4]byte(b[12:])).AppendTo(append(dst, "::"...)), nil
	}
	return v.AppendTo(dst), nil
}

func appendIP(dst []byte, v netip.Addr) ([]byte, error) {
	if v.Is4() {
		return v.AppendTo(dst), nil
	}
	return appendIPv6(dst, v)
}

func parseIP(text string) (netip.Addr, error) {
	v, err := netip.ParseAddr(text)
	if err != nil || v.Zone() != "" {
		return netip.Addr{}, errors.New("no IP address")
	}
	return v, nil
}

func parseIPv4(text string) (netip.Addr, error) {
	v, err := parseIP(text)
	if err == nil && !v.Is4() {
		err = errors.New("no IPv4 address")
	}
	return v, err
}

func parseIPv6(text string) (netip.Addr, error) {
	v, err := parseIP(text)
	if err == nil && !v.Is6() {
		err = errors.New("no IPv6 address")
	}
	return v, err
}

// AppendPrefix appends a prefix as ASIC_DB has it.
func AppendPrefix(dst []byte, p netip.Prefix) []byte {
	if p.Addr().Is4() {
		return p.AppendTo(dst)
	}
	dst, _ = appendIPv6(dst, p.Addr()) // a prefix has no zone
	return strconv.AppendInt(append(dst, '/'), int64(p.Bits()), 10)
}

// charLen is the size of SAI's char data, which ends at the first NUL.
const charLen = 32

func appendChar(dst []byte, v string) ([]byte, error) {
	if len(v) > charLen || strings.IndexByte(v, 0) >= 0 {
		return dst, fmt.Errorf("%q does not fit %d bytes without NUL", v, charLen)
	}
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			dst = append(dst, c)
		case c == '\\':
			dst = append(dst, `\\`...)
		default:
			dst = append(dst, '\\', 'x', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst, nil
}

func parseChar(text string) (string, error) {
	if strings.IndexByte(text, '\\') < 0 {
		return checkChar(text)
	}
	b := make([]byte, 0, charLen)
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '\\':
			b = append(b, text[i])
		case strings.HasPrefix(text[i:], `\\`):
			b = append(b, '\\')
			i++
		case i+3 < len(text) && text[i+1] == 'x' && hexDigit(text[i+2]) < 16 && hexDigit(text[i+3]) < 16:
			b = append(b, hexDigit(text[i+2])<<4|hexDigit(text[i+3]))
			i += 3
		default:
			return "", errors.New("bad escape")
		}
	}
	return checkChar(string(b))
}

func checkChar(s string) (string, error) {
	if len(s) > charLen {
		return "", errors.New("longer than 32 bytes")
	}
	s, _, _ = strings.Cut(s, "\x00")
	return s, nil
}

func appendRange(dst []byte, lo, hi uint64) []byte {
	return strconv.AppendUint(append(strconv.AppendUint(dst, lo, 10), ','), hi, 10)
}

func parseRange[T unsigned](text string) (lo, hi T, err error) {
	a, b, _ := strings.Cut(text, ",")
	if lo, err = parseUint[T](a); err == nil {
		hi, err = parseUint[T](b)
	}
	return lo, hi, err
}

func appendU16Range(dst []byte, v U16Range) ([]byte, error) {
	return appendRange(dst, uint64(v.Min), uint64(v.Max)), nil
}

func parseU16Range(text string) (U16Range, error) {
	lo, hi, err := parseRange[uint16](text)
	return U16Range{lo, hi}, err
}

func appendU32Range(dst []byte, v U32Range) ([]byte, error) {
	return appendRange(dst, uint64(v.Min), uint64(v.Max)), nil
}

func parseU32Range(text string) (U32Range, error) {
	lo, hi, err := parseRange[uint32](text)
	return U32Range{lo, hi}, err
}

// parseHex reads exactly len(b) bytes of hex.
func parseHex(b []byte, text string) error {
	if len(text) != 2*len(b) {
		return fmt.Errorf("want %d hex digits", 2*len(b))
	}
	_, err := hex.Decode(b, []byte(text))
	return err
}

func appendHex(dst, v []byte) []byte {
	for _, b := range v {
		dst = append(dst, upperHex[b>>4], upperHex[b&15])
	}
	return dst
}

func appendMacsecSak(dst []byte, v MacsecSak) ([]byte, error)   { return appendHex(dst, v[:]), nil }
func appendMacsecSalt(dst []byte, v MacsecSalt) ([]byte, error) { return appendHex(dst, v[:]), nil }
func appendMacsecAuthKey(dst []byte, v MacsecAuthKey) ([]byte, error) {
	return appendHex(dst, v[:]), nil
}
func appendEncryptKey(dst []byte, v EncryptKey) ([]byte, error) { return appendHex(dst, v[:]), nil }
func appendAuthKey(dst []byte, v AuthKey) ([]byte, error)       { return appendHex(dst, v[:]), nil }

func parseMacsecSak(text string) (v MacsecSak, err error)         { err = parseHex(v[:], text); return }
func parseMacsecSalt(text string) (v MacsecSalt, err error)       { err = parseHex(v[:], text); return }
func parseMacsecAuthKey(text string) (v MacsecAuthKey, err error) { err = parseHex(v[:], text); return }
func parseEncryptKey(text string) (v EncryptKey, err error)       { err = parseHex(v[:], text); return }
func parseAuthKey(text string) (v AuthKey, err error)             { err = parseHex(v[:], text); return }
