package tables

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// MirrorSessionRow is CONFIG_DB MIRROR_SESSION: where copies of frames go. A session of type SPAN sends them out of a port as they are, one of type ERSPAN to
// an address, within GRE. The fields of the other type do not count.
type MirrorSessionRow struct {
	Type MirrorType `db:"type,default=ERSPAN"`

	SrcIP   *netip.Addr `db:"src_ip"`
	DstIP   *netip.Addr `db:"dst_ip"`
	GreType *GreType    `db:"gre_type"`
	DSCP    *uint8      `db:"dscp,range=0..63"`
	TTL     *uint8      `db:"ttl"`

	DstPort string `db:"dst_port,omitempty"`

	// Frames of these ports and PortChannels are copied, besides those that rules of ACLs name the session for.
	SrcPorts  []string         `db:"src_port,omitempty"`
	Direction *MirrorDirection `db:"direction"`
	Queue     *uint8           `db:"queue"`
	Policer   string           `db:"policer,omitempty"`

	SampleRate   uint32 `db:"sample_rate,omitempty"`   // one in so many frames; 0: all
	TruncateSize uint32 `db:"truncate_size,omitempty"` // bytes of a sample; 0: the whole frame
}

// The defaults of a session (sonic-contract 4.10).
const (
	DefaultMirrorGreType GreType = 0x88be
	DefaultMirrorDSCP    uint8   = 8
	DefaultMirrorTTL     uint8   = 255
)

// MirrorType is `ERSPAN` or `SPAN`.
type MirrorType bool

// The types.
const (
	MirrorErspan MirrorType = false
	MirrorSpan   MirrorType = true
)

// MarshalText implements encoding.TextMarshaler.
func (t MirrorType) MarshalText() ([]byte, error) {
	return []byte(pick(bool(t), "SPAN", "ERSPAN")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *MirrorType) UnmarshalText(b []byte) error { return oneOf((*bool)(t), b, "SPAN", "ERSPAN") }

// MirrorDirection is `RX`, `TX` or `BOTH`: which frames of a port are copied.
type MirrorDirection struct{ In, Out bool }

// MarshalText implements encoding.TextMarshaler.
func (d MirrorDirection) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d MirrorDirection) String() string {
	switch {
	case d.In && d.Out:
		return "BOTH"
	case d.Out:
		return "TX"
	}
	return "RX"
}

// UnmarshalText implements encoding.TextUnmarshaler. Lower case is read too: commands are given so.
func (d *MirrorDirection) UnmarshalText(b []byte) error {
	switch strings.ToUpper(string(b)) {
	case "RX":
		*d = MirrorDirection{In: true}
	case "TX":
		*d = MirrorDirection{Out: true}
	case "BOTH":
		*d = MirrorDirection{In: true, Out: true}
	default:
		return fmt.Errorf("neither RX, TX nor BOTH")
	}
	return nil
}

// GreType is the protocol of a GRE header; its text is hexadecimal, and decimal is read too.
type GreType uint16

// MarshalText implements encoding.TextMarshaler.
func (g GreType) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "0x%x", uint16(g)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (g *GreType) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 0, 16)
	if err != nil {
		return fmt.Errorf("not a number from 0 to 0xffff")
	}
	*g = GreType(n)
	return nil
}

// MirrorStatus is `active` or `inactive`.
type MirrorStatus bool

// MarshalText implements encoding.TextMarshaler.
func (s MirrorStatus) MarshalText() ([]byte, error) {
	return []byte(pick(bool(s), "active", "inactive")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *MirrorStatus) UnmarshalText(b []byte) error {
	return oneOf((*bool)(s), b, "active", "inactive")
}

// MirrorStateRow is STATE_DB MIRROR_SESSION_TABLE: how far a session's destination is resolved.
type MirrorStateRow struct {
	Status       MirrorStatus `db:"status"`
	MonitorPort  string       `db:"monitor_port"`
	DstMAC       MAC          `db:"dst_mac"`
	RoutePrefix  string       `db:"route_prefix"`
	VlanID       uint16       `db:"vlan_id"`     // 0: copies leave without a tag
	NextHopIP    string       `db:"next_hop_ip"` // ip@interface
	SampleRate   uint32       `db:"sample_rate,omitempty"`
	TruncateSize uint32       `db:"truncate_size,omitempty"`
}

// MirrorCapabilityRow is what STATE_DB SWITCH_CAPABILITY|switch says of mirroring.
type MirrorCapabilityRow struct {
	PortIngress   bool `db:"PORT_INGRESS_MIRROR_CAPABLE"`
	PortEgress    bool `db:"PORT_EGRESS_MIRROR_CAPABLE"`
	IngressSample bool `db:"PORT_INGRESS_SAMPLE_MIRROR_CAPABLE"`
	EgressSample  bool `db:"PORT_EGRESS_SAMPLE_MIRROR_CAPABLE"`
	Truncation    bool `db:"SAMPLEPACKET_TRUNCATION_CAPABLE"`
}

// The tables of mirror sessions.
var (
	ConfigMirrorSession   = db.Define[string, MirrorSessionRow](db.Config, "MIRROR_SESSION")
	StateMirrorSession    = db.Define[string, MirrorStateRow](db.State, "MIRROR_SESSION_TABLE")
	StateMirrorCapability = db.Define[string, MirrorCapabilityRow](db.State, "SWITCH_CAPABILITY")
)
