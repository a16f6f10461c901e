package sai

import (
	"fmt"
	"strconv"
)

// OID is an object id: a VID on the wire and in ASIC_DB, a RID below syncd. Zero is the null object (sonic-contract 2.6).
type OID uint64

// AppendText appends the text form, `oid:0x` and lower-case hex.
func (o OID) AppendText(dst []byte) ([]byte, error) { return o.append(dst), nil }

// MarshalText is AppendText for the encoders of the standard library.
func (o OID) MarshalText() ([]byte, error) { return o.append(nil), nil }

// UnmarshalText parses the text form.
func (o *OID) UnmarshalText(text []byte) error {
	v, err := ParseOID(string(text))
	*o = v
	return err
}

func (o OID) append(dst []byte) []byte {
	return strconv.AppendUint(append(dst, "oid:0x"...), uint64(o), 16)
}

func (o OID) String() string { return string(o.append(make([]byte, 0, 24))) }

// ParseOID parses `oid:0x..`.
func ParseOID(text string) (OID, error) {
	const prefix = "oid:0x"
	if len(text) <= len(prefix) || text[:len(prefix)] != prefix || len(text) > len(prefix)+16 {
		return 0, fmt.Errorf("object id %q: want oid:0x and hex digits", text)
	}
	var v uint64
	for i := len(prefix); i < len(text); i++ {
		d := hexDigit(text[i])
		if d > 15 {
			return 0, fmt.Errorf("object id %q: want oid:0x and hex digits", text)
		}
		v = v<<4 | uint64(d)
	}
	return OID(v), nil
}

// hexDigit gives the value of a hex digit, 255 for anything else.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// VID composes a virtual object id of context 0 (sonic-contract 2.6): switch index, type and a counter from VIDCOUNTER. Types above
// 255 do not exist among the standard ones.
func VID(switchIndex uint8, t ObjectType, counter uint64) OID {
	return OID(uint64(switchIndex)<<56 | uint64(uint8(t))<<48 | counter&(1<<39-1))
}

// VIDType gives the object type inside a VID; 0 if it is null.
func (o OID) VIDType() ObjectType { return ObjectType(o >> 48 & 0xff) }

// VIDSwitch gives the switch index inside a VID.
func (o OID) VIDSwitch() uint8 { return uint8(o >> 56) }
