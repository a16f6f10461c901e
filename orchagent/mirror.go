package orchagent

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerMirror gives the engine the translation of mirror sessions. As in SONiC it reads CONFIG_DB.
func registerMirror(e *engine.Engine, redis db.Store, r *routes) {
	e.Source(redis, engine.Normal, tables.ConfigMirrorSession.Schema)
	e.Sink(redis, tables.StateMirrorSession.Schema, tables.StateMirrorCapability.Schema)
	engine.On(e, tables.ConfigMirrorSession, mirrors{r}.session)
	engine.On(e, tables.FactSwitch, mirrorCapability)
}

// mirrorCapability publishes what the ASIC can do.
func mirrorCapability(tx *engine.Tx, _ string, f tables.SwitchFact) error {
	engine.Publish(tx, tables.StateMirrorCapability, tables.SwitchKeyName, tables.MirrorCapabilityRow{
		PortIngress: f.PortIngressMirror, PortEgress: f.PortEgressMirror, IngressSample: f.PortIngressSampleMirror, Truncation: f.SampleTruncation,
	})
	return nil
}

// mirrors are the sessions that copies of frames go by (sonic-contract 4.10).
type mirrors struct{ routes *routes }

// session wants a session as far as its destination is resolved: until then it is inactive, and not in the ASIC.
func (m mirrors) session(tx *engine.Tx, name string, r tables.MirrorSessionRow) error {
	if err := checkMirror(tx, r); err != nil {
		return err
	}
	state := tables.MirrorStateRow{RoutePrefix: "0.0.0.0/0", NextHopIP: "0.0.0.0@", SampleRate: r.SampleRate, TruncateSize: r.TruncateSize}
	k := sai.MirrorSessionKey{Name: name}
	if r.Type == tables.MirrorSpan {
		engine.Want(tx, k, append(mirrorCommon(r), sai.MirrorSessionTypeAttr(sai.MirrorSessionTypeLocal), sai.MirrorSessionMonitorPort(sai.PortKey{Name: r.DstPort}))...)
		state.MonitorPort = r.DstPort
	} else {
		w, resolved := m.resolve(tx, *r.DstIP, &state)
		if !resolved {
			engine.Publish(tx, tables.StateMirrorSession, name, state)
			return nil
		}
		engine.Want(tx, k, append(mirrorCommon(r), erspan(tx, r, w)...)...)
		state.MonitorPort, state.DstMAC, state.VlanID = w.port, w.mac, w.vlan
	}
	state.Status = true
	engine.Publish(tx, tables.StateMirrorSession, name, state, k)
	mirrorPorts(tx, k, r)
	return nil
}

// checkMirror says why a session cannot be.
func checkMirror(tx *engine.Tx, r tables.MirrorSessionRow) error {
	bad := func(field, value, reason string) error {
		return &db.FieldError{Field: field, Value: value, Reason: reason}
	}
	fact, told := engine.Get(tx, tables.FactSwitch, tables.SwitchKeyName)
	switch {
	case r.Type == tables.MirrorSpan && !isPhysical(r.DstPort):
		return bad("dst_port", r.DstPort, "is no port")
	case r.Type == tables.MirrorErspan && r.SrcIP == nil:
		return bad("src_ip", "", "is missing")
	case r.Type == tables.MirrorErspan && r.DstIP == nil:
		return bad("dst_ip", "", "is missing")
	case r.Type == tables.MirrorErspan && r.SrcIP.Is4() != r.DstIP.Is4():
		return bad("dst_ip", r.DstIP.String(), "is of another version of IP than src_ip")
	case r.Queue != nil && told && fact.TrafficClasses > 0 && *r.Queue >= fact.TrafficClasses:
		return bad("queue", strconv.Itoa(int(*r.Queue)), fmt.Sprintf("is not below %d", fact.TrafficClasses))
	case r.TruncateSize > 0 && r.SampleRate == 0:
		return bad("truncate_size", strconv.FormatUint(uint64(r.TruncateSize), 10), "needs a sample_rate")
	case r.SampleRate > 0 && (r.Direction == nil || r.Direction.Out):
		return bad("sample_rate", strconv.FormatUint(uint64(r.SampleRate), 10), "needs the direction RX")
	case r.SampleRate > 0 && told && !fact.PortIngressSampleMirror:
		return bad("sample_rate", strconv.FormatUint(uint64(r.SampleRate), 10), "is nothing that this ASIC can do")
	}
	for _, port := range r.SrcPorts {
		if !isPhysical(port) && !isLag(port) {
			return bad("src_port", port, "is neither a port nor a PortChannel")
		}
		if lag, in := lagOf(tx, port); in && slices.Contains(r.SrcPorts, lag) {
			return bad("src_port", port, "is a member of "+lag+", which is in the list as well")
		}
	}
	return nil
}

// mirrorCommon is what sessions of either type have.
func mirrorCommon(r tables.MirrorSessionRow) (a []engine.Attr[sai.MirrorSessionKey]) {
	if r.Queue != nil && *r.Queue != 0 {
		a = append(a, sai.MirrorSessionTc(*r.Queue))
	}
	if r.Policer != "" {
		a = append(a, sai.MirrorSessionPolicer(sai.PolicerKey{Name: r.Policer}))
	}
	return a
}

// erspan is the header that copies get.
func erspan(tx *engine.Tx, r tables.MirrorSessionRow, w way) []engine.Attr[sai.MirrorSessionKey] {
	fact, _ := engine.Get(tx, tables.FactSwitch, tables.SwitchKeyName)
	version := uint8(4)
	if r.DstIP.Is6() {
		version = 6
	}
	a := []engine.Attr[sai.MirrorSessionKey]{
		sai.MirrorSessionMonitorPort(sai.PortKey{Name: w.port}), sai.MirrorSessionTypeAttr(sai.MirrorSessionTypeEnhancedRemote),
		sai.MirrorSessionErspanEncapsulationType(sai.ErspanEncapsulationTypeMirrorL3GreTunnel), sai.MirrorSessionIphdrVersion(version),
		sai.MirrorSessionTos(or(r.DSCP, tables.DefaultMirrorDSCP) << 2), sai.MirrorSessionTtl(or(r.TTL, tables.DefaultMirrorTTL)),
		sai.MirrorSessionSrcIPAddress(*r.SrcIP), sai.MirrorSessionDstIPAddress(*r.DstIP),
		sai.MirrorSessionSrcMACAddress(sai.MAC(fact.MAC)), sai.MirrorSessionDstMACAddress(sai.MAC(w.mac)),
		sai.MirrorSessionGreProtocolType(uint16(or(r.GreType, tables.DefaultMirrorGreType))),
	}
	if w.vlan != 0 {
		a = append(a, sai.MirrorSessionVlanHeaderValid(true), sai.MirrorSessionVlanTpid(defaultTPID), sai.MirrorSessionVlanID(w.vlan), sai.MirrorSessionVlanPri(0),
			sai.MirrorSessionVlanCfi(0))
	}
	return a
}

func or[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}

// mirrorPorts has frames of the session's ports copied. A LAG's are those of its members.
func mirrorPorts(tx *engine.Tx, k sai.MirrorSessionKey, r tables.MirrorSessionRow) {
	if r.Direction == nil || len(r.SrcPorts) == 0 {
		return
	}
	sample := sai.SamplepacketKey{Name: mirrorSample(k.Name)}
	if r.SampleRate > 0 {
		engine.Want(tx, sample, append(truncation(r.TruncateSize), sai.SamplepacketSampleRate(r.SampleRate),
			sai.SamplepacketTypeAttr(sai.SamplepacketTypeMirrorSession), sai.SamplepacketModeAttr(sai.SamplepacketModeShared))...)
	}
	for _, port := range portsOf(tx, r.SrcPorts) {
		p := sai.PortKey{Name: port}
		switch {
		case r.SampleRate > 0:
			engine.Set(tx, p, sai.PortIngressSamplepacketEnable(sample), sai.PortIngressSampleMirrorSession(k))
			continue
		case r.Direction.In:
			engine.Set(tx, p, sai.PortIngressMirrorSession(k))
		}
		if r.Direction.Out {
			engine.Set(tx, p, sai.PortEgressMirrorSession(k))
		}
	}
}

// mirrorSample is the natural key of a session's sampling, which is none of sFlow's.
func mirrorSample(session string) string { return "mirror " + session }

func truncation(size uint32) []engine.Attr[sai.SamplepacketKey] {
	if size == 0 {
		return nil
	}
	return []engine.Attr[sai.SamplepacketKey]{sai.SamplepacketTruncateEnable(true), sai.SamplepacketTruncateSize(size)}
}

// portsOf are the ports, with the members in the place of LAGs.
func portsOf(tx *engine.Tx, names []string) (ports []string) {
	for _, name := range names {
		if !isLag(name) {
			ports = append(ports, name)
			continue
		}
		for k := range engine.Each(tx, tables.ApplLagMembership) {
			if k.Lag == name {
				ports = append(ports, k.Port)
			}
		}
	}
	return ports
}

// way is how frames reach an address.
type way struct {
	port string // physical
	mac  tables.MAC
	vlan uint16 // of the tag that they have; 0: none
}

// resolve finds the way to a session's destination, as a packet to it would go: it is a neighbour itself, or behind the first next hop, by address, whose
// neighbour and port are known.
func (m mirrors) resolve(tx *engine.Tx, dst netip.Addr, state *tables.MirrorStateRow) (way, bool) {
	prefix, hops := m.routes.longest(tx, dst)
	if prefix.IsValid() {
		state.RoutePrefix = prefix.String()
	}
	if name, attached := interfaceOf(tx, dst); attached {
		hops = append([]tables.NextHop{{Interface: name, IP: dst}}, hops...)
	}
	for _, h := range hops {
		to := tables.NeighKey{Interface: h.Interface, IP: h.IP}
		if h.IP.IsUnspecified() {
			to.IP = dst
		}
		n, known := engine.Get(tx, tables.ApplNeigh, to)
		if !known {
			askToResolve(tx, tables.NextHop{Interface: to.Interface, IP: to.IP})
			continue
		}
		if w, ok := wayBy(tx, to.Interface, n.MAC); ok {
			state.NextHopIP = h.IP.String() + "@" + h.Interface
			return w, true
		}
	}
	return way{}, false
}

// wayBy is the way to a neighbour on an interface.
func wayBy(tx *engine.Tx, name string, mac tables.MAC) (way, bool) {
	parent, vlan, _ := splitSubInterface(name)
	if strings.HasPrefix(parent, "Vlan") {
		id, err := tables.ParseVlanID(parent)
		if err != nil {
			return way{}, false
		}
		vlan = uint16(id)
		port, known := stationAt(tx, tables.FdbKey{Vlan: id, MAC: mac})
		if !known {
			return way{}, false
		}
		parent = port
	}
	if isLag(parent) {
		member, ok := carrier(tx, parent)
		return way{member, mac, vlan}, ok
	}
	return way{parent, mac, vlan}, isPhysical(parent)
}

// stationAt is where an address is, configured or learned.
func stationAt(tx *engine.Tx, k tables.FdbKey) (port string, known bool) {
	r, known := engine.Get(tx, tables.ApplFdb, k)
	if !known {
		r, known = engine.Get(tx, tables.FactFdb, k)
	}
	return r.Port, known
}

// carrier is the first member of a LAG that carries frames, or else the first.
func carrier(tx *engine.Tx, lag string) (string, bool) {
	var first string
	for k, r := range engine.Each(tx, tables.ApplLagMember) {
		switch {
		case k.Lag != lag:
		case bool(r.Status) && operUp(tx, k.Port):
			return k.Port, true
		case first == "":
			first = k.Port
		}
	}
	return first, first != ""
}
