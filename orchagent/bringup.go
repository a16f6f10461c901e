package orchagent

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Views is what an ASIC behind SONiC's syncd offers around a start; nil for an ASIC that is called directly.
type Views interface {
	InitView(ctx context.Context) sai.Status
	ApplyView(ctx context.Context) sai.Status
}

// BringUp is what the start of orchagent needs (sonic-contract 4.2): the ASIC, where names are kept, and which port has which lanes.
type BringUp struct {
	API      sai.API
	Views    Views
	Names    objects.Names
	Alloc    objects.Allocator
	Registry *objects.Registry
	MAC      tables.MAC
	// Ports are the configured ports' lanes by name, from PORT_TABLE once PortConfigDone is there.
	Ports map[string][]uint32
}

// Switch is a brought-up switch.
type Switch struct {
	OID       sai.OID
	Permanent map[engine.Key]bool
	Facts     tables.SwitchFact
	Acl       tables.AclFact
	Hash      tables.HashFact
}

// defaultBridge is the name of the switch's own 802.1Q bridge.
const defaultBridge = "default"

// The objects that every switch makes for itself, by the attribute that tells them.
var defaults = []struct {
	attr uint16
	key  engine.Key
}{
	{sai.SwitchAttrCpuPort, sai.PortKey{Name: CPU}},
	{sai.SwitchAttrDefaultVirtualRouterID, sai.VirtualRouterKey{}},
	{sai.SwitchAttrDefaultVlanID, sai.VlanKey{ID: uint16(defaultVlan)}},
	{sai.SwitchAttrDefault1qBridgeID, sai.BridgeKey{Name: defaultBridge}},
	{sai.SwitchAttrDefaultStpInstID, sai.StpKey{Name: "default"}},
	{sai.SwitchAttrDefaultTrapGroup, sai.HostifTrapGroupKey{Name: "default"}},
	{sai.SwitchAttrEcmpHash, ecmpHash()},
	{sai.SwitchAttrLagHash, lagHash()},
}

// Run brings the switch up, or finds it as a predecessor left it: a switch that has a name is adopted, and nothing is touched here.
func (b *BringUp) Run(ctx context.Context) (Switch, error) {
	known, err := b.Names.Load(ctx)
	if err != nil {
		return Switch{}, fmt.Errorf("natural keys: %w", err)
	}
	sw := Switch{Permanent: map[engine.Key]bool{sai.SwitchKey{}: true}}
	for _, d := range defaults {
		sw.Permanent[d.key] = true
	}
	for _, n := range known {
		k, err := sai.ParseKey(n.Key)
		if err != nil {
			return sw, fmt.Errorf("natural key of %s: %w", n.OID, err)
		}
		b.Registry.Put(k, n.OID)
		if k == (sai.SwitchKey{}) {
			sw.OID = n.OID
		}
	}
	if sw.OID == 0 {
		if err := b.cold(ctx, &sw); err != nil {
			return sw, err
		}
	}
	return sw, b.readFacts(ctx, &sw)
}

// cold creates the switch, clears what its default VLAN brings, names what it has made, and applies the view. The names are kept last and at
// once, the switch's own among them: a start that dies half way is repeated as a whole.
func (b *BringUp) cold(ctx context.Context, sw *Switch) error {
	if b.Views != nil {
		if s := b.Views.InitView(ctx); s != sai.StatusSuccess {
			return s.Err("init view")
		}
	}
	var err error
	if sw.OID, err = b.createSwitch(ctx); err != nil {
		return err
	}
	b.Registry.Put(sai.SwitchKey{}, sw.OID)
	names := []objects.Named{{OID: sw.OID, Key: sai.SwitchKey{}.String()}}
	name := func(k engine.Key, oid sai.OID) {
		b.Registry.Put(k, oid)
		names = append(names, objects.Named{OID: oid, Key: k.String()})
	}
	for _, d := range defaults {
		oid, err := b.get(ctx, sai.ObjectTypeSwitch, sw.OID, d.attr)
		if err != nil {
			return err
		}
		if oid, ok := oid.(sai.OID); ok && oid != 0 {
			name(d.key, oid)
		}
	}
	if err := b.clearDefaultVlan(ctx); err != nil {
		return err
	}
	if err := b.namePorts(ctx, sw.OID, name); err != nil {
		return err
	}
	if b.Views != nil {
		if s := b.Views.ApplyView(ctx); s != sai.StatusSuccess {
			return s.Err("apply view")
		}
	}
	if err := b.Names.Store(ctx, names); err != nil {
		return fmt.Errorf("natural keys: %w", err)
	}
	return nil
}

func (b *BringUp) createSwitch(ctx context.Context) (sai.OID, error) {
	meta := sai.ObjectTypeSwitch.Meta()
	attrs := []sai.Attribute{
		{Meta: meta.Attr(sai.SwitchAttrInitSwitch), Value: true},
		{Meta: meta.Attr(sai.SwitchAttrFdbEventNotify), Value: callback},
		{Meta: meta.Attr(sai.SwitchAttrPortStateChangeNotify), Value: callback},
		{Meta: meta.Attr(sai.SwitchAttrSwitchShutdownRequestNotify), Value: callback},
	}
	if !b.MAC.IsZero() {
		attrs = append(attrs, sai.Attribute{Meta: meta.Attr(sai.SwitchAttrSrcMACAddress), Value: sai.MAC(b.MAC)})
	}
	return b.create(ctx, sai.ObjectTypeSwitch, attrs)
}

// clearDefaultVlan removes the memberships of the default VLAN and the bridge ports of ports: SONiC's ports start routed (sonic-contract 4.3).
func (b *BringUp) clearDefaultVlan(ctx context.Context) error {
	vlan, _ := b.Registry.OID(sai.VlanKey{ID: uint16(defaultVlan)})
	bridge, _ := b.Registry.OID(sai.BridgeKey{Name: defaultBridge})
	if err := b.removeListed(ctx, sai.ObjectTypeVlan, vlan, sai.VlanAttrMemberList, sai.ObjectTypeVlanMember, nil); err != nil {
		return err
	}
	portsOnly := func(oid sai.OID) (bool, error) {
		kind, err := b.get(ctx, sai.ObjectTypeBridgePort, oid, sai.BridgePortAttrType)
		return kind == any(sai.BridgePortTypePort), err
	}
	return b.removeListed(ctx, sai.ObjectTypeBridge, bridge, sai.BridgeAttrPortList, sai.ObjectTypeBridgePort, portsOnly)
}

func (b *BringUp) removeListed(ctx context.Context, of sai.ObjectType, oid sai.OID, attr uint16, member sai.ObjectType, keep func(sai.OID) (bool, error)) error {
	v, err := b.get(ctx, of, oid, attr)
	if err != nil {
		return err
	}
	list, _ := v.(sai.ObjectList)
	var gone []sai.Object
	for _, m := range list {
		if keep != nil {
			if ok, err := keep(m); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
		}
		gone = append(gone, sai.Object{Type: member, OID: m})
	}
	if len(gone) == 0 {
		return nil
	}
	for i, s := range b.API.Remove(ctx, member, gone) {
		if s != sai.StatusSuccess {
			return s.Err("remove " + gone[i].String())
		}
	}
	return nil
}

// namePorts gives the switch's ports the names that the configuration has for their lanes. Ports of other lanes are named by those, so that the
// engine finds and removes them: they are not configured.
func (b *BringUp) namePorts(ctx context.Context, sw sai.OID, name func(engine.Key, sai.OID)) error {
	v, err := b.get(ctx, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList)
	if err != nil {
		return err
	}
	configured := map[string]string{}
	for port, lanes := range b.Ports {
		configured[lanesText(lanes)] = port
	}
	list, _ := v.(sai.ObjectList)
	for _, oid := range list {
		v, err := b.get(ctx, sai.ObjectTypePort, oid, sai.PortAttrHwLaneList)
		if err != nil {
			return err
		}
		lanes, _ := v.(sai.U32List)
		text := lanesText(lanes)
		if port, ok := configured[text]; ok {
			name(sai.PortKey{Name: port}, oid)
		} else {
			name(sai.PortKey{Name: "#" + text}, oid)
		}
	}
	return nil
}

// lanesText is the canonical text of a set of lanes.
func lanesText(lanes []uint32) string {
	sorted := slices.Clone(lanes)
	slices.Sort(sorted)
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(sorted), " ", ","), "[]")
}

func (b *BringUp) readFacts(ctx context.Context, sw *Switch) error {
	groups, err := b.get(ctx, sai.ObjectTypeSwitch, sw.OID, sai.SwitchAttrNumberOfEcmpGroups)
	if err != nil {
		return err
	}
	sw.Facts.MaxNexthopGroups, _ = groups.(uint32)
	mac, err := b.get(ctx, sai.ObjectTypeSwitch, sw.OID, sai.SwitchAttrSrcMACAddress)
	if err != nil {
		return err
	}
	m, _ := mac.(sai.MAC)
	sw.Facts.MAC = tables.MAC(m)
	sw.Facts.FecOverride = b.canSet(ctx, sw.OID, sai.ObjectTypePort, sai.PortAttrAutoNegFecModeOverride)
	sw.Facts.PortTPID = b.canSet(ctx, sw.OID, sai.ObjectTypePort, sai.PortAttrTpid)
	sw.Facts.LagTPID = b.canSet(ctx, sw.OID, sai.ObjectTypeLag, sai.LagAttrTpid)
	sw.Facts.PortIngressMirror = b.canSet(ctx, sw.OID, sai.ObjectTypePort, sai.PortAttrIngressMirrorSession)
	sw.Facts.PortEgressMirror = b.canSet(ctx, sw.OID, sai.ObjectTypePort, sai.PortAttrEgressMirrorSession)
	sw.Facts.PortIngressSampleMirror = b.canSet(ctx, sw.OID, sai.ObjectTypePort, sai.PortAttrIngressSampleMirrorSession)
	sw.Facts.SampleTruncation = b.canSet(ctx, sw.OID, sai.ObjectTypeSamplepacket, sai.SamplepacketAttrTruncateSize)
	// An ASIC that does not tell has as many as it takes.
	if classes, err := b.get(ctx, sai.ObjectTypeSwitch, sw.OID, sai.SwitchAttrQosMaxNumberOfTrafficClasses); err == nil {
		sw.Facts.TrafficClasses, _ = classes.(uint8)
	}
	sw.Acl = readAcl(ctx, b.API, sw.OID)
	sw.Hash = b.readHash(ctx, sw.OID)
	return nil
}

// canSet asks for a capability; an ASIC that does not answer has it not.
func (b *BringUp) canSet(ctx context.Context, sw sai.OID, t sai.ObjectType, attr uint16) bool {
	c, s := b.API.AttributeCapability(ctx, sw, t.Meta().Attr(attr))
	return s == sai.StatusSuccess && c.Set
}

func (b *BringUp) create(ctx context.Context, t sai.ObjectType, attrs []sai.Attribute) (sai.OID, error) {
	request := sai.CreateRequest{Object: sai.Object{Type: t}, Attrs: attrs}
	if b.Alloc != nil {
		oids, err := b.Alloc.Allocate(ctx, t, 1)
		if err != nil {
			return 0, fmt.Errorf("create %s: %w", t, err)
		}
		request.Object.OID = oids[0]
	}
	r := b.API.Create(ctx, t, []sai.CreateRequest{request})[0]
	if r.Status != sai.StatusSuccess {
		return 0, r.Status.Err("create " + t.String())
	}
	return r.OID, nil
}

func (b *BringUp) get(ctx context.Context, t sai.ObjectType, oid sai.OID, attr uint16) (any, error) {
	m := t.Meta().Attr(attr)
	r := b.API.Get(ctx, t, []sai.GetRequest{{Object: sai.Object{Type: t, OID: oid}, Attrs: []sai.Attribute{{Meta: m}}}})[0]
	if r.Status != sai.StatusSuccess {
		return nil, r.Status.Err("get " + m.Name)
	}
	return r.Attrs[0].Value, nil
}
