package orchagent

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// A flush of learned addresses is an object like any other: wanting FDB_FLUSH with a new name is what flushes. Withdrawing it does nothing. It
// waits for nothing: where there is no bridge port, nothing was learned.

// flushOnDown flushes what was learned on a port each time it goes down (sonic-contract 4.8). Only dynamic addresses go.
func flushOnDown(tx *engine.Tx, name string, r tables.PortOperFact) error {
	if r.Up || r.Downs == 0 {
		return nil
	}
	wantFlush(tx, name+"/"+strconv.FormatUint(r.Downs, 10), name, 0)
	return nil
}

// flushOnLagDown does it for a LAG, which has no count: the flush is withdrawn when it is up, and wanted anew when it goes down.
func flushOnLagDown(tx *engine.Tx, name string, r tables.ApplLagOperRow) error {
	if !r.OperStatus {
		wantFlush(tx, name, name, 0)
	}
	return nil
}

// flushOnRequest carries out FLUSHFDBREQUEST: everything, a port, a VLAN, or a port in a VLAN (sonic-contract 2.8).
func flushOnRequest(tx *engine.Tx, name string, r tables.FdbFlushFact) error {
	wantFlush(tx, name+"/"+strconv.FormatUint(r.Count, 10), r.Port, r.Vlan)
	return nil
}

func wantFlush(tx *engine.Tx, name, port string, vlan tables.VlanID) {
	attrs := []engine.Attr[sai.FdbFlushKey]{sai.FdbFlushEntryTypeAttr(sai.FdbFlushEntryTypeDynamic)}
	if port != "" {
		attrs = append(attrs, flushIn(sai.FdbFlushAttrBridgePortID, sai.BridgePortKey{Port: l2Port(port)}))
	}
	if vlan != 0 {
		attrs = append(attrs, flushIn(sai.FdbFlushAttrBvID, vlanKey(vlan)))
	}
	engine.Want(tx, sai.FdbFlushKey{Name: name}, attrs...)
}

func flushIn(attr uint16, k engine.Key) engine.Attr[sai.FdbFlushKey] {
	return engine.Attr[sai.FdbFlushKey]{ID: attr, Value: objects.IfExists{Key: k}}
}

// FlushBeforeRemoval has the target forget what was learned on a VLAN member or bridge port before that goes: the ASIC does not let go of a bridge
// port with addresses (sonic-contract 4.4).
func FlushBeforeRemoval(t *objects.Target) {
	t.BeforeRemove(sai.KindVlanMember, func(ctx context.Context, keys []engine.Key) {
		flushAll(ctx, t, keys, func(k engine.Key) []engine.AttrValue {
			m, _ := k.(sai.VlanMemberKey)
			return []engine.AttrValue{{ID: sai.FdbFlushAttrBridgePortID, Value: objects.IfExists{Key: m.BridgePort}}, {ID: sai.FdbFlushAttrBvID, Value: objects.IfExists{Key: m.Vlan}}}
		})
	})
	t.BeforeRemove(sai.KindBridgePort, func(ctx context.Context, keys []engine.Key) {
		flushAll(ctx, t, keys, func(k engine.Key) []engine.AttrValue {
			return []engine.AttrValue{{ID: sai.FdbFlushAttrBridgePortID, Value: objects.IfExists{Key: k}}}
		})
	})
}

// flushAll flushes for each key. A flush that fails shows in the removal that it makes impossible.
func flushAll(ctx context.Context, t *objects.Target, keys []engine.Key, in func(engine.Key) []engine.AttrValue) {
	dynamic := engine.AttrValue{ID: sai.FdbFlushAttrEntryType, Value: sai.FdbFlushEntryTypeDynamic}
	ops := make([]engine.Op, len(keys))
	for i, k := range keys {
		ops[i] = engine.Op{Verb: engine.Create, Key: sai.FdbFlushKey{Name: k.String()}, Attrs: append(in(k), dynamic)}
	}
	t.Apply(ctx, sai.KindFdbFlush, ops)
}

// vlanOf reads a VLAN as flush requests write it: 10 or Vlan10.
func vlanOf(text string) (tables.VlanID, error) {
	return tables.ParseVlanID("Vlan" + strings.TrimPrefix(text, "Vlan"))
}

func portVlanOf(text string) (string, tables.VlanID, error) {
	port, vlan, ok := strings.Cut(text, "|")
	if !ok {
		return "", 0, errors.New("not port|VLAN")
	}
	id, err := vlanOf(vlan)
	return port, id, err
}
