package tables

import (
	"fmt"
	"strconv"
	"strings"
)

// The numbers of ACLs are decimal, or hexadecimal behind 0x. Some may have a mask behind a slash.

// AclNumber is a number of up to 32 bits.
type AclNumber uint32

// AclUint16 is a number of 16 bits.
type AclUint16 uint16

// AclVlan is a VLAN id.
type AclVlan uint16

// AclUint8 is 8 bits under a mask.
type AclUint8 struct{ Value, Mask uint8 }

// AclDscp is the 6 bits of a DSCP under a mask.
type AclDscp struct{ Value, Mask uint8 }

// AclPCP is the 3 bits of a priority code point under a mask.
type AclPCP struct{ Value, Mask uint8 }

// AclBit is 0 or 1.
type AclBit uint8

// AclBool is true or false in any case.
type AclBool bool

func aclNumber(text string, most uint64) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 0, 64)
	if err != nil || n > most {
		return 0, fmt.Errorf("not a number from 0 to %d", most)
	}
	return n, nil
}

// aclMasked reads value[/mask].
func aclMasked(b []byte, most uint8) (value, mask uint8, err error) {
	v, m, masked := strings.Cut(string(b), "/")
	n, err := aclNumber(v, uint64(most))
	if err != nil || !masked {
		return uint8(n), most, err
	}
	bits, err := aclNumber(m, uint64(most))
	return uint8(n), uint8(bits), err
}

func maskedText(value, mask, most uint8) []byte {
	if mask == most {
		return strconv.AppendUint(nil, uint64(value), 10)
	}
	return fmt.Appendf(nil, "0x%x/0x%x", value, mask)
}

// MarshalText implements encoding.TextMarshaler.
func (n AclNumber) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(n), 10), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclNumber) UnmarshalText(b []byte) error {
	v, err := aclNumber(string(b), 1<<32-1)
	*n = AclNumber(v)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (n AclUint16) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(n), 10), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclUint16) UnmarshalText(b []byte) error {
	v, err := aclNumber(string(b), 1<<16-1)
	*n = AclUint16(v)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (n AclVlan) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(n), 10), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclVlan) UnmarshalText(b []byte) error {
	v, err := aclNumber(string(b), 4095)
	if err != nil || v == 0 {
		return errAclVlan
	}
	*n = AclVlan(v)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (n AclUint8) MarshalText() ([]byte, error) { return maskedText(n.Value, n.Mask, 0xff), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclUint8) UnmarshalText(b []byte) (err error) {
	n.Value, n.Mask, err = aclMasked(b, 0xff)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (n AclDscp) MarshalText() ([]byte, error) { return maskedText(n.Value, n.Mask, 0x3f), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclDscp) UnmarshalText(b []byte) (err error) {
	n.Value, n.Mask, err = aclMasked(b, 0x3f)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (n AclPCP) MarshalText() ([]byte, error) { return maskedText(n.Value, n.Mask, 7), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclPCP) UnmarshalText(b []byte) (err error) {
	n.Value, n.Mask, err = aclMasked(b, 7)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (n AclBit) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(n), 10), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *AclBit) UnmarshalText(b []byte) error {
	v, err := aclNumber(string(b), 1)
	*n = AclBit(v)
	return err
}

// MarshalText implements encoding.TextMarshaler.
func (v AclBool) MarshalText() ([]byte, error) { return strconv.AppendBool(nil, bool(v)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *AclBool) UnmarshalText(b []byte) error {
	return oneOf((*bool)(v), []byte(strings.ToLower(string(b))), "true", "false")
}
