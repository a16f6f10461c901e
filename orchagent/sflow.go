package orchagent

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func registerSflow(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, tables.ApplSflow.Schema, tables.ApplSflowSession.Schema)
	engine.On(e, tables.ApplSflowSession, sflowSession)
}

// sflowSession has a port sampled. Ports of one rate share an object, which is there as long as one of them has it, sampled or not.
func sflowSession(tx *engine.Tx, port string, r tables.ApplSflowSessionRow) error {
	global, _ := engine.Get(tx, tables.ApplSflow, tables.Global)
	switch {
	case global.AdminState == nil || !bool(*global.AdminState):
		return nil
	case r.Rate == 0:
		return &db.FieldError{Field: "sample_rate", Value: "0", Reason: "samples nothing"}
	}
	sample, p := sai.SamplepacketKey{Name: "rate " + strconv.FormatUint(uint64(r.Rate), 10)}, sai.PortKey{Name: port}
	engine.Want(tx, sample, sai.SamplepacketSampleRate(r.Rate))
	if !bool(r.AdminState) {
		return nil
	}
	if r.Direction.In {
		engine.Set(tx, p, sai.PortIngressSamplepacketEnable(sample))
	}
	if r.Direction.Out {
		engine.Set(tx, p, sai.PortEgressSamplepacketEnable(sample))
	}
	return nil
}
