package conformance

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

func (b *bench) tryPort(lanes ...uint32) (sai.OID, sai.Status) {
	b.Helper()
	t := sai.ObjectTypePort
	return b.tryCreate(t, b.at(t, sai.PortAttrHwLaneList, sai.U32List(lanes)), b.at(t, sai.PortAttrSpeed, uint32(10000)))
}

// testPort checks that a port and all that belongs to it goes, and comes back, as another one.
func testPort(b *bench) {
	t := sai.ObjectTypePort
	port, lanes := b.ports[0], b.Lanes[0]
	b.want(b.remove(t, port), sai.StatusObjectInUse) // it has a bridge port
	b.clearBridging()
	queues := b.list(port, t, sai.PortAttrQosQueueList)
	b.want(b.remove(sai.ObjectTypeQueue, queues[0]), sai.StatusObjectInUse)
	b.want(b.remove(t, port), sai.StatusSuccess)
	b.want(b.remove(t, port), sai.StatusItemNotFound)
	_, st := b.tryGet(queues[0], sai.ObjectTypeQueue, sai.QueueAttrIndex)
	b.want(st, sai.StatusItemNotFound)
	if l := b.list(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrPortList); slices.Contains(l, port) || len(l) != len(b.ports)-1 {
		b.Errorf("PORT_LIST is %v", l)
	}
	again, st := b.tryPort(lanes...)
	b.want(st, sai.StatusSuccess)
	b.checkNewPort(again, lanes)
	b.wantValue(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrNumberOfActivePorts, uint32(len(b.ports)))

	b.want(b.set(again, t, sai.PortAttrMtu, uint32(9122)), sai.StatusSuccess)
	b.wantValue(again, t, sai.PortAttrMtu, uint32(9122))
	b.want(b.set(again, t, sai.PortAttrHwLaneList, sai.U32List(lanes)), sai.StatusInvalidAttribute0)
	b.want(b.set(again, t, sai.PortAttrOperStatus, sai.PortOperStatusUp), sai.StatusInvalidAttribute0)
	b.want(b.set(again, t, sai.PortAttrPortVlanID, uint16(5000)), sai.StatusInvalidVlanID)
}

// testPortLanes breaks a port out.
func testPortLanes(b *bench) {
	lanes := b.Lanes[0]
	_, st := b.tryPort(lanes[0])
	b.want(st, sai.StatusInsufficientResources) // until the port that has the lane goes
	_, st = b.tryPort(60000)
	b.want(st, sai.StatusInvalidAttrValue0)
	_, st = b.tryPort()
	b.want(st, sai.StatusInvalidAttrValue0)
	b.clearBridging()
	b.want(b.remove(sai.ObjectTypePort, b.ports[0]), sai.StatusSuccess)
	_, st = b.tryPort(lanes[0], lanes[0])
	b.want(st, sai.StatusInvalidAttrValue0)
	for _, lane := range lanes {
		_, st := b.tryPort(lane)
		b.want(st, sai.StatusSuccess)
	}
	b.wantValue(b.sw, sai.ObjectTypeSwitch, sai.SwitchAttrNumberOfActivePorts, uint32(len(b.ports)+3))
	_, st = b.tryPort(lanes...)
	b.want(st, sai.StatusInsufficientResources)
}

// testPortState checks that a port is up when it is enabled and has a link, and that changes are told.
func testPortState(b *bench) {
	t := sai.ObjectTypePort
	port := b.ports[1]
	state := func(want sai.PortOperStatus) {
		b.Helper()
		n := next[sai.PortStateChange](b)
		if len(n) != 1 || n[0].Port != port || n[0].State != want {
			b.Fatalf("got %v, want %v of %v", n, want, port)
		}
		b.wantValue(port, t, sai.PortAttrOperStatus, want)
	}
	b.Link(1, true)
	b.wantValue(port, t, sai.PortAttrOperStatus, sai.PortOperStatusDown)
	b.want(b.set(port, t, sai.PortAttrAdminState, true), sai.StatusSuccess)
	state(sai.PortOperStatusUp)
	b.Link(1, false)
	state(sai.PortOperStatusDown)
	b.Link(1, true)
	state(sai.PortOperStatusUp)
	b.want(b.set(port, t, sai.PortAttrAdminState, false), sai.StatusSuccess)
	state(sai.PortOperStatusDown)
	b.want(b.set(port, t, sai.PortAttrAdminState, true), sai.StatusSuccess)
	state(sai.PortOperStatusUp)
}

func (b *bench) hostif(name string, port sai.OID) (sai.OID, sai.Status) {
	t := sai.ObjectTypeHostif
	return b.tryCreate(t, b.at(t, sai.HostifAttrType, sai.HostifTypeNetdev), b.at(t, sai.HostifAttrObjID, port),
		b.at(t, sai.HostifAttrName, name))
}

func testHostif(b *bench) {
	t := sai.ObjectTypeHostif
	port := b.ports[0]
	hostif, st := b.hostif("Ethernet0", port)
	b.want(st, sai.StatusSuccess)
	_, st = b.hostif("Ethernet0", b.ports[1])
	b.want(st, sai.StatusItemAlreadyExists)
	_, st = b.tryCreate(t, b.at(t, sai.HostifAttrType, sai.HostifTypeNetdev), b.at(t, sai.HostifAttrName, "Ethernet4"))
	b.want(st, sai.StatusMandatoryAttributeMissing)
	b.wantValue(hostif, t, sai.HostifAttrOperStatus, false)
	b.want(b.set(hostif, t, sai.HostifAttrVlanTag, sai.HostifVlanTagKeep), sai.StatusSuccess)

	b.clearBridging()
	b.want(b.remove(sai.ObjectTypePort, port), sai.StatusObjectInUse)
	b.want(b.set(port, sai.ObjectTypePort, sai.PortAttrAdminState, true), sai.StatusSuccess)
	b.Link(0, true)
	next[sai.PortStateChange](b)
	b.wantValue(hostif, t, sai.HostifAttrOperStatus, true)
	b.want(b.remove(t, hostif), sai.StatusSuccess)
	hostif, st = b.hostif("Ethernet0", port)
	b.want(st, sai.StatusSuccess)
	b.wantValue(hostif, t, sai.HostifAttrOperStatus, true) // the port is up already
	b.want(b.remove(t, hostif), sai.StatusSuccess)
	b.want(b.remove(sai.ObjectTypePort, port), sai.StatusSuccess)
}
