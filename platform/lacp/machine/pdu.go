package machine

import (
	"encoding/binary"
	"errors"
)

// State is the state octet of an LACPDU (IEEE 802.1AX-2014, 6.4.2.3).
type State uint8

// The bits of State.
const (
	Activity State = 1 << iota
	ShortTimeout
	Aggregation
	Synchronization
	Collecting
	Distributing
	Defaulted
	Expired
)

// MAC is a system's address.
type MAC [6]byte

// System is who aggregates, in the order of its priority.
type System struct {
	Priority uint16
	MAC      MAC
}

// Info is what one side of a link says of itself, or knows of the other.
type Info struct {
	System       System
	Key          uint16
	PortPriority uint16
	Port         uint16
	State        State
}

// PDU is an LACPDU.
type PDU struct {
	Actor, Partner    Info
	CollectorMaxDelay uint16 // tens of microseconds
}

// Frame layout: the slow protocols' EtherType and address, their subtypes, and the sizes of what follows.
const (
	EtherType     = 0x8809
	subtypeLACP   = 1
	subtypeMarker = 2
	pduSize       = 110
	infoSize      = 20
	ethHeader     = 14
)

// Address is the address that slow protocols are sent to; no bridge forwards it.
var Address = MAC{0x01, 0x80, 0xc2, 0x00, 0x00, 0x02}

// What is wrong with a frame.
var (
	errShort   = errors.New("the frame is too short")
	errForeign = errors.New("the frame is of another protocol")
	errLayout  = errors.New("the frame has fields of other sizes")
)

// Append appends the frame of a PDU, sent from an address.
func (p *PDU) Append(b []byte, from MAC) []byte {
	b = append(append(b, Address[:]...), from[:]...)
	b = binary.BigEndian.AppendUint16(b, EtherType)
	body := len(b)
	b = append(b, subtypeLACP, 1)
	b = p.Actor.append(b, 1)
	b = p.Partner.append(b, 2)
	b = append(b, 3, 16)
	b = binary.BigEndian.AppendUint16(b, p.CollectorMaxDelay)
	return append(b, make([]byte, pduSize-(len(b)-body))...)
}

func (i *Info) append(b []byte, kind byte) []byte {
	b = append(b, kind, infoSize)
	b = binary.BigEndian.AppendUint16(b, i.System.Priority)
	b = append(b, i.System.MAC[:]...)
	b = binary.BigEndian.AppendUint16(b, i.Key)
	b = binary.BigEndian.AppendUint16(b, i.PortPriority)
	b = binary.BigEndian.AppendUint16(b, i.Port)
	return append(b, byte(i.State), 0, 0, 0)
}

// Parse reads a frame. A marker gives the frame of its response, and no PDU; from is who sends that.
func Parse(frame []byte, from MAC) (p *PDU, response []byte, err error) {
	if len(frame) < ethHeader+2 {
		return nil, nil, errShort
	}
	if binary.BigEndian.Uint16(frame[12:]) != EtherType {
		return nil, nil, errForeign
	}
	body := frame[ethHeader:]
	switch body[0] {
	case subtypeLACP:
		p, err = parsePDU(body)
		return p, nil, err
	case subtypeMarker:
		response, err = answerMarker(frame, from)
		return nil, response, err
	}
	return nil, nil, errForeign
}

func parsePDU(b []byte) (*PDU, error) {
	if len(b) < 2+2*infoSize+4 {
		return nil, errShort
	}
	if b[2] != 1 || b[3] != infoSize || b[2+infoSize] != 2 || b[3+infoSize] != infoSize {
		return nil, errLayout
	}
	return &PDU{Actor: parseInfo(b[4:]), Partner: parseInfo(b[4+infoSize:]), CollectorMaxDelay: binary.BigEndian.Uint16(b[4+2*infoSize:])}, nil
}

func parseInfo(b []byte) Info {
	return Info{
		System: System{binary.BigEndian.Uint16(b), MAC(b[2:8])}, Key: binary.BigEndian.Uint16(b[8:]),
		PortPriority: binary.BigEndian.Uint16(b[10:]), Port: binary.BigEndian.Uint16(b[12:]), State: State(b[14]),
	}
}

// answerMarker makes the response to a marker: the same with another type. What is a response itself has none.
func answerMarker(frame []byte, from MAC) ([]byte, error) {
	if len(frame) < ethHeader+4 {
		return nil, errShort
	}
	if frame[ethHeader+2] != 1 {
		return nil, nil
	}
	r := append([]byte(nil), frame...)
	copy(r, Address[:])
	copy(r[6:], from[:])
	r[ethHeader+2] = 2
	return r, nil
}
