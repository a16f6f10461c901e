package hwsku

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Breakout is a cage of the front panel and what it can be split into.
type Breakout struct {
	Port    string // the name of the first, or only, port in it: Ethernet0
	Lanes   []uint32
	Indexes []int // one a lane
	Modes   []Mode
	Default string // mode from hwsku.json; empty when the HwSKU does not use the cage
}

// Mode is a way to split a cage.
type Mode struct {
	Name    string // 2x25G(2)+1x50G(2)
	Parts   []Part
	Aliases []string // of the ports, in order
}

// Part is a number of equal ports in a mode.
type Part struct {
	Ports  int
	Speed  uint32   // Mbit/s
	Others []uint32 // further speeds the ports may be set to, Mbit/s, ascending
	Lanes  int      // of all ports together; 0: all lanes of the cage
}

// rsFrom is the speed of a lane, in Mbit/s, from which Reed-Solomon FEC is a must.
const rsFrom = 50000

// ParseMode reads a mode: parts joined by +, each NxSPEED, then [other speeds] and (lanes) if need be. 2x100G[50G,40G](4).
func ParseMode(text string) ([]Part, error) {
	var parts []Part
	for s := range strings.SplitSeq(text, "+") {
		p, reason := parsePart(s)
		if reason != "" {
			return nil, fmt.Errorf("breakout mode %q: %s", text, reason)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func parsePart(s string) (p Part, reason string) {
	count, rest, _ := strings.Cut(s, "x")
	var ok bool
	if p.Ports, ok = number(count); !ok || p.Ports == 0 {
		return p, fmt.Sprintf("%q does not begin with a number of ports and x", s)
	}
	end := strings.IndexAny(rest, "[(")
	if end < 0 {
		end = len(rest)
	}
	if p.Speed, ok = speed(rest[:end]); !ok {
		return p, fmt.Sprintf("%q is not a speed", rest[:end])
	}
	for rest = rest[end:]; rest != ""; {
		closing := map[byte]string{'[': "]", '(': ")"}[rest[0]]
		in, after, ok := strings.Cut(rest[1:], closing)
		switch {
		case closing == "" || !ok:
			return p, fmt.Sprintf("%q is neither [speeds] nor (lanes)", rest)
		case closing == "]":
			if reason = p.addSpeeds(in); reason != "" {
				return p, reason
			}
		case p.Lanes != 0:
			return p, "two numbers of lanes"
		default:
			if p.Lanes, ok = number(in); !ok || p.Lanes == 0 {
				return p, fmt.Sprintf("%q is not a number of lanes", in)
			}
		}
		rest = after
	}
	slices.Sort(p.Others)
	p.Others = slices.Compact(p.Others)
	return p, ""
}

func (p *Part) addSpeeds(list string) (reason string) {
	for s := range strings.SplitSeq(list, ",") {
		n, ok := speed(strings.TrimSpace(s))
		if !ok {
			return fmt.Sprintf("%q is not a speed", s)
		}
		if n != p.Speed {
			p.Others = append(p.Others, n)
		}
	}
	return ""
}

// number reads the up to six digits that SONiC allows.
func number(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil && len(s) <= 6
}

// speed reads 100G, or Mbit/s without the G.
func speed(s string) (uint32, bool) {
	digits, giga := strings.CutSuffix(s, "G")
	n, ok := number(digits)
	if giga {
		n *= 1000
	}
	return uint32(n), ok && n > 0
}

// find takes a mode as it was asked for, with the aliases of the cage's mode that means the same: it may have the speeds in another order.
func (b *Breakout) find(mode string) (*Mode, error) {
	parts, err := ParseMode(mode)
	if err != nil {
		return nil, err
	}
	for _, m := range b.Modes {
		if slices.EqualFunc(m.Parts, parts, b.same) {
			return &Mode{Name: mode, Parts: parts, Aliases: m.Aliases}, nil
		}
	}
	names := make([]string, len(b.Modes))
	for i, m := range b.Modes {
		names[i] = m.Name
	}
	return nil, fmt.Errorf("breakout mode %q: %s has %s", mode, b.Port, strings.Join(names, ", "))
}

func (b *Breakout) same(x, y Part) bool {
	all := len(b.Lanes)
	speeds := func(p Part) []uint32 {
		l := append([]uint32{p.Speed}, p.Others...)
		slices.Sort(l)
		return l
	}
	return x.Ports == y.Ports && cmp.Or(x.Lanes, all) == cmp.Or(y.Lanes, all) && slices.Equal(speeds(x), speeds(y))
}

// Ports is what the cage becomes in a mode: the ports are named after their first lane's place in the cage (Ethernet0, Ethernet2 for two ports
// of two lanes) and share the lanes evenly.
func (b *Breakout) Ports(mode string) ([]Port, error) {
	m, err := b.find(mode)
	if err != nil {
		return nil, err
	}
	base, ok := portNumber(b.Port)
	if !ok {
		return nil, fmt.Errorf("%q is not of the form Ethernet0", b.Port)
	}
	total := 0
	for _, p := range m.Parts {
		total += p.Ports
	}
	if len(m.Aliases) < total {
		return nil, fmt.Errorf("breakout mode %q: %d ports, %d aliases", m.Name, total, len(m.Aliases))
	}
	var ports []Port
	lane := 0
	for _, part := range m.Parts {
		all := cmp.Or(part.Lanes, len(b.Lanes))
		if all > len(b.Lanes)-lane {
			return nil, fmt.Errorf("breakout mode %q: needs more than %s's %d lanes", m.Name, b.Port, len(b.Lanes))
		}
		if all%part.Ports != 0 {
			return nil, fmt.Errorf("breakout mode %q: %d lanes do not divide among %d ports", m.Name, all, part.Ports)
		}
		each := all / part.Ports
		for range part.Ports {
			p := Port{
				Name: "Ethernet" + strconv.Itoa(base+lane), Alias: m.Aliases[len(ports)], Lanes: slices.Clone(b.Lanes[lane : lane+each]),
				Index: b.Indexes[lane], Speed: part.Speed, Subport: "0",
			}
			if total > 1 {
				p.Subport = strconv.Itoa(len(ports) + 1)
			}
			if part.Speed/uint32(each) >= rsFrom {
				p.FEC = "rs"
			}
			ports = append(ports, p)
			lane += each
		}
	}
	return ports, nil
}

func portNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "Ethernet")
	n, isNumber := number(digits)
	return n, ok && isNumber
}
