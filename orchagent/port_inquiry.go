package orchagent

import (
	"context"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// PortInquiryKey is a question to the ASIC about a port. Like a flush it is an object: wanting it asks, the answer is a fact, and wanting one with another
// At asks again.
type PortInquiryKey struct {
	Port  sai.PortKey
	About string
	At    string
}

// What is asked about: what the port can do, the link that it has, and what it is made of.
const (
	aboutCapability = "capability"
	aboutLink       = "link"
	aboutParts      = "parts"
)

// KindPortInquiry is the kind of PortInquiryKey; its target is PortInquiries. A port is asked when it has been set.
var KindPortInquiry = &engine.Kind{Name: "PORT_INQUIRY", Rank: 1000}

// Kind implements engine.Key.
func (PortInquiryKey) Kind() *engine.Kind { return KindPortInquiry }

// Refs implements engine.Key.
func (k PortInquiryKey) Refs(yield func(engine.Key) bool) { yield(k.Port) }

func (k PortInquiryKey) String() string {
	return fmt.Sprintf("PORT_INQUIRY(%s,%s,%s)", k.Port, k.About, k.At)
}

// PortInquiries is the target of inquiries. An attribute that the ASIC does not tell is no fact.
type PortInquiries struct {
	api      sai.API
	registry *objects.Registry
	facts    db.Store
	parts    *PortParts
}

// NewPortInquiries asks api, and writes the answers to facts; parts are what ports are made of.
func NewPortInquiries(api sai.API, registry *objects.Registry, facts db.Store, parts *PortParts) *PortInquiries {
	return &PortInquiries{api, registry, facts, parts}
}

// Adopt implements engine.Adopter: ports whose parts a predecessor has asked for are asked again, so that they are forgotten when nobody wants them.
func (p *PortInquiries) Adopt(ctx context.Context, _ []*engine.Kind) (list []engine.Actual, err error) {
	var writes []db.Write
	for port := range p.parts.known() {
		oid, ok := p.registry.OID(port)
		if !ok {
			continue
		}
		f, err := p.parts.find(ctx, port, oid)
		if err != nil {
			return nil, err
		}
		writes = append(writes, tables.FactPortParts.Replace(port.Name, f))
		list = append(list, engine.Actual{Key: PortInquiryKey{Port: port, About: aboutParts}})
	}
	return list, p.facts.Write(ctx, writes)
}

// Apply implements engine.Target.
func (p *PortInquiries) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	var writes []db.Write
	for i, op := range ops {
		k := op.Key.(PortInquiryKey)
		oid, known := p.registry.OID(k.Port)
		switch {
		case op.Verb == engine.Remove && k.About == aboutParts:
			errs[i] = p.parts.lose(ctx, k.Port)
			writes = append(writes, tables.FactPortParts.Del(k.Port.Name))
		case op.Verb != engine.Create:
		case !known:
			errs[i] = &engine.Error{Class: engine.Transient, Err: fmt.Errorf("%s has no object id", k.Port)}
		case k.About == aboutParts:
			var f tables.PortPartsFact
			if f, errs[i] = p.parts.find(ctx, k.Port, oid); errs[i] == nil {
				writes = append(writes, tables.FactPortParts.Replace(k.Port.Name, f))
			}
		case k.About == aboutCapability:
			writes = append(writes, tables.FactPortCapability.Replace(k.Port.Name, p.capability(ctx, oid)))
		default:
			writes = append(writes, tables.FactPortLink.Replace(k.Port.Name, p.link(ctx, oid)))
		}
	}
	if len(writes) > 0 {
		_ = p.facts.Write(ctx, writes) // a store in memory, which fails with its context only
	}
	return errs
}

func (p *PortInquiries) capability(ctx context.Context, port sai.OID) (f tables.PortCapabilityFact) {
	v := p.get(ctx, port, sai.PortAttrSupportedSpeed, sai.PortAttrSupportedFecMode)
	speeds, _ := v[0].(sai.U32List)
	f.Speeds = speeds
	fecs, _ := v[1].(sai.S32List)
	var names []string
	for _, n := range fecs {
		if text, _ := fecOf(sai.PortFecMode(n)).MarshalText(); len(text) > 0 {
			names = append(names, string(text))
		}
	}
	f.FECs = strings.Join(names, ",")
	return f
}

func (p *PortInquiries) link(ctx context.Context, port sai.OID) (f tables.PortLinkFact) {
	v := p.get(ctx, port, sai.PortAttrOperSpeed, sai.PortAttrOperPortFecMode, sai.PortAttrRemoteAdvertisedSpeed, sai.PortAttrLinkTrainingRxStatus)
	f.Speed, _ = v[0].(uint32)
	if fec, ok := v[1].(sai.PortFecMode); ok {
		f.FEC = fecOf(fec)
	}
	speeds, _ := v[2].(sai.U32List)
	f.RemoteSpeeds = speedList(speeds)
	if s, ok := v[3].(sai.PortLinkTrainingRxStatus); ok {
		trained := s == sai.PortLinkTrainingRxStatusTrained
		f.Trained = &trained
	}
	return f
}

// get reads attributes, each in a request of its own, since an ASIC may know some and not others.
func (p *PortInquiries) get(ctx context.Context, port sai.OID, attrs ...uint16) []any {
	requests := make([]sai.GetRequest, len(attrs))
	for i, id := range attrs {
		requests[i] = sai.GetRequest{
			Object: sai.Object{Type: sai.ObjectTypePort, OID: port}, Attrs: []sai.Attribute{{Meta: sai.ObjectTypePort.Meta().Attr(id)}},
		}
	}
	values := make([]any, len(attrs))
	for i, r := range p.api.Get(ctx, sai.ObjectTypePort, requests) {
		if r.Status == sai.StatusSuccess && len(r.Attrs) > 0 {
			values[i] = r.Attrs[0].Value
		}
	}
	return values
}

func fecOf(m sai.PortFecMode) tables.FEC {
	switch m {
	case sai.PortFecModeNone:
		return tables.FECNone
	case sai.PortFecModeRs:
		return tables.FECRS
	case sai.PortFecModeFc:
		return tables.FECFC
	}
	return tables.FECUnset
}
