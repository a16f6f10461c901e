package sai

import "fmt"

// MAC is an Ethernet address. Its text in ASIC_DB is upper-case (sonic-contract 2.6).
type MAC [6]byte

const upperHex = "0123456789ABCDEF"

func (m MAC) append(dst []byte) []byte {
	for i, b := range m {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, upperHex[b>>4], upperHex[b&15])
	}
	return dst
}

// AppendText appends AA:BB:CC:DD:EE:FF.
func (m MAC) AppendText(dst []byte) ([]byte, error) { return m.append(dst), nil }

// MarshalText is AppendText for the encoders of the standard library.
func (m MAC) MarshalText() ([]byte, error) { return m.append(nil), nil }

// UnmarshalText parses six hex pairs between colons, in either case.
func (m *MAC) UnmarshalText(text []byte) error {
	v, err := ParseMAC(string(text))
	*m = v
	return err
}

func (m MAC) String() string { return string(m.append(make([]byte, 0, 17))) }

// ParseMAC parses six hex pairs between colons, in either case.
func ParseMAC(text string) (MAC, error) {
	var m MAC
	if len(text) != 17 {
		return MAC{}, fmt.Errorf("%q is no MAC address", text)
	}
	for i := range m {
		hi, lo := hexDigit(text[3*i]), hexDigit(text[3*i+1])
		if hi > 15 || lo > 15 || i < 5 && text[3*i+2] != ':' {
			return MAC{}, fmt.Errorf("%q is no MAC address", text)
		}
		m[i] = hi<<4 | lo
	}
	return m, nil
}
