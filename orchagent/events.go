package orchagent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// ErrShutdown is syncd's request to stop: the ASIC is gone, and a start from the beginning is needed.
var ErrShutdown = errors.New("the ASIC asked for a shutdown")

// timeFormat is how SONiC writes the time of a port's last change.
const timeFormat = "Mon Jan 02 15:04:05 2006"

// Events turns what the ASIC reports into rows of fact tables, under names. It is owned by one goroutine.
type Events struct {
	registry *objects.Registry
	facts    db.Store
	now      func() time.Time
	ports    map[string]tables.PortOperFact
	oids     map[string]sai.OID // of those ports: one that was made anew begins anew
	fdb      map[tables.FdbKey]tables.FdbRow
	flushes  uint64
}

// NewEvents prepares Events over an empty store of facts.
func NewEvents(r *objects.Registry, facts db.Store, now func() time.Time) *Events {
	return &Events{registry: r, facts: facts, now: now, ports: map[string]tables.PortOperFact{}, oids: map[string]sai.OID{}, fdb: map[tables.FdbKey]tables.FdbRow{}}
}

// Load writes what is so at the start: the switch's facts, the state of every port, the addresses learned so far. before are the port rows that
// a predecessor left in PORT_TABLE: a restart is no flap.
func (v *Events) Load(ctx context.Context, sw Switch, api sai.API, list objects.Lister, before map[string]tables.PortOperRow) error {
	writes := []db.Write{tables.FactSwitch.Set(tables.SwitchKeyName, sw.Facts), tables.FactAcl.Set(tables.SwitchKeyName, sw.Acl), tables.FactHash.Set(tables.SwitchKeyName, sw.Hash)}
	meta := sai.ObjectTypePort.Meta().Attr(sai.PortAttrOperStatus)
	for _, k := range v.registry.Keys() {
		port, ok := k.(sai.PortKey)
		if !ok || port.Name == CPU {
			continue
		}
		oid, _ := v.registry.OID(port)
		r := api.Get(ctx, sai.ObjectTypePort, []sai.GetRequest{{Object: sai.Object{Type: sai.ObjectTypePort, OID: oid}, Attrs: []sai.Attribute{{Meta: meta}}}})[0]
		if r.Status != sai.StatusSuccess {
			continue // a name whose creation was refused
		}
		was := before[port.Name]
		f := tables.PortOperFact{Up: bool(was.OperStatus), FlapCount: was.FlapCount, LastUpTime: was.LastUpTime, LastDownTime: was.LastDownTime}
		f = v.turned(f, r.Attrs[0].Value == any(sai.PortOperStatusUp))
		v.ports[port.Name], v.oids[port.Name] = f, oid
		writes = append(writes, tables.FactPortOper.Set(port.Name, f))
	}
	err := list.List(ctx, sai.ObjectTypeFdbEntry, func(o sai.Object, attrs []sai.Attribute) error {
		if e, ok := o.Entry.(sai.FdbEntry); ok && isDynamic(attrs) {
			writes = v.learned(writes, e, attrs)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("learned addresses: %w", err)
	}
	return v.facts.Write(ctx, writes)
}

// Handle turns one notification into facts.
func (v *Events) Handle(ctx context.Context, n sai.Notification) error {
	var writes []db.Write
	switch n := n.(type) {
	case sai.PortStateChange:
		for _, e := range n {
			writes = v.portState(writes, e)
		}
	case sai.FdbEvents:
		for _, e := range n {
			writes = v.fdbEvent(writes, e)
		}
	case sai.SwitchShutdownRequest:
		return ErrShutdown
	}
	if len(writes) == 0 {
		return nil
	}
	return v.facts.Write(ctx, writes)
}

func (v *Events) portState(writes []db.Write, e sai.PortState) []db.Write {
	k, _ := v.registry.Key(e.Port)
	port, ok := k.(sai.PortKey)
	if !ok {
		return writes // it was removed meanwhile
	}
	if v.oids[port.Name] != e.Port {
		v.oids[port.Name] = e.Port
		delete(v.ports, port.Name)
	}
	f := v.ports[port.Name]
	up := e.State == sai.PortOperStatusUp
	if f.Up == up {
		return writes
	}
	f = v.turned(f, up)
	v.ports[port.Name] = f
	return append(writes, tables.FactPortOper.Replace(port.Name, f))
}

// turned is the fact of a port that is up or down now, and may have been something else before.
func (v *Events) turned(f tables.PortOperFact, up bool) tables.PortOperFact {
	if f.Up == up {
		return f
	}
	f.Up = up
	f.FlapCount++
	if at := v.now().UTC().Format(timeFormat); up {
		f.LastUpTime = at
	} else {
		f.LastDownTime = at
		f.Downs++
	}
	return f
}

func (v *Events) fdbEvent(writes []db.Write, e sai.FdbNotice) []db.Write {
	switch e.Event {
	case sai.FdbEventLearned, sai.FdbEventMove:
		return v.learned(writes, e.Entry, e.Attrs)
	case sai.FdbEventAged:
		if k, ok := v.fdbKey(e.Entry); ok {
			delete(v.fdb, k)
			return append(writes, tables.FactFdb.Del(k))
		}
	case sai.FdbEventFlushed:
		return v.flushed(writes, e)
	}
	return writes
}

// learned records an address. One learned on a port that has gone down meanwhile is left to the flush that follows.
func (v *Events) learned(writes []db.Write, e sai.FdbEntry, attrs []sai.Attribute) []db.Write {
	k, ok := v.fdbKey(e)
	port, on := v.bridgePort(attrs)
	if !ok || !on {
		return writes
	}
	r := tables.FdbRow{Port: port, Type: tables.FdbDynamic}
	v.fdb[k] = r
	return append(writes, tables.FactFdb.Replace(k, r))
}

// flushed forgets what a flush took: a zero MAC stands for all addresses, a zero VLAN for all VLANs, no bridge port for all ports.
func (v *Events) flushed(writes []db.Write, e sai.FdbNotice) []db.Write {
	port, onPort := v.bridgePort(e.Attrs)
	vlan, _ := v.registry.Key(e.Entry.BV)
	only, inVlan := vlan.(sai.VlanKey)
	for k, r := range v.fdb {
		if onPort && r.Port != port || inVlan && uint16(k.Vlan) != only.ID || e.Entry.MAC != (sai.MAC{}) && k.MAC != tables.MAC(e.Entry.MAC) {
			continue
		}
		delete(v.fdb, k)
		writes = append(writes, tables.FactFdb.Del(k))
	}
	return writes
}

func (v *Events) fdbKey(e sai.FdbEntry) (tables.FdbKey, bool) {
	k, _ := v.registry.Key(e.BV)
	vlan, ok := k.(sai.VlanKey)
	return tables.FdbKey{Vlan: tables.VlanID(vlan.ID), MAC: tables.MAC(e.MAC)}, ok
}

// bridgePort is the name of the port or LAG whose bridge port the attributes tell.
func (v *Events) bridgePort(attrs []sai.Attribute) (string, bool) {
	for _, a := range attrs {
		oid, ok := a.Value.(sai.OID)
		if a.Meta.ID != sai.FdbEntryAttrBridgePortID || !ok || oid == 0 {
			continue
		}
		k, _ := v.registry.Key(oid)
		bp, ok := k.(sai.BridgePortKey)
		if !ok {
			return "", false
		}
		return portName(bp.Port)
	}
	return "", false
}

func portName(k engine.Key) (string, bool) {
	switch p := k.(type) {
	case sai.PortKey:
		return p.Name, true
	case sai.LagKey:
		return p.Name, true
	}
	return "", false
}

func isDynamic(attrs []sai.Attribute) bool {
	for _, a := range attrs {
		if a.Meta.ID == sai.FdbEntryAttrType {
			return a.Value == any(sai.FdbEntryTypeDynamic)
		}
	}
	return false
}

// FlushRequest turns a message of FLUSHFDBREQUEST into a fact (sonic-contract 2.8): op ALL, PORT, VLAN or PORTVLAN. A malformed one is an error.
func (v *Events) FlushRequest(ctx context.Context, n db.Notification) error {
	v.flushes++
	f := tables.FdbFlushFact{Count: v.flushes}
	var err error
	switch n.Op {
	case "ALL":
	case "PORT":
		f.Port = n.Data
	case "VLAN":
		f.Vlan, err = vlanOf(n.Data)
	case "PORTVLAN":
		f.Port, f.Vlan, err = portVlanOf(n.Data)
	default:
		err = errors.New("op is none of ALL, PORT, VLAN, PORTVLAN")
	}
	if err != nil {
		return fmt.Errorf("FLUSHFDBREQUEST %s %q: %w", n.Op, n.Data, err)
	}
	return v.facts.Write(ctx, []db.Write{tables.FactFdbFlush.Replace(n.Op+" "+n.Data, f)})
}
