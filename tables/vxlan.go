package tables

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
)

// VNI is a VXLAN network identifier, 1 to 16777215.
type VNI = uint32

// VxlanTunnelRow is CONFIG_DB VXLAN_TUNNEL and APPL_DB VXLAN_TUNNEL_TABLE: a VTEP. With DstIP it is one end of a tunnel between two, whose frames are learned
// from; without, EVPN tells of the other ends.
type VxlanTunnelRow struct {
	SrcIP   netip.Addr    `db:"src_ip,required"`
	DstIP   *netip.Addr   `db:"dst_ip"`
	TTLMode *VxlanTTLMode `db:"ttl_mode"`
}

// VxlanMapKey names a mapping of a VTEP.
type VxlanMapKey struct {
	Tunnel string
	Map    string
}

// VxlanMapRow is CONFIG_DB VXLAN_TUNNEL_MAP and APPL_DB VXLAN_TUNNEL_MAP_TABLE: the frames of a VLAN are those of a VNI.
type VxlanMapRow struct {
	Vlan VlanID `db:"vlan,required"`
	VNI  VNI    `db:"vni,required,range=1..16777215"`
}

// VxlanNvoRow is CONFIG_DB VXLAN_EVPN_NVO and APPL_DB VXLAN_EVPN_NVO_TABLE: the VTEP that EVPN announces. There is one at most.
type VxlanNvoRow struct {
	SourceVtep string `db:"source_vtep,required"`
}

// VxlanVrfRow is APPL_DB VXLAN_VRF_TABLE: routed packets of a VRF are those of a VNI.
type VxlanVrfRow struct {
	VNI VNI    `db:"vni,required,range=1..16777215"`
	Vrf string `db:"vrf,required"`
}

// RemoteVniKey names a VTEP that wants what is flooded in a VLAN.
type RemoteVniKey struct {
	Vlan VlanID
	Vtep netip.Addr
}

// RemoteVniRow is APPL_DB VXLAN_REMOTE_VNI_TABLE.
type RemoteVniRow struct {
	VNI VNI `db:"vni,required,range=1..16777215"`
}

// VxlanFdbRow is APPL_DB VXLAN_FDB_TABLE: a MAC address behind another VTEP.
type VxlanFdbRow struct {
	Vtep netip.Addr `db:"remote_vtep,required"`
	Type FdbType    `db:"type,default=dynamic"`
	VNI  VNI        `db:"vni,required,range=1..16777215"`
}

// SuppressNeighRow is CONFIG_DB SUPPRESS_VLAN_NEIGH and APPL_DB SUPPRESS_VLAN_NEIGH_TABLE.
type SuppressNeighRow struct {
	Suppress OnOff `db:"suppress,required"`
}

// VlanTunnelNetdevRow is STATE_DB SUPPRESS_VLAN_NEIGH_TABLE: the netdev by which the kernel has a VLAN's VNI.
type VlanTunnelNetdevRow struct {
	Netdev string `db:"netdev"`
}

// VxlanTunnelStateRow is STATE_DB VXLAN_TUNNEL_TABLE: a tunnel to another VTEP (sonic-contract 2.7).
type VxlanTunnelStateRow struct {
	SrcIP  netip.Addr `db:"src_ip"`
	DstIP  netip.Addr `db:"dst_ip"`
	Source string     `db:"tnl_src"` // EVPN or CLI
	Oper   UpDown     `db:"operstatus"`
}

// VxlanTTLMode is what becomes of the inner TTL when a packet leaves its tunnel and is routed: `uniform` or `pipe`.
type VxlanTTLMode bool

// The modes.
const (
	VxlanUniform VxlanTTLMode = true
	VxlanPipe    VxlanTTLMode = false
)

// MarshalText implements encoding.TextMarshaler.
func (m VxlanTTLMode) MarshalText() ([]byte, error) {
	return []byte(pick(bool(m), "uniform", "pipe")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *VxlanTTLMode) UnmarshalText(b []byte) error { return oneOf((*bool)(m), b, "uniform", "pipe") }

// The tables of VXLAN.
var (
	ConfigVxlanTunnel   = db.Define[string, VxlanTunnelRow](db.Config, "VXLAN_TUNNEL")
	ConfigVxlanMap      = db.Define[VxlanMapKey, VxlanMapRow](db.Config, "VXLAN_TUNNEL_MAP")
	ConfigVxlanNvo      = db.Define[string, VxlanNvoRow](db.Config, "VXLAN_EVPN_NVO")
	ConfigSuppressNeigh = db.Define[VlanID, SuppressNeighRow](db.Config, "SUPPRESS_VLAN_NEIGH")
	ApplVxlanTunnel     = db.Define[string, VxlanTunnelRow](db.Appl, "VXLAN_TUNNEL_TABLE")
	ApplVxlanMap        = db.Define[VxlanMapKey, VxlanMapRow](db.Appl, "VXLAN_TUNNEL_MAP_TABLE")
	ApplVxlanNvo        = db.Define[string, VxlanNvoRow](db.Appl, "VXLAN_EVPN_NVO_TABLE")
	ApplVxlanVrf        = db.Define[VxlanMapKey, VxlanVrfRow](db.Appl, "VXLAN_VRF_TABLE")
	ApplRemoteVni       = db.Define[RemoteVniKey, RemoteVniRow](db.Appl, "VXLAN_REMOTE_VNI_TABLE")
	ApplVxlanFdb        = db.Define[FdbKey, VxlanFdbRow](db.Appl, "VXLAN_FDB_TABLE")
	ApplSuppressNeigh   = db.Define[VlanID, SuppressNeighRow](db.Appl, "SUPPRESS_VLAN_NEIGH_TABLE")
	StateVxlanTunnel    = db.Define[string, VxlanTunnelStateRow](db.State, "VXLAN_TUNNEL_TABLE")
	StateSuppressNeigh  = db.Define[VlanID, VlanTunnelNetdevRow](db.State, "SUPPRESS_VLAN_NEIGH_TABLE")
	CountersTunnelName  = db.Define[string, string](db.Counters, "COUNTERS_TUNNEL_NAME_MAP", db.WithTransport(db.Map))
	CountersTunnelType  = db.Define[string, string](db.Counters, "COUNTERS_TUNNEL_TYPE_MAP", db.WithTransport(db.Map))
)
