package orchagent

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func registerPolicer(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, tables.ConfigPolicer.Schema, tables.ConfigStorm.Schema)
	e.Sink(redis, tables.CountersPolicerName.Schema)
	engine.On(e, tables.ConfigPolicer, policer)
	engine.On(e, tables.ConfigStorm, storm)
}

func policer(tx *engine.Tx, name string, r tables.PolicerRow) error {
	k := sai.PolicerKey{Name: name}
	engine.Want(tx, k, policerAttrs(r)...)
	engine.PublishIdentity(tx, tables.CountersPolicerName, name, k)
	return nil
}

// policerAttrs are what is configured of a policer. SAI demands meter type and mode; SONiC's default colour source is blind.
func policerAttrs(r tables.PolicerRow) []engine.Attr[sai.PolicerKey] {
	meter, mode, color := tables.MeterPackets, tables.PolicerSrTCM, tables.ColorBlind
	if r.MeterType != nil {
		meter = *r.MeterType
	}
	if r.Mode != nil {
		mode = *r.Mode
	}
	if r.Color != nil {
		color = *r.Color
	}
	attrs := []engine.Attr[sai.PolicerKey]{
		sai.PolicerMeterType(sai.MeterType(meter)), sai.PolicerModeAttr(sai.PolicerMode(mode)), sai.PolicerColorSourceAttr(sai.PolicerColorSource(color)),
	}
	attrs = given(attrs, r.CIR, sai.PolicerCir)
	attrs = given(attrs, r.CBS, sai.PolicerCbs)
	if mode != tables.PolicerStorm {
		if mode == tables.PolicerTrTCM {
			attrs = given(attrs, r.PIR, sai.PolicerPir)
		}
		attrs = given(attrs, r.PBS, sai.PolicerPbs)
	}
	for _, c := range []struct {
		action *tables.PolicerAction
		attr   func(sai.PacketAction) engine.Attr[sai.PolicerKey]
	}{{r.Green, sai.PolicerGreenPacketAction}, {r.Yellow, sai.PolicerYellowPacketAction}, {r.Red, sai.PolicerRedPacketAction}} {
		if c.action != nil {
			attrs = append(attrs, c.attr(sai.PacketAction(*c.action)))
		}
	}
	return attrs
}

// storm limits a port's frames of a kind, by a policer of its own.
func storm(tx *engine.Tx, k tables.StormKey, r tables.StormRow) error {
	if !isPhysical(k.Port) {
		return &db.FieldError{Key: tables.ConfigStorm.EncodeKey(k), Reason: fmt.Sprintf("names %q, which is no port", k.Port)}
	}
	p := sai.PolicerKey{Name: "_" + k.Port + "_" + string(k.Kind)}
	attrs := []engine.Attr[sai.PolicerKey]{
		sai.PolicerMeterType(sai.MeterTypeBytes), sai.PolicerModeAttr(sai.PolicerModeStormControl), sai.PolicerCir(r.Kbps * 1000 / 8),
		sai.PolicerRedPacketAction(sai.PacketActionDrop),
	}
	engine.Want(tx, p, attrs...)
	port := sai.PortKey{Name: k.Port}
	switch k.Kind {
	case tables.StormBroadcast:
		engine.Set(tx, port, sai.PortBroadcastStormControlPolicerID(p))
	case tables.StormUnknownUnicast:
		engine.Set(tx, port, sai.PortFloodStormControlPolicerID(p))
	case tables.StormUnknownMulticast:
		engine.Set(tx, port, sai.PortMulticastStormControlPolicerID(p))
	}
	return nil
}
