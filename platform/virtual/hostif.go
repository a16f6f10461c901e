package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func hostifName(hostif *object) string { return value[string](hostif, sai.HostifAttrName) }

// hostifsOf lists the host interfaces of a port.
func (a *ASIC) hostifsOf(port *object) []*object {
	var found []*object
	for hostif := range a.byType[sai.ObjectTypeHostif] {
		if hostif.oid(sai.HostifAttrObjID) == port.id.OID {
			found = append(found, hostif)
		}
	}
	return found
}

// netdev tells whether a host interface is a netdev of a port, and which port's.
func (a *ASIC) netdev(hostif *object) (port *object, ok bool) {
	if value[sai.HostifType](hostif, sai.HostifAttrType) != sai.HostifTypeNetdev {
		return nil, false
	}
	port = a.oids[hostif.oid(sai.HostifAttrObjID)]
	return port, port != nil && port.id.Type == sai.ObjectTypePort
}

// createHostif makes the netdev before there is an object: without it there is no host interface.
func (a *ASIC) createHostif(ctx context.Context, hostif *object) sai.Status {
	port, ok := a.netdev(hostif)
	if !ok || a.cfg.Hostifs == nil {
		return sai.StatusSuccess
	}
	name := hostifName(hostif)
	front := a.frontPanel(port)
	if front == "" && port != a.cpu {
		front = "v" + name
	}
	mac := value[sai.MAC](a.sw, sai.SwitchAttrSrcMACAddress)
	if err := a.cfg.Hostifs.Create(ctx, name, mac, front); err != nil {
		a.warn(err, "create host interface", "netdev", name, "front-panel", front)
		return sai.StatusFailure
	}
	return sai.StatusSuccess
}

// hostifCreated brings netdevs in step with the port: the new one's carrier, and the front-panel one's state, which may be anything.
func (a *ASIC) hostifCreated(ctx context.Context, hostif *object) {
	port, ok := a.netdev(hostif)
	if !ok || port == a.cpu {
		return
	}
	a.syncFront(ctx, port)
	a.refreshLink(ctx, port)
	a.setCarrier(ctx, hostif, value[sai.PortOperStatus](port, sai.PortAttrOperStatus) == sai.PortOperStatusUp)
}

func (a *ASIC) hostifRemoved(ctx context.Context, hostif *object) {
	if _, ok := a.netdev(hostif); ok && a.cfg.Hostifs != nil {
		name := hostifName(hostif)
		a.warn(a.cfg.Hostifs.Remove(ctx, name), "remove host interface", "netdev", name)
	}
}

// hostifSet follows OPER_STATUS, which the application may set too.
func (a *ASIC) hostifSet(ctx context.Context, hostif *object, attr sai.Attribute) {
	if up, ok := attr.Value.(bool); ok && attr.Meta.ID == sai.HostifAttrOperStatus {
		a.setCarrier(ctx, hostif, up)
	}
}

func (a *ASIC) setCarrier(ctx context.Context, hostif *object, up bool) {
	hostif.put(sai.ObjectTypeHostif.Meta().Attr(sai.HostifAttrOperStatus), up)
	if _, ok := a.netdev(hostif); ok && a.cfg.Hostifs != nil {
		name := hostifName(hostif)
		a.warn(a.cfg.Hostifs.SetCarrier(ctx, name, up), "set carrier of host interface", "netdev", name, "up", up)
	}
}
