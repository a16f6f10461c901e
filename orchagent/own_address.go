package orchagent

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
)

// OwnAddressKey is an address of the switch that is in force. No SAI object stands for it: what SAI has of an address refers to it.
type OwnAddressKey struct {
	VirtualRouter sai.VirtualRouterKey
	IP            netip.Addr
}

// KindOwnAddress is the kind of OwnAddressKey; its target is OwnAddresses.
var KindOwnAddress = &engine.Kind{Name: "OWN_ADDRESS", Attr: ownAddressAttr, Parse: parseOwnAddress}

const (
	ownAttrInterface = iota + 1
	ownAttrPrefix
)

func ownAddressAttr(id uint16) engine.AttrInfo {
	return engine.AttrInfo{Name: [...]string{ownAttrInterface: "interface", ownAttrPrefix: "prefix"}[id]}
}

func ownInterface(name string) engine.Attr[OwnAddressKey] {
	return engine.Attr[OwnAddressKey]{ID: ownAttrInterface, Value: name}
}

func ownPrefix(p netip.Prefix) engine.Attr[OwnAddressKey] {
	return engine.Attr[OwnAddressKey]{ID: ownAttrPrefix, Value: p}
}

// Kind implements engine.Key.
func (OwnAddressKey) Kind() *engine.Kind { return KindOwnAddress }

// Refs implements engine.Key.
func (OwnAddressKey) Refs(func(engine.Key) bool) {}

// String reads OWN_ADDRESS(VIRTUAL_ROUTER(VrfRed),10.0.0.1).
func (k OwnAddressKey) String() string {
	return fmt.Sprintf("%s(%s,%s)", KindOwnAddress.Name, k.VirtualRouter, k.IP)
}

func parseOwnAddress(text string) (engine.Key, error) {
	parts, ok := strings.CutPrefix(strings.TrimSuffix(text, ")"), "OWN_ADDRESS(")
	vr, ip, both := strings.Cut(parts, "),")
	if !ok || !both {
		return nil, fmt.Errorf("%q is no own address", text)
	}
	k, err := sai.ParseKey(vr + ")")
	if err != nil {
		return nil, err
	}
	own := OwnAddressKey{}
	if own.VirtualRouter, ok = k.(sai.VirtualRouterKey); !ok {
		return nil, fmt.Errorf("%q is of no virtual router", text)
	}
	own.IP, err = netip.ParseAddr(ip)
	return own, err
}

// OwnAddresses are the addresses in force, as a target: of two that overlap in one VRF the second is refused for lack of room, so that the engine
// parks it until another one goes, as SONiC's IntfsOrch holds it back (sonic-contract 4.6). Loopbacks are never held back, but hold others.
type OwnAddresses struct {
	before    map[OwnAddressKey]bool // in force before this process started: they are not held back by those that were not
	all       map[OwnAddressKey]ownAddress
	subnets   map[sai.VirtualRouterKey][]ownAddress // sorted; none overlap
	loopbacks map[sai.VirtualRouterKey][]ownAddress
}

type ownAddress struct {
	on     string
	prefix netip.Prefix // with the address
}

func (a ownAddress) String() string { return a.prefix.String() + " on " + a.on }

// NewOwnAddresses has no addresses.
func NewOwnAddresses() *OwnAddresses {
	return &OwnAddresses{
		before: map[OwnAddressKey]bool{}, all: map[OwnAddressKey]ownAddress{},
		subnets: map[sai.VirtualRouterKey][]ownAddress{}, loopbacks: map[sai.VirtualRouterKey][]ownAddress{},
	}
}

// Apply implements engine.Target.
func (o *OwnAddresses) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for _, before := range []bool{true, false} {
		for i, op := range ops {
			if k := op.Key.(OwnAddressKey); o.before[k] == before {
				errs[i] = o.apply(k, op)
			}
		}
	}
	for _, op := range ops {
		delete(o.before, op.Key.(OwnAddressKey))
	}
	return errs
}

func (o *OwnAddresses) apply(k OwnAddressKey, op engine.Op) error {
	was, known := o.all[k]
	if known {
		o.remove(k, was)
	}
	if op.Verb == engine.Remove {
		return nil
	}
	now := was
	for _, a := range op.Attrs {
		switch v := a.Value.(type) {
		case string:
			now.on = v
		case netip.Prefix:
			now.prefix = v
		}
	}
	if rival, overlaps := o.rival(k.VirtualRouter, now); overlaps && !isLoopback(now.on) {
		if known {
			o.add(k, was)
		}
		return &engine.Error{Class: engine.Full, Err: fmt.Errorf("%s overlaps with %s", now, rival)}
	}
	o.add(k, now)
	return nil
}

// place is where a subnet is, or would be, in the order of subnets.
func (o *OwnAddresses) place(vr sai.VirtualRouterKey, a ownAddress) int {
	i, _ := slices.BinarySearchFunc(o.subnets[vr], a, func(x, a ownAddress) int {
		return x.prefix.Masked().Addr().Compare(a.prefix.Masked().Addr())
	})
	return i
}

// rival finds an address that overlaps: of subnets that do not overlap among themselves only the two neighbours can.
func (o *OwnAddresses) rival(vr sai.VirtualRouterKey, a ownAddress) (ownAddress, bool) {
	i, list := o.place(vr, a), o.subnets[vr]
	near := slices.Concat(list[max(i-1, 0):min(i+1, len(list))], o.loopbacks[vr])
	at := slices.IndexFunc(near, func(x ownAddress) bool { return x.prefix.Overlaps(a.prefix) })
	if at < 0 {
		return ownAddress{}, false
	}
	return near[at], true
}

func (o *OwnAddresses) add(k OwnAddressKey, a ownAddress) {
	o.all[k] = a
	if isLoopback(a.on) {
		o.loopbacks[k.VirtualRouter] = append(o.loopbacks[k.VirtualRouter], a)
		return
	}
	o.subnets[k.VirtualRouter] = slices.Insert(o.subnets[k.VirtualRouter], o.place(k.VirtualRouter, a), a)
}

func (o *OwnAddresses) remove(k OwnAddressKey, a ownAddress) {
	delete(o.all, k)
	of := o.subnets
	if isLoopback(a.on) {
		of = o.loopbacks
	}
	of[k.VirtualRouter] = slices.DeleteFunc(of[k.VirtualRouter], func(x ownAddress) bool { return x == a })
}

// Adoption tells OwnAddresses which addresses were in force, by the routes that lead to the CPU.
type Adoption struct {
	*objects.Adoption
	Addresses *OwnAddresses
}

// Adopt implements engine.Adopter.
func (a *Adoption) Adopt(ctx context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	found, err := a.Adoption.Adopt(ctx, kinds)
	for i := range found {
		r, ok := found[i].Key.(sai.RouteEntryKey)
		if !ok || !r.Destination.IsSingleIP() {
			continue
		}
		for _, at := range found[i].Attrs {
			if at.Value == any(sai.PortKey{Name: CPU}) {
				a.Addresses.before[OwnAddressKey{VirtualRouter: r.VirtualRouter, IP: r.Destination.Addr()}] = true
			}
		}
	}
	return found, err
}
