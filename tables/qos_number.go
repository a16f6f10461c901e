package tables

import (
	"fmt"
	"strconv"
	"strings"
)

// The numbers of QoS maps and ranges of queues.
type (
	Dscp            uint8 // DSCP of an IP packet
	Dot1p           uint8 // priority code point of a tag
	MplsExp         uint8 // traffic class field of an MPLS label
	TrafficClass    uint8
	QueueIndex      uint8
	PriorityGroup   uint8
	PfcPriority     uint8
	ForwardingClass uint8
)

// QosNumber is a number of QoS maps with its bound.
type QosNumber interface {
	~uint8
	Most() uint8 // the largest
}

// Most is what six bits hold.
func (Dscp) Most() uint8 { return 63 }

// Most is what three bits hold.
func (Dot1p) Most() uint8 { return 7 }

// Most is what three bits hold.
func (MplsExp) Most() uint8 { return 7 }

// Most is SONiC's (sonic-types.yang tc_type).
func (TrafficClass) Most() uint8 { return 15 }

// Most is the last index that a byte holds; how many a port has the ASIC tells.
func (QueueIndex) Most() uint8 { return 255 }

// Most is that of priority flow control.
func (PriorityGroup) Most() uint8 { return 7 }

// Most is what IEEE 802.1Qbb has.
func (PfcPriority) Most() uint8 { return 7 }

// Most is SONiC's (sonic-dscp-fc-map.yang).
func (ForwardingClass) Most() uint8 { return 63 }

func qosNumber[N QosNumber](text string) (N, error) {
	var n N
	v, err := strconv.ParseUint(text, 10, 8)
	if err != nil || uint8(v) > n.Most() {
		return n, fmt.Errorf("not a number from 0 to %d", n.Most())
	}
	return N(v), nil
}

// IndexRange is a range of queues or priority groups, both ends included: 3, or 3-4.
type IndexRange struct{ First, Last uint8 }

// MarshalText implements encoding.TextMarshaler.
func (r IndexRange) MarshalText() ([]byte, error) {
	b := strconv.AppendUint(nil, uint64(r.First), 10)
	if r.Last != r.First {
		b = strconv.AppendUint(append(b, '-'), uint64(r.Last), 10)
	}
	return b, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *IndexRange) UnmarshalText(b []byte) error {
	first, last, ranged := strings.Cut(string(b), "-")
	if !ranged {
		last = first
	}
	from, err := strconv.ParseUint(first, 10, 8)
	to, err2 := strconv.ParseUint(last, 10, 8)
	if err != nil || err2 != nil || from > to {
		return fmt.Errorf("neither an index nor a range of them, first-last")
	}
	*r = IndexRange{uint8(from), uint8(to)}
	return nil
}

// PartsKey names queues or priority groups of ports: Ethernet0|3-4, Ethernet0,Ethernet4|0.
type PartsKey struct {
	Ports   string // names with commas between them
	Indexes IndexRange
}

// Each are the ports.
func (k PartsKey) Each() []string { return strings.Split(k.Ports, ",") }

// Reference is the name of a row in another table. SONiC's older form, [TABLE|name], is read too.
type Reference string

// MarshalText implements encoding.TextMarshaler.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Reference) UnmarshalText(b []byte) error {
	text := string(b)
	if inner, ok := strings.CutPrefix(text, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		_, name, named := strings.Cut(inner, "|")
		if !named { // APPL_DB's separator
			_, name, named = strings.Cut(inner, ":")
		}
		if !closed || !named || name == "" {
			return fmt.Errorf("neither a name nor [TABLE|name]")
		}
		text = name
	}
	*r = Reference(text)
	return nil
}

// Priorities are those of priority flow control that something is on for, as a set of bits. Their text is a comma list: 3,4.
type Priorities uint8

// MarshalText implements encoding.TextMarshaler.
func (p Priorities) MarshalText() ([]byte, error) {
	var texts []string
	for i := range 8 {
		if p.Has(uint8(i)) {
			texts = append(texts, strconv.Itoa(i))
		}
	}
	return []byte(strings.Join(texts, ",")), nil
}

// Has tells whether a priority is in the set.
func (p Priorities) Has(i uint8) bool { return i < 8 && p>>i&1 != 0 }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Priorities) UnmarshalText(b []byte) error {
	*p = 0
	if len(b) == 0 {
		return nil
	}
	for text := range strings.SplitSeq(string(b), ",") {
		n, err := qosNumber[PfcPriority](strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("not a list of priorities, each from 0 to 7, with commas between them")
		}
		*p |= 1 << n
	}
	return nil
}

// Ranges are the runs of neighbouring priorities, in their order.
func (p Priorities) Ranges() (list []IndexRange) {
	for i := range uint8(8) {
		switch n := len(list); {
		case !p.Has(i):
		case n > 0 && list[n-1].Last+1 == i:
			list[n-1].Last = i
		default:
			list = append(list, IndexRange{i, i})
		}
	}
	return list
}
