package fpm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

const (
	frameVersion = 1
	frameNetlink = 1
	maxFrame     = 1<<16 - 1

	// readBuffer holds some thousand routes: one read call fetches all that zebra has written in the meantime.
	readBuffer = 4 * (maxFrame + 1)
)

// Stats counts what came in.
type Stats struct {
	Reads, Bytes, Frames uint64
	Routes, Objects      uint64 // messages delivered, deletions included
	Replaced             uint64 // deletions merged into the addition of the same route that came with it
	Ignored              uint64 // messages of other types or families
	Malformed            uint64
}

// Reader takes frames off a connection and decodes them. It is for one goroutine, and allocates nothing for a good message once its slices have grown.
type Reader struct {
	r          io.Reader
	buf        []byte
	start, end int    // unread part of buf, behind frame
	frame      []byte // netlink messages left of the current frame, inside buf
	offset     uint64 // of the next frame in the stream
	spare      Message
	held       bool // spare is the next message
	err        error
	stats      Stats
}

// NewReader reads from r, which should return what there is and not wait for a full buffer, as connections do.
func NewReader(r io.Reader) *Reader { return &Reader{r: r, buf: make([]byte, readBuffer)} }

// Stats is what has been counted so far.
func (d *Reader) Stats() Stats { return d.stats }

// Next waits for the next message.
func (d *Reader) Next(m *Message) error {
	_, err := d.next(m, true)
	return err
}

// Read waits for a message and then fills ms with those that are there already. Slices that ms holds from earlier reads are reused. Errors:
// *FrameError, io.EOF between frames, io.ErrUnexpectedEOF inside one, or the connection's own. The n messages before the error are good;
// the error comes with n = 0 only, and stays.
func (d *Reader) Read(ms []Message) (n int, err error) {
	for n < len(ms) {
		ok, err := d.next(&ms[n], n == 0)
		if !ok {
			if n > 0 {
				err = nil
			}
			return n, err
		}
		n++
	}
	return n, nil
}

// next decodes one message; false without an error means that there is none without waiting.
func (d *Reader) next(m *Message, wait bool) (bool, error) {
	if d.held {
		d.held = false
		*m, d.spare = d.spare, *m
		return true, nil
	}
	for !d.decode(m) {
		if ok, err := d.nextFrame(wait); !ok {
			return false, err
		}
	}
	if m.Kind == KindRoute && m.Route.Del && len(d.frame) > 0 {
		d.merge(m)
	}
	return true, nil
}

// merge makes one message of a deletion and the addition that follows it in the same frame: that is how zebra replaces a route, and taken
// apart it would interrupt traffic.
func (d *Reader) merge(m *Message) {
	if !d.decode(&d.spare) {
		return
	}
	if n := &d.spare.Route; d.spare.Kind == KindRoute && !n.Del && n.Table == m.Route.Table && n.Dst == m.Route.Dst {
		n.Replace = true
		*m, d.spare = d.spare, *m
		d.stats.Replaced++
		return
	}
	d.held = true
}

// nextFrame moves on to the next frame with messages in it.
func (d *Reader) nextFrame(wait bool) (bool, error) {
	for {
		if n, err := d.frameLength(); err != nil {
			d.err = err
			return false, err
		} else if n > 0 && n <= d.end-d.start {
			d.frame = d.buf[d.start+headerLen : d.start+n]
			d.start += n
			d.offset += uint64(n)
			d.stats.Frames++
			return true, nil
		}
		if d.err != nil {
			return false, d.err
		}
		if !wait {
			return false, nil
		}
		d.fill()
	}
}

// frameLength checks the header at the start of the buffer; 0 means that it is not complete.
func (d *Reader) frameLength() (int, error) {
	if d.end-d.start < headerLen {
		return 0, nil
	}
	h := [headerLen]byte(d.buf[d.start:])
	n := int(binary.BigEndian.Uint16(h[2:]))
	reason := ""
	switch {
	case h[0] != frameVersion:
		reason = fmt.Sprintf("version %d, want %d", h[0], frameVersion)
	case h[1] != frameNetlink:
		reason = fmt.Sprintf("type %d, want %d (netlink)", h[1], frameNetlink)
	case n < headerLen:
		reason = fmt.Sprintf("length %d is shorter than the header", n)
	default:
		return n, nil
	}
	return 0, &FrameError{Offset: d.offset, Header: h, Reason: reason}
}

// fill reads once. The current frame is used up when it is called, so the rest may move to the front.
func (d *Reader) fill() {
	if d.start > 0 {
		d.end = copy(d.buf, d.buf[d.start:d.end])
		d.start = 0
	}
	n, err := d.r.Read(d.buf[d.end:])
	d.end += n
	d.stats.Reads++
	d.stats.Bytes += uint64(n)
	if errors.Is(err, io.EOF) && d.end > 0 && !d.complete() {
		err = io.ErrUnexpectedEOF
	}
	d.err = err
}

// complete is true when the buffer ends with a frame's end. Used at the end of the stream only.
func (d *Reader) complete() bool {
	for p := d.start; p < d.end; {
		if d.end-p < headerLen {
			return false
		}
		n := max(int(binary.BigEndian.Uint16(d.buf[p+2:])), headerLen)
		if n > d.end-p {
			return false
		}
		p += n
	}
	return true
}

// decode takes the next message of the current frame that is of interest; false when the frame is used up.
func (d *Reader) decode(m *Message) bool {
	for len(d.frame) > 0 {
		typ, flags, body, err := d.message()
		if err == nil {
			var ok bool
			if ok, err = m.decode(typ, flags, body); ok {
				d.count(m)
				return true
			}
		}
		if err != nil {
			err.Type = typ
			m.Kind, m.Err = Malformed, err
			d.stats.Malformed++
			return true
		}
		d.stats.Ignored++
	}
	return false
}

// message splits the next netlink message off the frame. Without a sane length the rest of the frame is lost.
func (d *Reader) message() (typ, flags uint16, body []byte, err *MessageError) {
	b := d.frame
	if len(b) < nlHdrLen {
		d.frame = nil
		return 0, 0, nil, &MessageError{Field: "nlmsghdr", Reason: lengthReason(b, nlHdrLen)}
	}
	n := binary.NativeEndian.Uint32(b)
	typ, flags = binary.NativeEndian.Uint16(b[4:]), binary.NativeEndian.Uint16(b[6:])
	if n < nlHdrLen || uint64(n) > uint64(len(b)) {
		d.frame = nil
		return typ, flags, nil, &MessageError{Field: "nlmsg_len", Reason: fmt.Sprintf("%d, the frame has %d bytes left", n, len(b))}
	}
	d.frame = b[min(align(int(n)), len(b)):]
	return typ, flags, b[nlHdrLen:n], nil
}

func (m *Message) decode(typ, flags uint16, body []byte) (bool, *MessageError) {
	switch typ {
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		m.Kind, m.Err = KindRoute, nil
		return decodeRoute(&m.Route, typ == unix.RTM_DELROUTE, flags, body)
	case unix.RTM_NEWNEXTHOP, unix.RTM_DELNEXTHOP:
		m.Kind, m.Err = KindNexthop, nil
		err := decodeObject(&m.Object, typ == unix.RTM_DELNEXTHOP, flags, body)
		return err == nil, err
	}
	return false, nil
}

func (d *Reader) count(m *Message) {
	if m.Kind == KindRoute {
		d.stats.Routes++
	} else {
		d.stats.Objects++
	}
}
