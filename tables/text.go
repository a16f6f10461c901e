package tables

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// MAC is a MAC address; its text is lower-case with colons, as everywhere in SONiC but in ASIC_DB. Dashes are accepted (static FDB keys).
type MAC [6]byte

// MarshalText implements encoding.TextMarshaler.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *MAC) UnmarshalText(b []byte) error {
	hw, err := net.ParseMAC(string(b))
	if err != nil || len(hw) != len(m) {
		return fmt.Errorf("not a MAC address")
	}
	copy(m[:], hw)
	return nil
}

// String is the lower-case text with colons.
func (m MAC) String() string { return net.HardwareAddr(m[:]).String() }

// IsZero tells the all-zero address, SONiC's "none given".
func (m MAC) IsZero() bool { return m == MAC{} }

// UpDown is an administrative or operational status: `up` or `down`.
type UpDown bool

// MarshalText implements encoding.TextMarshaler.
func (u UpDown) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *UpDown) UnmarshalText(b []byte) error {
	return oneOf((*bool)(u), b, "up", "down")
}

func (u UpDown) String() string { return pick(bool(u), "up", "down") }

// OnOff is `on` or `off`.
type OnOff bool

// MarshalText implements encoding.TextMarshaler.
func (o OnOff) MarshalText() ([]byte, error) { return []byte(pick(bool(o), "on", "off")), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *OnOff) UnmarshalText(b []byte) error { return oneOf((*bool)(o), b, "on", "off") }

// Enable is `enable` or `disable`; `enabled` and `disabled` are read too, since SONiC's tables use both.
type Enable bool

// MarshalText implements encoding.TextMarshaler.
func (e Enable) MarshalText() ([]byte, error) { return []byte(pick(bool(e), "enable", "disable")), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Enable) UnmarshalText(b []byte) error {
	return oneOf((*bool)(e), []byte(strings.TrimSuffix(string(b), "d")), "enable", "disable")
}

// Enabled is `enabled` or `disabled`; the forms without d are read too.
type Enabled bool

// MarshalText implements encoding.TextMarshaler.
func (e Enabled) MarshalText() ([]byte, error) {
	return []byte(pick(bool(e), "enabled", "disabled")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (e *Enabled) UnmarshalText(b []byte) error { return (*Enable)(e).UnmarshalText(b) }

// OK is a state field whose only value is `ok`.
type OK struct{}

// MarshalText implements encoding.TextMarshaler.
func (OK) MarshalText() ([]byte, error) { return []byte("ok"), nil }

// UnmarshalText implements encoding.TextUnmarshaler; whatever stands there, the row's existence is what counts.
func (*OK) UnmarshalText([]byte) error { return nil }

func pick(v bool, yes, no string) string {
	if v {
		return yes
	}
	return no
}

func oneOf(v *bool, b []byte, yes, no string) error {
	switch string(b) {
	case yes:
		*v = true
	case no:
		*v = false
	default:
		return fmt.Errorf("neither %s nor %s", yes, no)
	}
	return nil
}

// ParseVlanID reads the 802.1Q id of a VLAN interface name such as Vlan100. The ids 1 to 4094 are VLANs; which of them may be configured is the
// feature's to say (1 is the reserved default).
func ParseVlanID(name string) (VlanID, error) {
	digits, ok := strings.CutPrefix(name, "Vlan")
	n, err := strconv.ParseUint(digits, 10, 16)
	if !ok || err != nil || n < 1 || n > 4094 || digits[0] == '0' {
		return 0, fmt.Errorf("not a VLAN name (Vlan1 to Vlan4094)")
	}
	return VlanID(n), nil
}
