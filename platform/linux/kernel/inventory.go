package kernel

import (
	"fmt"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// inventory is the kernel's picture of what is ours.
type inventory struct {
	links   map[int32]netdev.Link // all links of the namespace
	objects map[engine.Key]engine.Actual
}

// take lists links, addresses and static neighbours.
func take(c *netdev.Conn) (inventory, error) {
	links, err := c.Links()
	if err != nil {
		return inventory{}, fmt.Errorf("listing links: %w", err)
	}
	v := inventory{links: make(map[int32]netdev.Link, len(links)), objects: map[engine.Key]engine.Actual{}}
	for _, l := range links {
		v.links[l.Index] = l
	}
	for _, l := range links {
		v.add(v.link(l))
	}
	addrs, err := c.Dump(unix.RTM_GETADDR, nl.NewIfAddrmsg(unix.AF_UNSPEC))
	if err != nil {
		return inventory{}, fmt.Errorf("listing addresses: %w", err)
	}
	for _, b := range addrs {
		v.add(v.addr(b))
	}
	neighs, err := c.Dump(unix.RTM_GETNEIGH, make(ndmsg, sizeofNdMsg))
	if err != nil {
		return inventory{}, fmt.Errorf("listing neighbours: %w", err)
	}
	for _, b := range neighs {
		if a, static, ok := v.neigh(b); ok && static {
			v.add(a, true)
		}
	}
	return v, nil
}

func (v *inventory) add(a engine.Actual, ok bool) {
	if ok {
		v.objects[a.Key] = a
	}
}

// link is a netdev as an object; ok is false for what is not ours.
func (v *inventory) link(l netdev.Link) (engine.Actual, bool) {
	if l.Kind == "vrf" {
		return engine.Actual{Key: linux.VrfKey{Name: l.Name}, Attrs: []engine.AttrValue{{ID: linux.VrfAttrTable, Value: l.VrfTable}}}, ownVrf(l.Name)
	}
	host := linux.HostKindOf(l.Name)
	if host == linux.HostNone {
		return engine.Actual{}, false
	}
	var master any
	if m, ok := v.links[l.Master]; ok && m.Kind == "vrf" {
		master = linux.VrfKey{Name: m.Name}
	}
	a := engine.Actual{Key: linux.LinkKey{Name: l.Name}, Permanent: host == linux.HostPort, Attrs: []engine.AttrValue{
		{ID: linux.LinkAttrHost, Value: host}, {ID: linux.LinkAttrAdmin, Value: l.Admin}, {ID: linux.LinkAttrMTU, Value: l.MTU},
		{ID: linux.LinkAttrMAC, Value: l.MAC}, {ID: linux.LinkAttrMaster, Value: master}, {ID: linux.LinkAttrAlias, Value: l.Alias},
	}}
	if host != linux.HostPort {
		inner, paired := v.links[l.Peer]
		a.Attrs = append(a.Attrs, engine.AttrValue{ID: linux.LinkAttrCarrier, Value: !paired || l.Kind != "veth" || inner.Admin})
	}
	return a, true
}

// ownVrf tells the names of SONiC's VRF devices.
func ownVrf(name string) bool { return strings.HasPrefix(name, "Vrf") || name == "mgmt" }

func (v *inventory) addr(b []byte) (engine.Actual, bool) {
	a, ok := parseAddr(b)
	name := v.links[a.index].Name
	k := linux.AddrKey{Link: linux.LinkKey{Name: name}, Prefix: a.prefix}
	return engine.Actual{Key: k}, ok && a.fixed && linux.HostKindOf(name) != linux.HostNone
}

func (v *inventory) neigh(b []byte) (a engine.Actual, static, ok bool) {
	index, n, ok := parseNeigh(b)
	name := v.links[index].Name
	k := linux.NeighKey{Link: linux.LinkKey{Name: name}, IP: n.IP}
	a = engine.Actual{Key: k, Attrs: []engine.AttrValue{{ID: linux.NeighAttrMAC, Value: n.MAC}}}
	return a, n.State == Permanent && n.Protocol == ownNeigh, ok && linux.HostKindOf(name) != linux.HostNone
}
