package cfgmgr

import (
	"fmt"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// vxlanTunnel passes a VTEP on.
func vxlanTunnel(tx *engine.Tx, name string, r tables.VxlanTunnelRow) error {
	if !isHostAddress(r.SrcIP) {
		return badField(tables.ConfigVxlanTunnel, name, "src_ip", r.SrcIP, "is an address that no VTEP can have")
	}
	if r.DstIP != nil {
		switch {
		case !isHostAddress(*r.DstIP):
			return badField(tables.ConfigVxlanTunnel, name, "dst_ip", r.DstIP, "is an address that no VTEP can have")
		case r.DstIP.Is4() != r.SrcIP.Is4():
			return badField(tables.ConfigVxlanTunnel, name, "dst_ip", r.DstIP, fmt.Sprintf("is not of the family of src_ip, which is %s", r.SrcIP))
		}
	}
	engine.Publish(tx, tables.ApplVxlanTunnel, name, r)
	return nil
}

func isHostAddress(ip netip.Addr) bool {
	return !ip.Is4In6() && ip.Zone() == "" && !ip.IsUnspecified() && !ip.IsMulticast() && !ip.IsLoopback()
}

// vxlanMap passes the mapping of a VLAN on, once its VTEP and the VLAN are there.
func vxlanMap(tx *engine.Tx, k tables.VxlanMapKey, r tables.VxlanMapRow) error {
	if isVlanReserved(r.Vlan) {
		return badField(tables.ConfigVxlanMap, k, "vlan", r.Vlan, "is the reserved default VLAN")
	}
	engine.Publish(tx, tables.ApplVxlanMap, k, r, engine.Row(tables.ApplVxlanTunnel, k.Tunnel), engine.Row(tables.StateVlan, r.Vlan))
	return nil
}

// vxlanNvo passes on which VTEP is EVPN's.
func vxlanNvo(tx *engine.Tx, name string, r tables.VxlanNvoRow) error {
	if first, _, _ := evpn(tx); first != name {
		return badKey(tables.ConfigVxlanNvo, name, fmt.Sprintf("is one too many: %s is the NVO", first))
	}
	engine.Publish(tx, tables.ApplVxlanNvo, name, r, engine.Row(tables.ApplVxlanTunnel, r.SourceVtep))
	return nil
}

// evpn is the NVO, and its VTEP: the first by its name if there are several.
func evpn(tx *engine.Tx) (nvo, vtep string, ok bool) {
	for name, r := range engine.Each(tx, tables.ConfigVxlanNvo) {
		if !ok || name < nvo {
			nvo, vtep, ok = name, r.SourceVtep, true
		}
	}
	return nvo, vtep, ok
}

// vxlanVrf maps the VRFs that have a VNI, once EVPN has a VTEP.
func vxlanVrf(tx *engine.Tx, name string, r tables.VrfRow) error {
	if checkVrf(name) != nil || r.VNI == nil || *r.VNI == 0 { // what is wrong with the row is told by the translation of the VRF itself
		return nil
	}
	_, vtep, ok := evpn(tx)
	if !ok {
		return nil
	}
	k := tables.VxlanMapKey{Tunnel: vtep, Map: fmt.Sprintf("evpn_map_%d_%s", *r.VNI, name)}
	engine.Publish(tx, tables.ApplVxlanVrf, k, tables.VxlanVrfRow{VNI: *r.VNI, Vrf: name},
		engine.Row(tables.ApplVxlanTunnel, vtep), engine.Row(tables.ApplVrf, name))
	return nil
}

// suppressNeigh passes on that the switch is to answer for neighbours behind other VTEPs.
func suppressNeigh(tx *engine.Tx, id tables.VlanID, r tables.SuppressNeighRow) error {
	if isVlanReserved(id) {
		return badKey(tables.ConfigSuppressNeigh, id, "is the reserved default VLAN")
	}
	engine.Publish(tx, tables.ApplSuppressNeigh, id, r, engine.Row(tables.StateVlan, id))
	return nil
}

func registerVxlan(e *engine.Engine) {
	engine.On(e, tables.ConfigVxlanTunnel, vxlanTunnel)
	engine.On(e, tables.ConfigVxlanMap, vxlanMap)
	engine.On(e, tables.ConfigVxlanNvo, vxlanNvo)
	engine.On(e, tables.ConfigVrf, vxlanVrf)
	engine.On(e, tables.ConfigSuppressNeigh, suppressNeigh)
}

// vxlanSources and vxlanPublished are the tables of registerVxlan's translations.
func vxlanSources() []*db.Schema {
	return []*db.Schema{tables.ConfigVxlanTunnel.Schema, tables.ConfigVxlanMap.Schema, tables.ConfigVxlanNvo.Schema, tables.ConfigSuppressNeigh.Schema}
}

func vxlanPublished() []*db.Schema {
	return []*db.Schema{
		tables.ApplVxlanTunnel.Schema, tables.ApplVxlanMap.Schema, tables.ApplVxlanNvo.Schema, tables.ApplVxlanVrf.Schema, tables.ApplSuppressNeigh.Schema,
	}
}
