package orchagent_test

import (
	"context"
	"testing"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// answers is an API that knows some attributes of ports.
type answers struct {
	sai.API
	known map[uint16]any
}

func (a answers) Get(_ context.Context, _ sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	out := make([]sai.GetResult, len(r))
	for i := range r {
		m := r[i].Attrs[0].Meta
		v, ok := a.known[m.ID]
		if !ok {
			out[i].Status = sai.StatusAttrNotImplemented0
			continue
		}
		out[i].Attrs = []sai.Attribute{{Meta: m, Value: v}}
	}
	return out
}

func TestPortInquiries(t *testing.T) {
	r := newReporter(t)
	api := answers{known: map[uint16]any{
		sai.PortAttrSupportedSpeed: sai.U32List{40000, 100000}, sai.PortAttrSupportedFecMode: sai.S32List{int32(sai.PortFecModeNone), int32(sai.PortFecModeRs), 99},
		sai.PortAttrOperSpeed: uint32(40000), sai.PortAttrOperPortFecMode: sai.PortFecModeRs, sai.PortAttrRemoteAdvertisedSpeed: sai.U32List{40000},
		sai.PortAttrLinkTrainingRxStatus: sai.PortLinkTrainingRxStatusTrained,
	}}
	target := orchagent.NewPortInquiries(api, r.registry, r.facts, nil)
	ask := func(v engine.Verb, port, about string) error {
		k := orchagent.PortInquiryKey{Port: sai.PortKey{Name: port}, About: about}
		return target.Apply(context.Background(), orchagent.KindPortInquiry, []engine.Op{{Verb: v, Key: k}})[0]
	}
	for _, about := range []string{"capability", "link"} {
		if err := ask(engine.Create, "Ethernet0", about); err != nil {
			t.Error(err)
		}
	}
	if err := ask(engine.Create, "Ethernet99", "link"); err == nil {
		t.Error("a port that is not there was asked")
	}
	want := func(capability, link string) {
		t.Helper()
		r.want(tables.FactPortCapability.Schema, capability)
		r.want(tables.FactPortLink.Schema, link)
	}
	want("Ethernet0 speeds=40000,100000 fecs=none,rs", "Ethernet0 speed=40000 fec=rs remote_speeds=40000 trained=true")
	if err := ask(engine.Remove, "Ethernet0", "link"); err != nil {
		t.Error(err)
	}
	clear(api.known) // an ASIC that tells nothing
	for _, about := range []string{"capability", "link"} {
		if err := ask(engine.Create, "Ethernet0", about); err != nil {
			t.Error(err)
		}
	}
	want("Ethernet0 NULL=NULL", "Ethernet0 NULL=NULL")
}
