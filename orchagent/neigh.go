package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// neighbor wants the neighbour and the next hop over it; routes and groups refer to the next hop only.
func neighbor(tx *engine.Tx, k tables.NeighKey, r tables.NeighRow) error {
	rif := sai.RouterInterfaceKey{Name: k.Interface}
	n := sai.NeighborEntryKey{RouterInterface: rif, IP: k.IP}
	attrs := []engine.Attr[sai.NeighborEntryKey]{sai.NeighborEntryDstMACAddress(sai.MAC(r.MAC))}
	if k.IP.Is4() && k.IP.IsLinkLocalUnicast() {
		attrs = append(attrs, sai.NeighborEntryNoHostRoute(true))
	}
	engine.Want(tx, n, attrs...)
	nh := sai.NextHopKey{RouterInterface: rif, IP: k.IP}
	engine.Want(tx, nh, sai.NextHopTypeAttr(sai.NextHopTypeIP))
	engine.Require(tx, nh, n)
	return nil
}
