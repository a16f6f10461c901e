package db

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
)

// value turns one Go value into text and back. The error of decode is a reason: it follows the quoted text in a sentence. Decoded values do not
// alias the text, because rows outlive the buffers they came from.
type value struct {
	decode func(v reflect.Value, text string) error
	encode func(v reflect.Value) string
	// literal is set for plain strings, which any text satisfies.
	literal bool
}

var (
	unmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	marshaler   = reflect.TypeFor[encoding.TextMarshaler]()
)

func valueOf(t reflect.Type) (value, error) {
	switch {
	case t == reflect.TypeFor[netip.Addr]():
		return value{decode: decodeAddr, encode: encodeAddr}, nil
	case t == reflect.TypeFor[netip.Prefix]():
		return value{decode: decodePrefix, encode: encodePrefix}, nil
	case reflect.PointerTo(t).Implements(unmarshaler):
		if !reflect.PointerTo(t).Implements(marshaler) {
			return value{}, fmt.Errorf("type %s has UnmarshalText but no MarshalText", t)
		}
		return value{decode: decodeText, encode: encodeText}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return value{decode: decodeString, encode: reflect.Value.String, literal: true}, nil
	case reflect.Bool:
		return value{decode: decodeBool, encode: encodeBool}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return value{decode: decodeInt, encode: encodeInt}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return value{decode: decodeUint, encode: encodeUint}, nil
	case reflect.Float32, reflect.Float64:
		return value{decode: decodeFloat, encode: encodeFloat}, nil
	case reflect.Slice:
		return listOf(t)
	}
	return value{}, fmt.Errorf("type %s is not supported", t)
}

func decodeString(v reflect.Value, text string) error {
	v.SetString(strings.Clone(text))
	return nil
}

// decodeBool takes Python's spelling too, which SONiC's scripts leave in places.
func decodeBool(v reflect.Value, text string) error {
	switch text {
	case "true", "True":
		v.SetBool(true)
	case "false", "False":
		v.SetBool(false)
	default:
		return errors.New("is neither true nor false")
	}
	return nil
}

func encodeBool(v reflect.Value) string { return strconv.FormatBool(v.Bool()) }

func decodeInt(v reflect.Value, text string) error {
	bits := v.Type().Bits()
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		return fmt.Errorf("is not a number from %d to %d", int64(-1)<<(bits-1), uint64(1)<<(bits-1)-1)
	}
	v.SetInt(n)
	return nil
}

func encodeInt(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }

func decodeUint(v reflect.Value, text string) error {
	bits := v.Type().Bits()
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		return fmt.Errorf("is not a number from 0 to %d", uint64(math.MaxUint64)>>(64-bits))
	}
	v.SetUint(n)
	return nil
}

func encodeUint(v reflect.Value) string { return strconv.FormatUint(v.Uint(), 10) }

func decodeFloat(v reflect.Value, text string) error {
	n, err := strconv.ParseFloat(text, v.Type().Bits())
	if err != nil {
		return errors.New("is not a number")
	}
	v.SetFloat(n)
	return nil
}

func encodeFloat(v reflect.Value) string {
	return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
}

func decodeAddr(v reflect.Value, text string) error {
	a, err := netip.ParseAddr(text)
	if err != nil && text != "" {
		return errors.New("is not an IP address")
	}
	*v.Addr().Interface().(*netip.Addr) = a
	return nil
}

func encodeAddr(v reflect.Value) string {
	if a := v.Interface().(netip.Addr); a.IsValid() {
		return a.String()
	}
	return ""
}

func decodePrefix(v reflect.Value, text string) error {
	p, err := netip.ParsePrefix(text)
	if err != nil && text != "" {
		return errors.New("is not an IP prefix")
	}
	*v.Addr().Interface().(*netip.Prefix) = p
	return nil
}

func encodePrefix(v reflect.Value) string {
	if p := v.Interface().(netip.Prefix); p.IsValid() {
		return p.String()
	}
	return ""
}

func decodeText(v reflect.Value, text string) error {
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		return fmt.Errorf("is not a %s: %w", v.Type().Name(), err)
	}
	return nil
}

// encodeText writes what went wrong as the value, so that the reader's complaint names the field. It takes a bug to get there.
func encodeText(v reflect.Value) string {
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok {
		m = v.Addr().Interface().(encoding.TextMarshaler)
	}
	text, err := m.MarshalText()
	if err != nil {
		return "invalid: " + err.Error()
	}
	return string(text)
}

func listOf(t reflect.Type) (value, error) {
	elem, err := valueOf(t.Elem())
	if err != nil {
		return value{}, err
	}
	if t.Elem().Kind() == reflect.Slice && !reflect.PointerTo(t.Elem()).Implements(unmarshaler) {
		return value{}, fmt.Errorf("type %s is a list of lists", t)
	}
	decode := func(v reflect.Value, text string) error {
		if text == "" {
			v.SetZero()
			return nil
		}
		n := strings.Count(text, ",") + 1
		list := reflect.MakeSlice(t, n, n)
		for i := range n {
			var item string
			item, text, _ = strings.Cut(text, ",")
			item = strings.TrimSpace(item)
			if err := elem.decode(list.Index(i), item); err != nil {
				return fmt.Errorf("has item %q which %w", item, err)
			}
		}
		v.Set(list)
		return nil
	}
	encode := func(v reflect.Value) string {
		var b strings.Builder
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(elem.encode(v.Index(i)))
		}
		return b.String()
	}
	return value{decode: decode, encode: encode}, nil
}
