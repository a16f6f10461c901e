package ebpf

import (
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// maxRouters bounds virtual routers: their number has 16 bits in a router interface.
const maxRouters = 4096

// router is a virtual router. The default one's number is 0.
type router struct {
	oid    sai.OID
	number uint32
	mac    sai.MAC
}

func (p *plane) router(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		p.routers[oid] = &router{oid: oid}
	case virtual.Removed:
		p.routerNumbers.give(p.routers[oid].number)
		delete(p.routers, oid)
		return
	}
	update(c, sai.VirtualRouterAttrSrcMACAddress, &p.routers[oid].mac)
	for _, r := range p.rifs {
		if r.router == p.routers[oid] {
			p.touch(r)
		}
	}
}

// routerNumber numbers a virtual router when it is first used, for the default one is known only then.
func (p *plane) routerNumber(r *router) uint32 {
	if r == nil || r.oid == p.defaultVR {
		return 0
	}
	if r.number == 0 {
		r.number = p.routerNumbers.take()
	}
	return r.number
}
