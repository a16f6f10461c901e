package fpm

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

var (
	// ErrReplaced ends a connection because a newer one was accepted.
	ErrReplaced = errors.New("fpm: replaced by a newer connection")
	// ErrTooLong means that a message does not fit into a frame.
	ErrTooLong = errors.New("fpm: message longer than a frame")
)

// FrameError means that the bytes are no FPM frame: the connection is out of step and of no further use.
type FrameError struct {
	Offset uint64 // of the frame's header in the stream, in bytes
	Header [headerLen]byte
	Reason string
}

func (e *FrameError) Error() string {
	return fmt.Sprintf("fpm: frame at byte %d (header % x): %s", e.Offset, e.Header, e.Reason)
}

// MessageError says what is wrong with one netlink message.
type MessageError struct {
	Type   uint16       // RTM_*
	Dst    netip.Prefix // of a route, if it was read before the error
	ID     uint32       // of a next-hop object, if it was read before the error
	Field  string       // attribute or header field, for example RTA_GATEWAY
	Reason string
}

func (e *MessageError) Error() string {
	s := "fpm: " + typeName(e.Type)
	if e.Dst.IsValid() {
		s += " " + e.Dst.String()
	}
	if e.ID != 0 {
		s += fmt.Sprintf(" id %d", e.ID)
	}
	return s + ": " + e.Field + ": " + e.Reason
}

func typeName(t uint16) string {
	switch t {
	case unix.RTM_NEWROUTE:
		return "RTM_NEWROUTE"
	case unix.RTM_DELROUTE:
		return "RTM_DELROUTE"
	case unix.RTM_NEWNEXTHOP:
		return "RTM_NEWNEXTHOP"
	case unix.RTM_DELNEXTHOP:
		return "RTM_DELNEXTHOP"
	}
	return fmt.Sprintf("message type %d", t)
}
