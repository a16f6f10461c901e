package orchagent

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// destination is a route's dense identity: 24 bytes without a pointer, since a million of them are kept.
type destination struct {
	vr   engine.Handle
	addr [16]byte
	bits uint8
	v6   bool
}

// routeValue is what a route wants: an action, and where to. protocol is an index into routes.protocols, for the answers.
type routeValue struct {
	via      engine.Handle
	protocol uint8
	drop     bool
	direct   bool // the next hop is the interface itself
}

// routes translates ROUTE_TABLE. It keeps what a million rows share: next-hop sets by the lists' own text, VRF handles, protocol names. It is
// owned by the engine's goroutine.
type routes struct {
	engine    *engine.Engine
	rows      engine.DenseRows[destination, routeValue]
	sets      *engine.Sets[nextHopSet]
	byLists   map[lists]engine.Handle
	vrs       map[string]engine.Handle
	vrNames   map[engine.Handle]string
	protocols []string
	suppress  bool
}

// lists are the parallel lists of a row as they came; rows with the same lists go over the same set.
type lists struct {
	nexthop, ifname, weight, group, vnis, macs string
	v6                                         bool
}

// clone keeps lists beyond the batch that they came in.
func (l lists) clone() lists {
	for _, text := range []*string{&l.nexthop, &l.ifname, &l.weight, &l.group, &l.vnis, &l.macs} {
		*text = strings.Clone(*text)
	}
	return l
}

// maxLists bounds the lists that are remembered; beyond it they are parsed again.
const maxLists = 1 << 16

func registerRoutes(e *engine.Engine, c Config) *routes {
	r := &routes{engine: e, byLists: map[lists]engine.Handle{}, vrs: map[string]engine.Handle{},
		vrNames: map[engine.Handle]string{}, protocols: []string{""}, suppress: c.SuppressFIBPending}
	r.sets = engine.OnSet(e, "next hops", routeTarget)
	defaultVR := r.vr("")
	r.rows = engine.OnDense(e, tables.ApplRoute, engine.Dense[tables.RouteKey, tables.RouteRow, destination, routeValue]{
		Kind:    sai.KindRouteEntry,
		Object:  func(k tables.RouteKey) (destination, error) { return pack(r.vr(k.Vrf), k.Prefix), nil },
		Value:   r.value,
		Handles: func(o destination, v routeValue, yield func(engine.Handle)) { yield(o.vr); yield(v.via) },
		Encode:  encodeRoute,
		Decode:  r.decode,
		// The default routes of the default virtual router drop when nobody announces them, and never go (sonic-contract 4.7.9).
		Floor: map[destination]routeValue{
			pack(defaultVR, netip.PrefixFrom(netip.IPv4Unspecified(), 0)): {drop: true},
			pack(defaultVR, netip.PrefixFrom(netip.IPv6Unspecified(), 0)): {drop: true},
		},
		// An interface's own address is announced as connected by its host route, and is the switch's already (sonic-contract 4.7.3).
		Yields: func(v routeValue) bool { return v.direct },
		Done:   r.done,
	})
	return r
}

// value says what a row wants. ok is false for routes that are the kernel's alone (sonic-contract 4.7.2, 4.7.3).
func (r *routes) value(k tables.RouteKey, row tables.RouteRow) (routeValue, bool, error) {
	v := routeValue{protocol: r.protocol(row.Protocol), direct: !row.Blackhole && row.NexthopGroup == "" && directlyConnected(row)}
	if row.Blackhole {
		v.drop = true
		return v, true, nil
	}
	key := lists{row.Nexthop, row.Ifname, row.Weight, row.NexthopGroup, row.VniLabel, row.RouterMAC, k.Prefix.Addr().Is6()}
	via, known := r.byLists[key]
	if known && (via == 0 || r.engine.Live(via)) {
		v.via = via
		return v, via != 0 && forAsic(k, row), nil
	}
	if row.NexthopGroup != "" {
		v.via = r.sets.Handle(nextHopSet(strings.Clone(namedGroup + row.NexthopGroup)))
	} else {
		if row.Ifname == "" {
			return v, false, &db.FieldError{Field: "ifname", Reason: "neither interface, nor blackhole, nor next-hop group"}
		}
		set, hops, err := setOf(row, key.v6)
		if err != nil {
			return v, false, err
		}
		if !slices.ContainsFunc(hops, kernelOnly) {
			v.via = r.sets.Handle(set)
		}
	}
	if len(r.byLists) >= maxLists {
		clear(r.byLists)
	}
	r.byLists[key.clone()] = v.via
	return v, v.via != 0 && forAsic(k, row), nil
}

// directlyConnected tells a row whose only next hop is the interface itself.
func directlyConnected(r tables.RouteRow) bool {
	return r.Nexthop == "" || r.Nexthop == "0.0.0.0" || r.Nexthop == "::"
}

// forAsic drops directly connected routes that the ASIC does not need: prefixes that are not global.
func forAsic(k tables.RouteKey, r tables.RouteRow) bool {
	if r.NexthopGroup != "" || !directlyConnected(r) || strings.Contains(r.Ifname, ",") {
		return true
	}
	a := k.Prefix.Addr()
	return !a.IsLinkLocalUnicast() && !a.IsMulticast()
}

// kernelOnly tells interfaces whose routes are none of the ASIC's.
func kernelOnly(h tables.NextHop) bool {
	switch h.Interface {
	case "eth0", "docker0", "usb0", "lo":
		return true
	case "unknown", "tun0":
		return h.IP.IsUnspecified()
	}
	return isLoopback(h.Interface) || h.IP.IsUnspecified() && strings.HasPrefix(h.Interface, "Vrf")
}

func (r *routes) vr(name string) engine.Handle {
	h, ok := r.vrs[name]
	if !ok {
		name = strings.Clone(name)
		h = r.engine.Handle(sai.VirtualRouterKey{Name: name})
		r.vrs[name], r.vrNames[h] = h, name
	}
	return h
}

// protocol interns a protocol's name; there are a dozen, and what is beyond 255 shares the empty one.
func (r *routes) protocol(name string) uint8 {
	for i, p := range r.protocols {
		if p == name {
			return uint8(i)
		}
	}
	if len(r.protocols) > 255 {
		return 0
	}
	r.protocols = append(r.protocols, strings.Clone(name))
	return uint8(len(r.protocols) - 1)
}

// encodeRoute sends the action before the next hop, so that a route that dropped forwards to a next hop it has (sonic-contract 4.7.8). A plain
// route leaves the action at its default, forward, as SONiC does.
func encodeRoute(o destination, v routeValue, key func(engine.Handle) engine.Key, attrs []engine.AttrValue) (engine.Key, []engine.AttrValue) {
	vr, _ := key(o.vr).(sai.VirtualRouterKey)
	k := sai.RouteEntryKey{VirtualRouter: vr, Destination: o.prefix()}
	if v.drop {
		return k, append(attrs, engine.AttrValue{ID: sai.RouteEntryAttrPacketAction, Value: sai.PacketActionDrop})
	}
	if o.bits == 0 && vr.Name == "" {
		attrs = append(attrs, engine.AttrValue{ID: sai.RouteEntryAttrPacketAction, Value: sai.PacketActionForward})
	}
	return k, append(attrs, engine.AttrValue{ID: sai.RouteEntryAttrNextHopID, Value: key(v.via)})
}

func (r *routes) decode(k engine.Key) (destination, bool) {
	re, ok := k.(sai.RouteEntryKey)
	if !ok {
		return destination{}, false
	}
	return pack(r.vr(re.VirtualRouter.Name), re.Destination), true
}

func pack(vr engine.Handle, p netip.Prefix) destination {
	return destination{vr: vr, addr: p.Addr().As16(), bits: uint8(p.Bits()), v6: p.Addr().Is6()}
}

func (o destination) prefix() netip.Prefix {
	a := netip.AddrFrom16(o.addr)
	if !o.v6 {
		a = a.Unmap()
	}
	return netip.PrefixFrom(a, int(o.bits))
}
