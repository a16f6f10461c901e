package hwsku

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// LaneMap says which netdev of the machine is which port of the ASIC. Its methods look at the first ASIC only.
type LaneMap []Wire

// Wire is a netdev that plays the cable of a port.
type Wire struct {
	Switch int // of several ASICs; 0 is the first
	Netdev string
	Lanes  []uint32 // 1, 2, 4 or 8
}

// Lanes are a netdev's, nil if it has none.
func (m LaneMap) Lanes(netdev string) []uint32 {
	for _, w := range m {
		if w.Switch == 0 && w.Netdev == netdev {
			return w.Lanes
		}
	}
	return nil
}

// Netdev is the one that has a lane, or empty.
func (m LaneMap) Netdev(lane uint32) string {
	for _, w := range m {
		if w.Switch == 0 && slices.Contains(w.Lanes, lane) {
			return w.Netdev
		}
	}
	return ""
}

// BuiltinLaneMap is what SONiC's virtual switch takes when it finds no lanemap.ini: 32 netdevs from eth0 up, in an order of its own (not Force10-S6000's).
func BuiltinLaneMap() LaneMap {
	var m LaneMap
	for i, lane := range [...]uint32{
		29, 25, 37, 33, 41, 45, 5, 1, 9, 13, 21, 17, 49, 53, 61, 57, 65, 69, 77, 73, 105, 109, 117, 113, 121, 125, 85, 81, 89, 93, 97, 101,
	} {
		m = append(m, Wire{Netdev: "eth" + strconv.Itoa(i), Lanes: fourLanes(lane)})
	}
	return m
}

// laneMapOf is the map that SONiC generates for a virtual HwSKU: the N-th port is ethN, from 1.
func laneMapOf(ports []Port) LaneMap {
	var m LaneMap
	for i, p := range ports {
		m = append(m, Wire{Netdev: "eth" + strconv.Itoa(i+1), Lanes: p.Lanes})
	}
	return m
}

// ParseLaneMap reads lanemap.ini: lines [switch:]netdev:lane,lane,... name is for errors.
func ParseLaneMap(name string, b []byte) (LaneMap, error) {
	type place struct {
		Switch int
		what   any
	}
	var m LaneMap
	taken := owners[place]{}
	for line, text := range settings(b) {
		fail := func(field, value, reason string) error {
			return &Error{File: name, Line: line, Field: field, Value: value, Reason: reason}
		}
		var w Wire
		parts := strings.Split(text, ":")
		if len(parts) == 3 {
			n, err := strconv.ParseUint(parts[0], 10, 8)
			if err != nil {
				return nil, fail("switch", parts[0], "not a number up to 255")
			}
			w.Switch, parts = int(n), parts[1:]
		}
		if len(parts) != 2 || parts[0] == "" {
			return nil, fail("", text, "want [switch:]netdev:lanes")
		}
		w.Netdev = parts[0]
		var reason string
		if w.Lanes, reason = lanes(parts[1]); reason != "" {
			return nil, fail("lanes", parts[1], reason)
		}
		if n := len(w.Lanes); n > 8 || n&(n-1) != 0 {
			return nil, fail("lanes", parts[1], fmt.Sprintf("%d lanes, want 1, 2, 4 or 8", n))
		}
		if reason := taken.take(place{w.Switch, w.Netdev}, "another line"); reason != "" {
			return nil, fail("netdev", w.Netdev, "there twice")
		}
		for _, l := range w.Lanes {
			if other, ok := taken[place{w.Switch, l}]; ok {
				return nil, fail("lanes", parts[1], fmt.Sprintf("lane %d is %s's already", l, other))
			}
			taken[place{w.Switch, l}] = w.Netdev
		}
		m = append(m, w)
	}
	return m, nil
}
