package tables

import "errors"

// What is wrong with a text; db wraps it with table, key, field and value.
var (
	errTagging    = errors.New("none of untagged, tagged, priority_tagged")
	errFEC        = errors.New("none of none, rs, fc, auto")
	errPrefix     = errors.New("not an IP prefix")
	errRouteKey   = errors.New("not [VRF:]prefix")
	errFdbKey     = errors.New("not VLAN and MAC address")
	errFdbType    = errors.New("none of dynamic, static")
	errMissAction = errors.New("none of drop, forward, trap")
	errStormKind  = errors.New("none of broadcast, unknown-unicast, unknown-multicast")
	errAction     = errors.New("none of forward, drop")
	errDhcpCounts = errors.New("is not {'Discover':'0',...}")
)
