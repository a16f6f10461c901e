package orchagent

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Tunnels to other VTEPs are made as SONiC does on an ASIC that has tunnels between two (SAI_TUNNEL_PEER_MODE_P2P), which its virtual switch is too: one for
// each other VTEP, with a bridge port, beside the one that ends here.

// wantVtep wants a VTEP with its maps, and what ends tunnels at its address: as in SONiC it exists while something is mapped to it, not by its row alone. ok is
// false while it has no row.
func wantVtep(tx *engine.Tx, name string) (r tables.VxlanTunnelRow, ok bool) {
	if r, ok = engine.Get(tx, tables.ApplVxlanTunnel, name); !ok {
		return r, false
	}
	for _, m := range append(decapMaps(name), encapMaps(name)...) {
		k, _ := m.(sai.TunnelMapKey)
		engine.Want(tx, k)
	}
	attrs := tunnelAttrs(name, r, sai.TunnelPeerModeP2mp)
	if r.TTLMode != nil {
		mode := sai.TunnelTtlModePipeModel
		if *r.TTLMode == tables.VxlanUniform {
			mode = sai.TunnelTtlModeUniformModel
		}
		attrs = append(attrs, sai.TunnelDecapTtlMode(mode))
	}
	tunnel := sai.TunnelKey{Name: name}
	engine.Want(tx, tunnel, attrs...)
	showTunnel(tx, tunnel)
	end := []engine.Attr[sai.TunnelTermTableEntryKey]{
		sai.TunnelTermTableEntryVrID(sai.VirtualRouterKey{}), sai.TunnelTermTableEntryDstIP(r.SrcIP),
		sai.TunnelTermTableEntryTunnelType(sai.TunnelTypeVxlan), sai.TunnelTermTableEntryActionTunnelID(tunnel),
	}
	if r.DstIP == nil {
		end = append(end, sai.TunnelTermTableEntryTypeAttr(sai.TunnelTermTableEntryTypeP2mp))
	} else {
		end = append(end, sai.TunnelTermTableEntryTypeAttr(sai.TunnelTermTableEntryTypeP2p), sai.TunnelTermTableEntrySrcIP(*r.DstIP))
	}
	engine.Want(tx, sai.TunnelTermTableEntryKey{Name: name}, end...)
	return r, true
}

func tunnelAttrs(vtep string, r tables.VxlanTunnelRow, mode sai.TunnelPeerMode) []engine.Attr[sai.TunnelKey] {
	return []engine.Attr[sai.TunnelKey]{
		sai.TunnelTypeAttr(sai.TunnelTypeVxlan), sai.TunnelUnderlayInterface(sai.RouterInterfaceKey{Name: underlay}),
		sai.TunnelDecapMappers(decapMaps(vtep)...), sai.TunnelEncapMappers(encapMaps(vtep)...),
		sai.TunnelEncapSrcIP(r.SrcIP), sai.TunnelPeerModeAttr(mode),
	}
}

func decapMaps(vtep string) []engine.Key {
	return []engine.Key{
		sai.TunnelMapKey{Type: sai.TunnelMapTypeVniToVlanID, Name: vtep}, sai.TunnelMapKey{Type: sai.TunnelMapTypeVniToVirtualRouterID, Name: vtep},
	}
}

func encapMaps(vtep string) []engine.Key {
	return []engine.Key{
		sai.TunnelMapKey{Type: sai.TunnelMapTypeVlanIDToVni, Name: vtep}, sai.TunnelMapKey{Type: sai.TunnelMapTypeVirtualRouterIDToVni, Name: vtep},
	}
}

// showTunnel puts a tunnel on the maps of names, and has it counted.
func showTunnel(tx *engine.Tx, k sai.TunnelKey) {
	engine.PublishIdentity(tx, tables.CountersTunnelName, k.Name, k)
	engine.PublishByIdentity(tx, tables.CountersTunnelType, k, sai.TunnelTypeVxlan.String())
	if polled(tx, tables.FlexTunnel) {
		poll(tx, tables.FlexTunnelGroup, k, tables.FlexObjectRow{Tunnel: names(sai.TunnelStatInOctets, sai.TunnelStatInPackets, sai.TunnelStatOutOctets, sai.TunnelStatOutPackets)})
	}
}

// vxlanMap says which VLAN the frames of a VNI belong to; the way back is by the same entry, as SONiC has it. A VNI of routed packets has none. The tunnel
// of a VTEP that is told its only peer is a member of the VLAN.
func vxlanMap(tx *engine.Tx, k tables.VxlanMapKey, r tables.VxlanMapRow) error {
	vtep, ok := wantVtep(tx, k.Tunnel)
	if !ok {
		return nil // it waits, and runs again when the VTEP comes
	}
	if _, routed := vrfOfVNI(tx, r.VNI); routed {
		return nil
	}
	m := sai.TunnelMapKey{Type: sai.TunnelMapTypeVniToVlanID, Name: k.Tunnel}
	entry := sai.TunnelMapEntryKey{Map: m, Name: vniName(r.VNI)}
	engine.Want(tx, entry, sai.TunnelMapEntryTunnelMapType(m.Type), sai.TunnelMapEntryVniIDKey(r.VNI), sai.TunnelMapEntryVlanIDValue(uint16(r.Vlan)))
	engine.Require(tx, entry, vlanKey(r.Vlan))
	if vtep.DstIP != nil {
		wantTunnelMember(tx, r.Vlan, sai.TunnelKey{Name: k.Tunnel}, sai.BridgePortFdbLearningModeHw)
	}
	return nil
}

func vniName(vni tables.VNI) string { return strconv.FormatUint(uint64(vni), 10) }

// vrfOfVNI is the VRF whose packets a VNI carries.
func vrfOfVNI(tx *engine.Tx, vni tables.VNI) (vrf string, ok bool) {
	for _, r := range engine.Each(tx, tables.ApplVxlanVrf) {
		if r.VNI == vni {
			return r.Vrf, true
		}
	}
	return "", false
}

// wantTunnelMember makes a tunnel a member of a VLAN.
func wantTunnelMember(tx *engine.Tx, vlan tables.VlanID, tunnel sai.TunnelKey, learning sai.BridgePortFdbLearningMode) sai.VlanMemberKey {
	bp := sai.BridgePortKey{Port: tunnel}
	engine.Want(tx, bp, sai.BridgePortBridgeID(sai.BridgeKey{Name: defaultBridge}), sai.BridgePortAdminState(true), sai.BridgePortFdbLearningModeAttr(learning))
	m := sai.VlanMemberKey{Vlan: vlanKey(vlan), BridgePort: bp}
	engine.Want(tx, m, sai.VlanMemberVlanTaggingMode(sai.VlanTaggingModeUntagged))
	return m
}

// vxlanVrf maps the packets of a VRF to a VNI and back.
func vxlanVrf(tx *engine.Tx, k tables.VxlanMapKey, r tables.VxlanVrfRow) error {
	if _, ok := wantVtep(tx, k.Tunnel); !ok {
		return nil
	}
	vr := sai.VirtualRouterKey{Name: r.Vrf}
	out := sai.TunnelMapKey{Type: sai.TunnelMapTypeVirtualRouterIDToVni, Name: k.Tunnel}
	engine.Want(tx, sai.TunnelMapEntryKey{Map: out, Name: r.Vrf}, sai.TunnelMapEntryTunnelMapType(out.Type),
		sai.TunnelMapEntryVirtualRouterIDKey(vr), sai.TunnelMapEntryVniIDValue(r.VNI))
	in := routedVNI(k.Tunnel, r.VNI)
	engine.Want(tx, in, sai.TunnelMapEntryTunnelMapType(in.Map.Type), sai.TunnelMapEntryVniIDKey(r.VNI), sai.TunnelMapEntryVirtualRouterIDValue(vr))
	return nil
}

// routedVNI is the entry by which the packets of a VNI are routed.
func routedVNI(vtep string, vni tables.VNI) sai.TunnelMapEntryKey {
	return sai.TunnelMapEntryKey{Map: sai.TunnelMapKey{Type: sai.TunnelMapTypeVniToVirtualRouterID, Name: vtep}, Name: vniName(vni)}
}

// evpnVtep is the VTEP that EVPN announces; ok is false while there is none.
func evpnVtep(tx *engine.Tx) (name string, r tables.VxlanTunnelRow, ok bool) {
	first := ""
	for nvo, n := range engine.Each(tx, tables.ApplVxlanNvo) {
		if name == "" || nvo < first {
			first, name = nvo, n.SourceVtep
		}
	}
	if name == "" {
		return "", r, false
	}
	r, ok = engine.Get(tx, tables.ApplVxlanTunnel, name)
	return name, r, ok
}

const evpnPrefix = "EVPN_" // begins the names of tunnels that EVPN asked for

// wantPeer wants the tunnel from EVPN's VTEP to another one, and shows it. ok is false while EVPN has no VTEP.
func wantPeer(tx *engine.Tx, ip netip.Addr) (peer sai.TunnelKey, ok bool, err error) {
	vtep, r, ok := evpnVtep(tx)
	if !ok {
		return peer, false, nil
	}
	if ip.Is4() != r.SrcIP.Is4() {
		return peer, false, fmt.Errorf("the VTEP %s cannot be reached from %s", ip, r.SrcIP)
	}
	peer = sai.TunnelKey{Name: evpnPrefix + ip.String()}
	engine.Want(tx, peer, append(tunnelAttrs(vtep, r, sai.TunnelPeerModeP2p), sai.TunnelEncapDstIP(ip))...)
	showTunnel(tx, peer)
	engine.Publish(tx, tables.StateVxlanTunnel, peer.Name, tables.VxlanTunnelStateRow{SrcIP: r.SrcIP, DstIP: ip, Source: "EVPN", Oper: true}, peer)
	return peer, true, nil
}

// remoteVNI floods a VLAN to another VTEP.
func remoteVNI(tx *engine.Tx, k tables.RemoteVniKey, _ tables.RemoteVniRow) error {
	peer, ok, err := wantPeer(tx, k.Vtep)
	if ok {
		wantTunnelMember(tx, k.Vlan, peer, sai.BridgePortFdbLearningModeDisable)
	}
	return err
}

// vxlanFdb sends the frames for an address to another VTEP. As in SONiC the entry is static, so that it does not age, and lets the address be learned here when
// it moves; one that was configured here goes before it (sonic-contract 4.8).
func vxlanFdb(tx *engine.Tx, k tables.FdbKey, r tables.VxlanFdbRow) error {
	if here, configured := engine.Get(tx, tables.ApplFdb, k); configured && here.Type == tables.FdbStatic {
		return nil
	}
	if _, _, ok := evpnVtep(tx); !ok {
		return nil
	}
	entry := sai.FdbEntryKey{Vlan: vlanKey(k.Vlan), MAC: sai.MAC(k.MAC)}
	bp := sai.BridgePortKey{Port: sai.TunnelKey{Name: evpnPrefix + r.Vtep.String()}}
	attrs := []engine.Attr[sai.FdbEntryKey]{
		sai.FdbEntryTypeAttr(sai.FdbEntryTypeStatic), sai.FdbEntryBridgePortID(bp), sai.FdbEntryPacketAction(sai.PacketActionForward),
	}
	if r.Type == tables.FdbDynamic {
		attrs = append(attrs, sai.FdbEntryAllowMACMove(true))
	}
	engine.Want(tx, entry, attrs...)
	engine.Require(tx, entry, sai.VlanMemberKey{Vlan: vlanKey(k.Vlan), BridgePort: bp})
	return nil
}

// overlayHop wants the next hop to a router behind another VTEP, once the VNI is mapped to a VRF.
func overlayHop(tx *engine.Tx, h tables.NextHop) (sai.NextHopKey, bool) {
	vtep, _, ok := evpnVtep(tx)
	if !ok {
		return sai.NextHopKey{}, false
	}
	if _, ok, err := wantPeer(tx, h.IP); !ok || err != nil {
		return sai.NextHopKey{}, false
	}
	nh := sai.NextHopKey{Tunnel: sai.TunnelKey{Name: vtep}, IP: h.IP, Vni: h.VNI, MAC: sai.MAC(h.MAC)}
	engine.Want(tx, nh, sai.NextHopTypeAttr(sai.NextHopTypeTunnelEncap))
	engine.Require(tx, nh, routedVNI(vtep, h.VNI))
	return nh, true
}

func registerVxlan(e *engine.Engine, redis db.Store) {
	e.Source(redis, engine.Normal, tables.ApplVxlanTunnel.Schema, tables.ApplVxlanMap.Schema, tables.ApplVxlanNvo.Schema, tables.ApplVxlanVrf.Schema,
		tables.ApplRemoteVni.Schema)
	e.Source(redis, engine.Bulk, tables.ApplVxlanFdb.Schema)
	e.Sink(redis, tables.StateVxlanTunnel.Schema, tables.CountersTunnelName.Schema, tables.CountersTunnelType.Schema)
	engine.On(e, tables.ApplVxlanMap, vxlanMap)
	engine.On(e, tables.ApplVxlanVrf, vxlanVrf)
	engine.On(e, tables.ApplRemoteVni, remoteVNI)
	engine.On(e, tables.ApplVxlanFdb, vxlanFdb)
}
