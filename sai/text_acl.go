package sai

import (
	"errors"
	"strconv"
	"strings"
)

const (
	disabled = "disabled"
	maskSep  = "&mask:"
)

// field is the codec of an ACL field, `value&mask:mask`.
func field[T comparable](app appender[T], parse parser[T], appMask appender[T], parseMask parser[T]) codec {
	return plainOrNil(func(dst []byte, f AclField[T]) ([]byte, error) {
		if !f.Enabled {
			return append(dst, disabled...), nil
		}
		dst, err := app(dst, f.Value)
		if err != nil {
			return dst, err
		}
		return appMask(append(dst, maskSep...), f.Mask)
	}, func(text string) (AclField[T], error) {
		if text == disabled {
			return AclField[T]{}, nil
		}
		value, mask, ok := strings.Cut(text, maskSep)
		if !ok {
			return AclField[T]{}, errors.New("want value&mask:mask")
		}
		v, err := parse(value)
		if err != nil {
			return AclField[T]{}, err
		}
		m, err := parseMask(mask)
		return AclField[T]{true, v, m}, err
	})
}

// plainOrNil is plain, with nil for the zero value, which is disabled.
func plainOrNil[T any](app appender[T], parse parser[T]) codec {
	var zero T
	return nullable(plain(app, parse), zero)
}

func appendMask[T unsigned](dst []byte, v T) ([]byte, error) {
	return strconv.AppendUint(append(dst, "0x"...), uint64(v), 16), nil
}

func parseMask[T unsigned](text string) (T, error) {
	v, err := parsePointer(text)
	if err != nil || uint64(T(v)) != uint64(v) {
		return 0, errors.New("bad mask")
	}
	return T(v), nil
}

// boolField has no mask.
func boolField() codec {
	return plainOrNil(func(dst []byte, f AclField[bool]) ([]byte, error) {
		if !f.Enabled {
			return append(dst, disabled...), nil
		}
		return strconv.AppendBool(dst, f.Value), nil
	}, func(text string) (AclField[bool], error) {
		if text == disabled {
			return AclField[bool]{}, nil
		}
		v, err := parseBool(text)
		return AclField[bool]{Enabled: true, Value: v}, err
	})
}

// oidField has no mask.
func oidField() codec {
	return plainOrNil(func(dst []byte, f AclField[OID]) ([]byte, error) {
		if !f.Enabled {
			return append(dst, disabled...), nil
		}
		return f.Value.append(dst), nil
	}, func(text string) (AclField[OID], error) {
		if text == disabled {
			return AclField[OID]{}, nil
		}
		v, err := ParseOID(text)
		return AclField[OID]{Enabled: true, Value: v}, err
	})
}

func appendObjects(dst []byte, enabled bool, l ObjectList) ([]byte, error) {
	if !enabled {
		return append(dst, disabled...), nil
	}
	return appendList(dst, l, appendOID)
}

func parseObjects(text string) (enabled bool, l ObjectList, err error) {
	if text == disabled {
		return false, nil, nil
	}
	l, n, err := parseList[ObjectList](text, ParseOID)
	if err == nil && n != nil {
		err = errors.New("a count without a list")
	}
	return true, l, err
}

func objectsField() codec {
	return plainOrNil(func(dst []byte, f AclFieldObjects) ([]byte, error) {
		return appendObjects(dst, f.Enabled, f.Value)
	}, func(text string) (f AclFieldObjects, err error) {
		f.Enabled, f.Value, err = parseObjects(text)
		return f, err
	})
}

func objectsAction() codec {
	return plainOrNil(func(dst []byte, f AclActionObjects) ([]byte, error) {
		return appendObjects(dst, f.Enabled, f.Value)
	}, func(text string) (f AclActionObjects, err error) {
		f.Enabled, f.Value, err = parseObjects(text)
		return f, err
	})
}

// appendEnumField writes the mask sign-extended to 64 bits, as SONiC does: -1 is 0xffffffffffffffff.
func appendEnumField(dst []byte, a *AttrMeta, v any) ([]byte, error) {
	f, ok := v.(AclField[int32])
	switch {
	case !ok && v != nil:
		return dst, mismatch(f, v)
	case !f.Enabled:
		return append(dst, disabled...), nil
	}
	return appendMask(append(a.Enum.Append(dst, f.Value), maskSep...), uint64(int64(f.Mask)))
}

func parseEnumField(a *AttrMeta, text string) (any, error) {
	if text == disabled {
		return AclField[int32]{}, nil
	}
	value, mask, _ := strings.Cut(text, maskSep)
	v, err := a.Enum.Parse(value)
	if err != nil {
		return nil, err
	}
	m, err := parsePointer(mask)
	if err != nil || int64(m) != int64(int32(m)) && m>>32 != 0 {
		return nil, errors.New("bad mask")
	}
	return AclField[int32]{true, v, int32(m)}, nil
}

// appendBytesField writes `n:1,2&mask:n:0xff,0xf0`.
func appendBytesField(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
	f, ok := v.(AclFieldBytes)
	switch {
	case !ok && v != nil:
		return dst, mismatch(f, v)
	case !f.Enabled:
		return append(dst, disabled...), nil
	}
	dst, err := appendList(dst, f.Value, appendUint[uint8])
	if err != nil {
		return dst, err
	}
	return appendList(append(dst, maskSep...), f.Mask, appendMask[uint8])
}

func parseBytesField(_ *AttrMeta, text string) (any, error) {
	if text == disabled {
		return AclFieldBytes{}, nil
	}
	value, mask, _ := strings.Cut(text, maskSep)
	v, n, err := parseList[U8List](value, parseUint[uint8])
	if err != nil || n != nil {
		return nil, errors.New("bad value")
	}
	m, n, err := parseList[U8List](mask, parseMask[uint8])
	if err != nil || n != nil {
		return nil, errors.New("bad mask")
	}
	return AclFieldBytes{true, v, m}, nil
}

// action is the codec of an ACL action: the bare parameter.
func action[T comparable](app appender[T], parse parser[T]) codec {
	return plainOrNil(func(dst []byte, a AclAction[T]) ([]byte, error) {
		if !a.Enabled {
			return append(dst, disabled...), nil
		}
		return app(dst, a.Value)
	}, func(text string) (AclAction[T], error) {
		if text == disabled {
			return AclAction[T]{}, nil
		}
		v, err := parse(text)
		return AclAction[T]{true, v}, err
	})
}

func appendEnumAction(dst []byte, a *AttrMeta, v any) ([]byte, error) {
	f, ok := v.(AclAction[int32])
	switch {
	case !ok && v != nil:
		return dst, mismatch(f, v)
	case !f.Enabled:
		return append(dst, disabled...), nil
	}
	return a.Enum.Append(dst, f.Value), nil
}

func parseEnumAction(a *AttrMeta, text string) (any, error) {
	if text == disabled {
		return AclAction[int32]{}, nil
	}
	v, err := a.Enum.Parse(text)
	if err != nil {
		return nil, err
	}
	return AclAction[int32]{true, v}, nil
}
