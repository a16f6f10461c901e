package virtual

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// ports knows lanes and links. Lanes belong to front-panel netdevs for ever; ports take and free them.
type ports struct {
	lanes  map[uint32]*lane
	linked map[string]bool // whether a front-panel netdev has a link (IFF_LOWER_UP), as last told
}

// frameOverhead is what SAI_PORT_ATTR_MTU counts beside the payload: Ethernet header, checksum and VLAN tag (sonic-contract 4.3).
const frameOverhead uint32 = 22

// lane is one lane of a front-panel netdev.
type lane struct {
	frontPanel string // of the first lane only: a port that starts at another lane has no netdev of its own
	port       *object
}

func (p *ports) reset(all []Port) {
	p.lanes = map[uint32]*lane{}
	for _, port := range all {
		for i, number := range port.Lanes {
			l := &lane{}
			if i == 0 {
				l.frontPanel = port.FrontPanel
			}
			p.lanes[number] = l
		}
	}
}

func lanesOf(port *object) sai.U32List { return value[sai.U32List](port, sai.PortAttrHwLaneList) }

// check says whether a port's lanes are known and free. Taken ones are a lack of room: it ends when a port goes.
func (p *ports) check(port *object, attrs []sai.Attribute) sai.Status {
	at := slices.IndexFunc(attrs, func(a sai.Attribute) bool { return a.Meta.ID == sai.PortAttrHwLaneList })
	lanes := lanesOf(port)
	if len(lanes) == 0 {
		return sai.StatusInvalidAttrValue0.At(at)
	}
	for i, number := range lanes {
		if p.lanes[number] == nil || slices.Contains(lanes[:i], number) {
			return sai.StatusInvalidAttrValue0.At(at)
		}
	}
	for _, number := range lanes {
		if p.lanes[number].port != nil {
			return sai.StatusInsufficientResources
		}
	}
	return sai.StatusSuccess
}

// take gives a port its lanes; nil frees them.
func (p *ports) take(lanes sai.U32List, port *object) {
	for _, number := range lanes {
		p.lanes[number].port = port
	}
}

// frontPanel names the netdev that carries a port's frames: the one its first lane starts, or v and the name of its host interface
// (sonic-contract 3.7); "" if it has neither.
func (a *ASIC) frontPanel(port *object) string {
	if lanes := lanesOf(port); len(lanes) > 0 {
		if name := a.ports.lanes[lanes[0]].frontPanel; name != "" {
			return name
		}
	}
	for _, hostif := range a.hostifsOf(port) {
		return "v" + hostifName(hostif)
	}
	return ""
}

// portOf finds the port of a front-panel netdev; nil if there is none.
func (a *ASIC) portOf(frontPanel string) *object {
	for port := range a.byType[sai.ObjectTypePort] {
		if port != a.cpu && frontPanel != "" && a.frontPanel(port) == frontPanel {
			return port
		}
	}
	return nil
}

// FrontPanel tells that a front-panel netdev has got or lost its link: IFF_LOWER_UP.
func (a *ASIC) FrontPanel(ctx context.Context, name string, up bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ports.linked[name] = up
	if port := a.portOf(name); port != nil {
		a.refreshLink(ctx, port)
	}
}

// refreshLink finds a port's operational status anew: it is up when the port is enabled and its netdev has a link.
func (a *ASIC) refreshLink(ctx context.Context, port *object) {
	up := value[bool](port, sai.PortAttrAdminState) && (a.cfg.AlwaysLinked || a.ports.linked[a.frontPanel(port)])
	status := sai.PortOperStatusDown
	if up {
		status = sai.PortOperStatusUp
	}
	if status == value[sai.PortOperStatus](port, sai.PortAttrOperStatus) {
		return
	}
	port.put(sai.ObjectTypePort.Meta().Attr(sai.PortAttrOperStatus), status)
	for _, hostif := range a.hostifsOf(port) {
		a.setCarrier(ctx, hostif, up)
	}
	a.notifyPort(port.id.OID, status)
}

// portCreated completes a port that was asked for.
func (a *ASIC) portCreated(ctx context.Context, port *object) {
	a.equip(port)
	a.refreshLink(ctx, port)
}

// equip gives a port what every port has: its lanes, read-only attributes, and the objects it owns.
func (a *ASIC) equip(port *object) {
	m := sai.ObjectTypePort.Meta()
	a.ports.take(lanesOf(port), port)
	port.put(m.Attr(sai.PortAttrType), sai.PortTypeLogical)
	port.put(m.Attr(sai.PortAttrOperStatus), sai.PortOperStatusDown)
	port.put(m.Attr(sai.PortAttrHostTxReadyStatus), sai.PortHostTxReadyStatusReady)
	port.put(m.Attr(sai.PortAttrSupportedAutoNegMode), true)
	a.makePriorityGroups(port)
	a.makeQueues(port)
	a.makeSchedulerGroups(port)
	a.give(port, a.make(sai.ObjectTypePortSerdes, with(sai.PortSerdesAttrPortID, port.id.OID)))
}

func (a *ASIC) portRemoved(ctx context.Context, port *object) {
	a.setFront(ctx, a.frontPanel(port), false, 0)
	a.ports.take(lanesOf(port), nil)
}

func (a *ASIC) portSet(ctx context.Context, port *object, attr sai.Attribute) {
	switch attr.Meta.ID {
	case sai.PortAttrAdminState:
		a.syncFront(ctx, port)
		a.refreshLink(ctx, port)
	case sai.PortAttrMtu:
		a.syncFront(ctx, port)
	}
}

// syncFront brings the front-panel netdev in step with its port. The MTU of a port that nobody configured is not the netdev's. Until the port has a
// host interface the netdev is left as it is: an ASIC that is being restored must not take its links down.
func (a *ASIC) syncFront(ctx context.Context, port *object) {
	if len(a.hostifsOf(port)) == 0 {
		return
	}
	mtu := value[uint32](port, sai.PortAttrMtu)
	if mtu == bootMTU || mtu < frameOverhead {
		mtu = frameOverhead
	}
	a.setFront(ctx, a.frontPanel(port), value[bool](port, sai.PortAttrAdminState), mtu-frameOverhead)
}

func (a *ASIC) setFront(ctx context.Context, front string, up bool, mtu uint32) {
	if a.cfg.Hostifs != nil && front != "" {
		a.warn(a.cfg.Hostifs.SetFront(ctx, front, up, mtu), "set front-panel port", "netdev", front, "up", up, "mtu", mtu)
	}
}
