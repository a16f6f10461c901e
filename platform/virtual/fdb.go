package virtual

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

type (
	fdbKey struct {
		bv  sai.OID
		mac sai.MAC
	}
	fdbEntry struct {
		Fdb
		seen int64 // Unix seconds of the last frame, or of the creation
	}
	fdbLayout struct{}
)

func (fdbLayout) objectType() sai.ObjectType { return sai.ObjectTypeFdbEntry }

func (fdbLayout) parts(e sai.FdbEntry) (sw, parent sai.OID) { return e.Switch, e.BV }

func (fdbLayout) key(e sai.FdbEntry) (fdbKey, bool) { return fdbKey{bv: e.BV, mac: e.MAC}, true }

func (fdbLayout) entry(k fdbKey, _, sw sai.OID) sai.FdbEntry {
	return sai.FdbEntry{Switch: sw, BV: k.bv, MAC: k.mac}
}

func (fdbLayout) initial(a *ASIC) fdbEntry {
	return fdbEntry{Fdb: Fdb{Action: sai.PacketActionForward}, seen: a.cfg.Clock.Now().Unix()}
}

func (fdbLayout) put(v fdbEntry, id uint16, value any) (fdbEntry, bool) {
	switch id {
	case sai.FdbEntryAttrType:
		v.Type, _ = value.(sai.FdbEntryType)
	case sai.FdbEntryAttrBridgePortID:
		v.BridgePort, _ = value.(sai.OID)
	case sai.FdbEntryAttrPacketAction:
		v.Action, _ = value.(sai.PacketAction)
	case sai.FdbEntryAttrAllowMACMove:
		v.AllowMove, _ = value.(bool)
	default:
		return v, false
	}
	return v, true
}

func (fdbLayout) get(_ fdbKey, v fdbEntry, id uint16) (any, bool) {
	switch id {
	case sai.FdbEntryAttrType:
		return v.Type, true
	case sai.FdbEntryAttrBridgePortID:
		return v.BridgePort, true
	case sai.FdbEntryAttrPacketAction:
		return v.Action, true
	case sai.FdbEntryAttrAllowMACMove:
		return v.AllowMove, v.AllowMove
	}
	return nil, false
}

func (fdbLayout) ref(v fdbEntry) sai.OID { return v.BridgePort }

func (fdbLayout) show(c *Change, v fdbEntry) { c.Fdb = v.Fdb }

func (fdbLayout) table(fdbKey) uint16 { return sai.SwitchAttrAvailableFdbEntry }

// FlushFdb implements sai.API. What was flushed is told by one event for each type of entry, with a zero MAC and the attributes of the
// flush (sonic-contract 3.7).
func (a *ASIC) FlushFdb(_ context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.commit()
	if a.sw == nil || sw != a.sw.id.OID {
		return sai.StatusInvalidObjectID
	}
	if st := a.checker().Create(sai.ObjectTypeFdbFlush, attrs); st != sai.StatusSuccess {
		return st
	}
	flush := &object{id: sai.Object{Type: sai.ObjectTypeFdbFlush}, attrs: attrs}
	what := value[sai.FdbFlushEntryType](flush, sai.FdbFlushAttrEntryType)
	bv, port := flush.oid(sai.FdbFlushAttrBvID), flush.oid(sai.FdbFlushAttrBridgePortID)
	if l, ok := a.cfg.Plane.(Learner); ok && what != sai.FdbFlushEntryTypeStatic {
		if err := l.CatchUp(View{a}); err != nil {
			a.warn(err, "FDB flush")
			return sai.StatusFailure
		}
	}
	if what != sai.FdbFlushEntryTypeDynamic {
		a.flush(sai.FdbEntryTypeStatic, bv, port)
	}
	if what != sai.FdbFlushEntryTypeStatic {
		a.flush(sai.FdbEntryTypeDynamic, bv, port)
	}
	return sai.StatusSuccess
}

// flush removes the entries of a type, of a VLAN or bridge and of a bridge port; null ids stand for any.
func (a *ASIC) flush(kind sai.FdbEntryType, bv, bridgePort sai.OID) {
	any := false
	for i, r := range a.fdb.rows.All {
		if r.value.Type == kind && (bv == 0 || r.key.bv == bv) && (bridgePort == 0 || r.value.BridgePort == bridgePort) {
			a.fdb.erase(a, i)
			any = true
		}
	}
	if any {
		a.notifyFdb(sai.FdbEventFlushed, sai.FdbEntry{Switch: a.sw.id.OID, BV: bv}, kind, bridgePort)
	}
}

// Learn takes note of a frame that a front-panel port received, untagged if vlan is 0. As in SONiC's virtual switch it counts only on a
// bridge port with hardware learning, of the port or of the LAG that the port is in, and in a VLAN that exists; and a MAC address seen
// elsewhere does not move, it only does not age (sonic-contract 3.7). It tells whether the address is new.
func (a *ASIC) Learn(frontPanel string, vlan uint16, mac sai.MAC) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	port := a.portOf(frontPanel)
	if port == nil || mac[0]&1 != 0 {
		return false
	}
	if member := a.unique[uniqueKey{t: sai.ObjectTypeLagMember, a: uint64(port.id.OID)}]; member != nil {
		port = a.oids[member.oid(sai.LagMemberAttrLagID)]
	}
	if vlan == 0 {
		vlan = pvid(port)
	}
	bridgePort := a.unique[uniqueKey{t: sai.ObjectTypeBridgePort, a: uint64(port.id.OID)}]
	bv := a.unique[uniqueKey{t: sai.ObjectTypeVlan, a: uint64(vlan)}]
	if bridgePort == nil || bv == nil || a.routed(port) ||
		value[sai.BridgePortFdbLearningMode](bridgePort, sai.BridgePortAttrFdbLearningMode) != sai.BridgePortFdbLearningModeHw {
		return false
	}
	return a.learn(bv.id.OID, bridgePort.id.OID, mac)
}

func (a *ASIC) learn(bv, bridgePort sai.OID, mac sai.MAC) bool {
	k := fdbKey{bv: bv, mac: mac}
	if i, known := a.fdb.rows.Find(k); known {
		a.fdb.rows.At(i).value.seen = a.cfg.Clock.Now().Unix()
		return false
	}
	if a.full(sai.ObjectTypeFdbEntry, a.fdb.layout.table(k)) {
		return false
	}
	m := sai.ObjectTypeFdbEntry.Meta()
	e := a.fdb.layout.entry(k, a.base, a.sw.id.OID)
	a.fdb.insert(a, bv, k, []sai.Attribute{
		{Meta: m.Attr(sai.FdbEntryAttrType), Value: sai.FdbEntryTypeDynamic},
		{Meta: m.Attr(sai.FdbEntryAttrBridgePortID), Value: bridgePort},
	})
	a.notifyFdb(sai.FdbEventLearned, e, sai.FdbEntryTypeDynamic, bridgePort)
	return true
}

// pvid is the VLAN of untagged frames, of a port or a LAG.
func pvid(port *object) uint16 {
	if port.id.Type == sai.ObjectTypeLag {
		return value[uint16](port, sai.LagAttrPortVlanID)
	}
	return value[uint16](port, sai.PortAttrPortVlanID)
}

// routed tells whether a port or LAG has a router interface of its own: what it receives is not bridged.
func (a *ASIC) routed(port *object) bool {
	for rif := range a.byType[sai.ObjectTypeRouterInterface] {
		if rif.oid(sai.RouterInterfaceAttrPortID) == port.id.OID {
			return true
		}
	}
	return false
}

// age removes the dynamic entries that were not seen for FDB_AGING_TIME seconds; 0 is for ever.
func (a *ASIC) age() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sw == nil {
		return
	}
	limit := int64(value[uint32](a.sw, sai.SwitchAttrFdbAgingTime))
	if limit == 0 {
		return
	}
	now := a.cfg.Clock.Now().Unix()
	for i, r := range a.fdb.rows.All {
		if v := r.value; v.Type == sai.FdbEntryTypeDynamic && now-v.seen >= limit {
			e := a.fdb.layout.entry(r.key, a.base, a.sw.id.OID)
			a.fdb.erase(a, i)
			a.notifyFdb(sai.FdbEventAged, e, v.Type, v.BridgePort)
		}
	}
}
