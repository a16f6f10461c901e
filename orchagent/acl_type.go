package orchagent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// aclType is what the tables of a type can look at, and where they can be bound (sonic-contract 4.9).
type aclType struct {
	matches []string // names of fields of a rule
	actions []string
	bind    []sai.AclBindPointType
}

// The fields that several types have.
const (
	aclL4     = "L4_SRC_PORT L4_DST_PORT TCP_FLAGS L4_SRC_PORT_RANGE L4_DST_PORT_RANGE"
	aclV4     = "ETHER_TYPE VLAN_ID IP_TYPE SRC_IP DST_IP ICMP_TYPE ICMP_CODE IP_PROTOCOL " + aclL4
	aclV6     = "VLAN_ID IP_TYPE SRC_IPV6 DST_IPV6 ICMPV6_CODE ICMPV6_TYPE NEXT_HEADER " + aclL4
	aclOnlyV6 = " SRC_IPV6 DST_IPV6 ICMPV6_CODE ICMPV6_TYPE NEXT_HEADER"
)

// sonicAclType is a type that SONiC knows by itself. As on SONiC's virtual switch, a mirror table looks at both versions of IP.
func sonicAclType(name string, stage tables.AclStage) (aclType, bool) {
	matches, actions := "", "PACKET_ACTION"
	switch name {
	case tables.AclL3:
		matches, actions = aclV4, "PACKET_ACTION REDIRECT_ACTION"
	case tables.AclL3V6:
		matches, actions = aclV6, "PACKET_ACTION REDIRECT_ACTION"
	case tables.AclL3V4V6:
		matches, actions = "IN_PORTS "+aclV4+aclOnlyV6, "PACKET_ACTION REDIRECT_ACTION"
	case tables.AclL2:
		matches = "ETHER_TYPE VLAN_ID SRC_MAC DST_MAC PCP DEI"
	case tables.AclMirror, tables.AclMirrorV6:
		matches, actions = "IN_PORTS DSCP "+aclV4+aclOnlyV6, mirrorActions(stage)
	case tables.AclMirrorDscp:
		matches, actions = "DSCP", "MIRROR_INGRESS_ACTION"
	case tables.AclMclag:
		matches = "OUT_PORTS " + aclV4
	case tables.AclMux:
		matches = "IN_PORTS DSCP " + aclV4 + aclOnlyV6
	case tables.AclPfcWd:
		matches = "TC"
		if stage == tables.AclIngress {
			matches = "TC IN_PORTS"
		}
		return newAclType(matches, actions, sai.AclBindPointTypePort), true
	case tables.AclDrop:
		matches = "TC IN_PORTS"
	case tables.AclMarkMeta:
		matches, actions = "DSCP "+aclV4, "META_DATA_ACTION"
	case tables.AclMarkMetaV6:
		matches, actions = "DSCP "+aclV6, "META_DATA_ACTION"
	case tables.AclEgressDscp:
		matches, actions = "META_DATA", "DSCP_ACTION"
	default:
		return aclType{}, false
	}
	return newAclType(matches, actions, sai.AclBindPointTypePort, sai.AclBindPointTypeLag), true
}

func mirrorActions(stage tables.AclStage) string {
	if stage == tables.AclEgress {
		return "MIRROR_EGRESS_ACTION"
	}
	return "MIRROR_INGRESS_ACTION"
}

func newAclType(matches, actions string, bind ...sai.AclBindPointType) aclType {
	return aclType{matches: strings.Fields(matches), actions: strings.Fields(actions), bind: bind}
}

// aclTypeOf finds a type by its name; false if nobody has defined it (yet).
func aclTypeOf(tx *engine.Tx, name string, stage tables.AclStage) (aclType, bool, error) {
	if t, ok := sonicAclType(strings.ToUpper(name), stage); ok {
		return t, true, nil
	}
	row, ok := engine.Get(tx, tables.ConfigAclTableType, name)
	if !ok {
		row, ok = engine.Get(tx, tables.ApplAclTableType, name)
	}
	if !ok {
		return aclType{}, false, nil
	}
	t, err := customAclType(row)
	return t, err == nil, err
}

// customAclType is the type that a row defines.
func customAclType(r tables.AclTableTypeRow) (t aclType, err error) {
	bad := func(field, value, reason string) (aclType, error) {
		return t, &db.FieldError{Field: field, Value: value, Reason: reason}
	}
	for _, m := range r.Matches {
		m = strings.ToUpper(m)
		if _, known := aclTableField(m); !known && !isAclRange(m) {
			return bad("MATCHES", m, "is no match")
		}
		t.matches = append(t.matches, m)
	}
	for _, a := range r.Actions {
		a = strings.ToUpper(a)
		if len(aclActionTypes(a)) == 0 {
			return bad("ACTIONS", a, "is no action")
		}
		t.actions = append(t.actions, a)
	}
	for _, b := range r.BindPoints {
		switch strings.ToUpper(b) {
		case tables.AclBindPort:
			t.bind = append(t.bind, sai.AclBindPointTypePort)
		case tables.AclBindPortChannel:
			t.bind = append(t.bind, sai.AclBindPointTypeLag)
		default:
			return bad("BIND_POINTS", b, "is neither PORT nor PORTCHANNEL")
		}
	}
	return t, nil
}

// aclTableType says what is wrong with a type; the tables of the type do the rest.
func aclTableType(_ *engine.Tx, name string, r tables.AclTableTypeRow) error {
	if _, known := sonicAclType(strings.ToUpper(name), tables.AclIngress); known {
		return fmt.Errorf("%s is a type of SONiC's own", name)
	}
	_, err := customAclType(r)
	return err
}

func isAclRange(match string) bool {
	return match == "L4_SRC_PORT_RANGE" || match == "L4_DST_PORT_RANGE"
}

// attributes of the table that SAI makes of a type.
func (t aclType) attributes(stage tables.AclStage, mandatory bool) []engine.Attr[sai.AclTableKey] {
	a := []engine.Attr[sai.AclTableKey]{sai.AclTableAclBindPointTypeList(t.bind...), sai.AclTableAclStage(saiStage(stage))}
	for _, m := range t.matches {
		if f, ok := aclTableField(m); ok {
			a = append(a, f)
		}
	}
	if slices.ContainsFunc(t.matches, isAclRange) {
		a = append(a, sai.AclTableFieldAclRangeType(sai.AclRangeTypeL4SrcPortRange, sai.AclRangeTypeL4DstPortRange))
	}
	if mandatory {
		var types []sai.AclActionType
		for _, name := range t.actions {
			types = append(types, aclActionTypes(name)...)
		}
		a = append(a, sai.AclTableAclActionTypeList(append(types, sai.AclActionTypeCounter)...))
	}
	return a
}

func saiStage(s tables.AclStage) sai.AclStage {
	if s == tables.AclEgress {
		return sai.AclStageEgress
	}
	return sai.AclStageIngress
}

// aclActionTypes are SAI's names of an action of a type; none: there is no such action.
func aclActionTypes(name string) []sai.AclActionType {
	switch name {
	case "PACKET_ACTION":
		return []sai.AclActionType{sai.AclActionTypePacketAction}
	case "REDIRECT_ACTION":
		return []sai.AclActionType{sai.AclActionTypeRedirect}
	case "DO_NOT_NAT_ACTION":
		return []sai.AclActionType{sai.AclActionTypeNoNat}
	case "DISABLE_TRIM_ACTION":
		return []sai.AclActionType{sai.AclActionTypePacketTrimDisable}
	case "MIRROR_INGRESS_ACTION":
		return []sai.AclActionType{sai.AclActionTypeMirrorIngress}
	case "MIRROR_EGRESS_ACTION":
		return []sai.AclActionType{sai.AclActionTypeMirrorEgress}
	case "META_DATA_ACTION":
		return []sai.AclActionType{sai.AclActionTypeSetAclMetaData}
	case "DSCP_ACTION":
		return []sai.AclActionType{sai.AclActionTypeSetDscp}
	case "POLICER_ACTION":
		return []sai.AclActionType{sai.AclActionTypeSetPolicer}
	case "INNER_SRC_MAC_REWRITE_ACTION":
		return []sai.AclActionType{sai.AclActionTypeSetInnerSrcMAC}
	case "COUNTER":
		return []sai.AclActionType{sai.AclActionTypeCounter}
	}
	return nil
}
