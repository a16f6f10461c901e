package orchagent

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerBuffers adds pools, profiles, and who uses them.
func registerBuffers(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, tables.ApplBufferPool.Schema, tables.ApplBufferProfile.Schema, tables.ApplBufferPG.Schema, tables.ApplBufferQueue.Schema,
		tables.ApplBufferIngress.Schema, tables.ApplBufferEgress.Schema)
	e.Sink(redis, tables.StateBufferLimit.Schema, tables.CountersBufferPool.Schema)
	engine.On(e, tables.ApplBufferPool, bufferPool)
	engine.On(e, tables.ApplBufferProfile, bufferProfile)
	engine.On(e, tables.ApplBufferPG, bufferGroups)
	engine.On(e, tables.ApplBufferQueue, bufferQueues)
	engine.On(e, tables.ApplBufferIngress, bufferList(sai.PortQosIngressBufferProfileList))
	engine.On(e, tables.ApplBufferEgress, bufferList(sai.PortQosEgressBufferProfileList))
	engine.On(e, tables.FactPortParts, bufferLimits)
}

func bufferPool(tx *engine.Tx, name string, r tables.BufferPoolRow) error {
	pool := sai.BufferPoolKey{Name: name}
	attrs := []engine.Attr[sai.BufferPoolKey]{
		sai.BufferPoolTypeAttr(sai.BufferPoolType(r.Type)), sai.BufferPoolThresholdModeAttr(sai.BufferPoolThresholdMode(r.Mode)), sai.BufferPoolSize(r.Size),
	}
	engine.Want(tx, pool, given(attrs, r.Xoff, sai.BufferPoolXoffSize)...)
	engine.PublishIdentity(tx, tables.CountersBufferPool, name, pool)
	if polled(tx, tables.FlexPoolWatermark) {
		poll(tx, tables.FlexPoolWatermarkGroup, pool, tables.FlexObjectRow{Pool: names(sai.BufferPoolStatWatermarkBytes, sai.BufferPoolStatXoffRoomWatermarkBytes)})
	}
	return nil
}

func bufferProfile(tx *engine.Tx, name string, r tables.BufferProfileRow) error {
	attrs := []engine.Attr[sai.BufferProfileKey]{sai.BufferProfilePoolID(sai.BufferPoolKey{Name: string(r.Pool)}), sai.BufferProfileReservedBufferSize(r.Size)}
	attrs = given(attrs, r.Xon, sai.BufferProfileXonTh)
	attrs = given(attrs, r.XonOffset, sai.BufferProfileXonOffsetTh)
	attrs = given(attrs, r.Xoff, sai.BufferProfileXoffTh)
	if r.DynamicTh != nil {
		attrs = append(attrs, sai.BufferProfileThresholdModeAttr(sai.BufferProfileThresholdModeDynamic), sai.BufferProfileSharedDynamicTh(*r.DynamicTh))
	} else {
		attrs = append(attrs, sai.BufferProfileThresholdModeAttr(sai.BufferProfileThresholdModeStatic))
		attrs = given(attrs, r.StaticTh, sai.BufferProfileSharedStaticTh)
	}
	if r.Discard != nil {
		action := sai.BufferProfilePacketAdmissionFailActionDrop
		if *r.Discard == tables.DiscardTrim {
			action = sai.BufferProfilePacketAdmissionFailActionDropAndTrim
		}
		attrs = append(attrs, sai.BufferProfilePacketAdmissionFailActionAttr(action))
	}
	engine.Want(tx, sai.BufferProfileKey{Name: name}, attrs...)
	return nil
}

// profileThere tells whether a profile that a field names is there, and its pool: a port must not wait for one.
func profileThere(tx *engine.Tx, field string, name tables.Reference) bool {
	if !row(tx, field, tables.ApplBufferProfile, name) {
		return false
	}
	profile, _ := engine.Get(tx, tables.ApplBufferProfile, string(name))
	if _, ok := engine.Get(tx, tables.ApplBufferPool, string(profile.Pool)); !ok {
		complain(tx, field, name, fmt.Sprintf("names a profile of the pool %q, which there is not", profile.Pool))
		return false
	}
	return true
}

func bufferGroups(tx *engine.Tx, k tables.PartsKey, r tables.BufferUseRow) error {
	if !profileThere(tx, "profile", r.Profile) {
		return nil
	}
	count := func(parts tables.PortPartsFact) int { return int(parts.PriorityGroups) }
	return eachPart(tx, k, "priority groups", count, func(port sai.PortKey, index uint8, _ tables.PortPartsFact) {
		group := sai.IngressPriorityGroupKey{Port: port, Index: index}
		engine.Set(tx, group, sai.IngressPriorityGroupBufferProfile(sai.BufferProfileKey{Name: string(r.Profile)}))
	})
}

func bufferQueues(tx *engine.Tx, k tables.PartsKey, r tables.BufferUseRow) error {
	if !profileThere(tx, "profile", r.Profile) {
		return nil
	}
	return eachPart(tx, k, "queues", queueCount, func(port sai.PortKey, index uint8, _ tables.PortPartsFact) {
		engine.Set(tx, sai.QueueKey{Port: port, Index: index}, sai.QueueBufferProfileID(sai.BufferProfileKey{Name: string(r.Profile)}))
	})
}

// bufferList makes the translation of the profiles of ports in one direction.
func bufferList(attr func(...engine.Key) engine.Attr[sai.PortKey]) func(*engine.Tx, string, tables.BufferListRow) error {
	return func(tx *engine.Tx, ports string, r tables.BufferListRow) error {
		var profiles []engine.Key
		for _, name := range r.Profiles {
			if profileThere(tx, "profile_list", name) {
				profiles = append(profiles, sai.BufferProfileKey{Name: string(name)})
			}
		}
		return eachPort(ports, func(port sai.PortKey) { engine.Set(tx, port, attr(profiles...)) })
	}
}

// bufferLimits tells how many parts a port has.
func bufferLimits(tx *engine.Tx, port string, f tables.PortPartsFact) error {
	if len(f.Queues) > 0 || f.PriorityGroups > 0 {
		engine.Publish(tx, tables.StateBufferLimit, port, tables.BufferLimitRow{PriorityGroups: int(f.PriorityGroups), Queues: len(f.Queues)}, sai.PortKey{Name: port})
	}
	return nil
}
