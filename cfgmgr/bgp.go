package cfgmgr

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// SONiC has two daemons for BGP, of which DEVICE_METADATA chooses one: bgpcfgd makes the whole configuration of a switch in a Clos network from a few
// rows, and frrcfgd passes on one option of FRR for each field. Each is a dialect of CONFIG_DB here. The files of both are bgp.go and bgp_neighbor.go;
// bgp_clos*.go is bgpcfgd's, the others frrcfgd's.

// speaksFrrcfgd tells the dialect of the rows.
func speaksFrrcfgd(tx *engine.Tx) bool {
	r, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	return isTrue(r.FrrMgmtFramework)
}

// deviceRouter is the instance of BGP in a VRF, in bgpcfgd's dialect: the switch has one autonomous system.
func deviceRouter(tx *engine.Tx, vrf string) frr.Router {
	r, _ := engine.Get(tx, tables.ConfigDeviceMetadata, tables.Localhost)
	asn, _ := parseASN(r.BgpASN) // a malformed one is the row's own trouble
	return frr.Router{ASN: asn, Vrf: vrfName(vrf)}
}

// globalsRouter is the instance of BGP in a VRF, in frrcfgd's dialect. As long as BGP_GLOBALS has no row for it, whatever belongs to it waits.
func globalsRouter(tx *engine.Tx, vrf tables.Word) frr.Router {
	r, _ := engine.Get(tx, tables.ConfigBgpGlobals, vrf)
	router := frr.Router{Vrf: vrfName(string(vrf))}
	if r.LocalASN != nil {
		router.ASN = *r.LocalASN
	}
	return router
}

// vrfName is a VRF as FRR calls it; the default one has no name.
func vrfName(vrf string) string {
	if vrf == tables.VrfDefault {
		return ""
	}
	return vrf
}

// parseASN reads bgp_asn, in which SONiC writes None for none.
func parseASN(text string) (asn uint32, ok bool) {
	switch strings.ToLower(text) {
	case "", "none", "null":
		return 0, true
	}
	n, err := strconv.ParseUint(text, 10, 32)
	return uint32(n), err == nil && n > 0
}

// defaultIPv4 is the line that keeps neighbours out of IPv4 until they are activated. Neighbours come after it.
func defaultIPv4(r frr.Router) frr.LineKey { return r.Option("bgp default ipv4-unicast") }

// basics are the lines that every instance has in both dialects. FRR would send and accept nothing without route maps (RFC 8212), which SONiC does not
// ask for.
func (f *frrLines) basics(r frr.Router) *options {
	f.want(r.Line())
	o := &options{frrLines: f}
	o.add(r.Option("bgp ebgp-requires-policy").On(false))
	return o
}

// loopback is the first address of a family on a loopback interface, with its length.
func loopback(tx *engine.Tx, name string, is4 bool) (netip.Prefix, bool) {
	for k := range engine.Each(tx, tables.ConfigLoopbackInterface) {
		if k.Name == name && k.Prefix.IsValid() && k.Prefix.Addr().Is4() == is4 {
			return k.Prefix, true
		}
	}
	return netip.Prefix{}, false
}
