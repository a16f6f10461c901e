package ebpf

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hostInterface is a SAI host interface of a port.
type hostInterface struct {
	name string
	port *port
}

func (p *plane) hostif(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		o := p.ports[attr[sai.OID](c, sai.HostifAttrObjID)]
		if o == nil || attr[sai.HostifType](c, sai.HostifAttrType) != sai.HostifTypeNetdev {
			return
		}
		h := hostInterface{attr[string](c, sai.HostifAttrName), o}
		p.hostifs[oid], o.host = h, h.name
		p.touchHost(o)
	case virtual.Removed:
		if h, ok := p.hostifs[oid]; ok {
			delete(p.hostifs, oid)
			h.port.host = ""
			p.touchHost(h.port)
		}
	}
}

// touchHost renders what has the host interface of a port or LAG.
func (p *plane) touchHost(o *port) {
	p.touch(o)
	if o.rif != nil {
		p.touch(o.rif)
	}
	for _, sub := range o.subs {
		p.touch(sub)
	}
}

// name says what the netdev of a LAG or router interface is called.
func (p *plane) name(oid sai.OID, name string) {
	if p.names[oid] == name {
		return
	}
	p.names[oid] = name
	if o := p.ports[oid]; o != nil {
		p.touchHost(o)
	}
	if r := p.rifs[oid]; r != nil {
		p.touch(r)
	}
}

// socket is an entry of the map of netdevs that a part of the model has: what frames that come in there are.
type socket struct{ ifindex uint32 }

// bind makes v the meaning of frames that come in at a netdev, "" for none, in the place of what the socket meant before. The netdev runs
// the program from then on.
func (p *plane) bind(s *socket, name string, v swIface) error {
	ifindex := p.links[name].index
	var err error
	if old := s.ifindex; old != ifindex && old != 0 && p.bound[old] == s {
		err = p.unbind(old)
	}
	if s.ifindex = ifindex; ifindex == 0 {
		return err
	}
	p.bound[ifindex] = s
	var now swIface
	if p.k.maps.Ifaces.Lookup(ifindex, &now) != nil || now != v {
		if perr := p.k.maps.Ifaces.Put(ifindex, v); perr != nil {
			return errors.Join(err, fmt.Errorf("netdev %s: %w", name, perr))
		}
	}
	if !p.k.runsOn(name, ifindex) {
		p.bare[name] = ifindex
	}
	return err
}

func (p *plane) unbind(ifindex uint32) error {
	delete(p.bound, ifindex)
	if err := p.k.maps.Ifaces.Delete(ifindex); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return fmt.Errorf("netdev %d: %w", ifindex, err)
	}
	return nil
}
