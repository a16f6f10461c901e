package tables

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// AclRuleKey names a rule in its table.
type AclRuleKey struct {
	Table string
	Rule  string
}

// AclTableRow is CONFIG_DB ACL_TABLE and APPL_DB ACL_TABLE_TABLE. Names of fields are read in any case; a field that is none of these makes the row bad.
type AclTableRow struct {
	Description string   `db:"policy_desc,omitempty"`
	Type        string   `db:"type,required"`
	Stage       AclStage `db:"stage,default=ingress"`
	Ports       []string `db:"ports,list,omitempty"`    // ports and PortChannels; there need not be any
	Services    []string `db:"services,list,omitempty"` // of a table of type CTRLPLANE
}

// AclTableTypeRow is CONFIG_DB ACL_TABLE_TYPE and APPL_DB ACL_TABLE_TYPE_TABLE: a type that is not one of SONiC's own.
type AclTableTypeRow struct {
	Matches    []string `db:"MATCHES,list"`
	Actions    []string `db:"ACTIONS,list,omitempty"`
	BindPoints []string `db:"BIND_POINTS,list"` // PORT, PORTCHANNEL
}

// The types of tables that SONiC knows by itself.
const (
	AclL3              = "L3"
	AclL3V6            = "L3V6"
	AclL3V4V6          = "L3V4V6"
	AclL2              = "L2"
	AclMirror          = "MIRROR"
	AclMirrorV6        = "MIRRORV6"
	AclMirrorDscp      = "MIRROR_DSCP"
	AclMclag           = "MCLAG"
	AclMux             = "MUX"
	AclPfcWd           = "PFCWD"
	AclDrop            = "DROP"
	AclMarkMeta        = "MARK_META"
	AclMarkMetaV6      = "MARK_METAV6"
	AclEgressDscp      = "EGR_SET_DSCP"
	AclUnderlayDscp    = "UNDERLAY_SET_DSCP"
	AclUnderlayDscpV6  = "UNDERLAY_SET_DSCPV6"
	AclControlPlane    = "CTRLPLANE"
	AclBindPort        = "PORT"
	AclBindPortChannel = "PORTCHANNEL"
)

// AclRuleRow is CONFIG_DB ACL_RULE and APPL_DB ACL_RULE_TABLE: what a frame has to be, and what then happens to it. A field that is absent (nil, or
// empty) does not take part. Names of fields are read in any case; a field that is none of these makes the row bad.
type AclRuleRow struct {
	Priority *AclNumber `db:"PRIORITY"` // the highest of the rules that match counts

	InPorts  []string   `db:"IN_PORTS,omitempty"`
	OutPorts []string   `db:"OUT_PORTS,omitempty"`
	OutPort  string     `db:"OUT_PORT,omitempty"`
	SrcMAC   *AclMAC    `db:"SRC_MAC"`
	DstMAC   *AclMAC    `db:"DST_MAC"`
	Ether    *AclUint16 `db:"ETHER_TYPE"`
	VlanID   *AclVlan   `db:"VLAN_ID"`
	PCP      *AclPCP    `db:"PCP"`
	DEI      *AclBit    `db:"DEI"`

	IPType      *AclIPType `db:"IP_TYPE"`
	SrcIP       *AclPrefix `db:"SRC_IP"`
	DstIP       *AclPrefix `db:"DST_IP"`
	SrcIPMask   *AclMask   `db:"SRC_IP_MASK"` // of an address without a prefix length; so the other masks
	DstIPMask   *AclMask   `db:"DST_IP_MASK"`
	SrcIPv6     *AclPrefix `db:"SRC_IPV6"`
	DstIPv6     *AclPrefix `db:"DST_IPV6"`
	SrcIPv6Mask *AclMask   `db:"SRC_IPV6_MASK"`
	DstIPv6Mask *AclMask   `db:"DST_IPV6_MASK"`
	IPProtocol  *AclUint8  `db:"IP_PROTOCOL"`
	NextHeader  *AclUint8  `db:"NEXT_HEADER"`
	Dscp        *AclDscp   `db:"DSCP"`
	TC          *AclUint8  `db:"TC"`

	L4SrcPort      *AclUint16 `db:"L4_SRC_PORT"`
	L4DstPort      *AclUint16 `db:"L4_DST_PORT"`
	L4SrcPortRange *AclRange  `db:"L4_SRC_PORT_RANGE"`
	L4DstPortRange *AclRange  `db:"L4_DST_PORT_RANGE"`
	TCPFlags       *AclUint8  `db:"TCP_FLAGS"`
	ICMPType       *AclUint8  `db:"ICMP_TYPE"`
	ICMPCode       *AclUint8  `db:"ICMP_CODE"`
	ICMPv6Type     *AclUint8  `db:"ICMPV6_TYPE"`
	ICMPv6Code     *AclUint8  `db:"ICMPV6_CODE"`

	TunnelVNI       *AclNumber `db:"TUNNEL_VNI"`
	TunnelTerm      *AclBool   `db:"TUNNEL_TERM"`
	InnerEther      *AclUint16 `db:"INNER_ETHER_TYPE"`
	InnerIPProtocol *AclUint8  `db:"INNER_IP_PROTOCOL"`
	InnerSrcMAC     *AclMAC    `db:"INNER_SRC_MAC"`
	InnerDstMAC     *AclMAC    `db:"INNER_DST_MAC"`
	InnerSrcIP      *AclPrefix `db:"INNER_SRC_IP"`
	InnerDstIP      *AclPrefix `db:"INNER_DST_IP"`
	InnerL4SrcPort  *AclUint16 `db:"INNER_L4_SRC_PORT"`
	InnerL4DstPort  *AclUint16 `db:"INNER_L4_DST_PORT"`
	BthOpcode       *AclUint8  `db:"BTH_OPCODE"`
	AethSyndrome    *AclUint8  `db:"AETH_SYNDROME"`
	MetaData        *AclNumber `db:"META_DATA"`

	PacketAction   *AclPacketAction `db:"PACKET_ACTION"`
	Redirect       string           `db:"REDIRECT_ACTION,omitempty"` // a port, a LAG, ip@interface, or several of the latter, by commas
	NoNat          *AclBool         `db:"DO_NOT_NAT_ACTION"`
	DisableTrim    *AclBool         `db:"DISABLE_TRIM_ACTION"`
	Mirror         string           `db:"MIRROR_ACTION,omitempty"` // a session; ingress
	MirrorIngress  string           `db:"MIRROR_INGRESS_ACTION,omitempty"`
	MirrorEgress   string           `db:"MIRROR_EGRESS_ACTION,omitempty"`
	Policer        string           `db:"POLICER_ACTION,omitempty"`
	SetMetaData    *AclNumber       `db:"META_DATA_ACTION"`
	SetDscp        *AclDscp         `db:"DSCP_ACTION"`
	SetInnerSrcMAC *MAC             `db:"INNER_SRC_MAC_REWRITE_ACTION"`
}

// AclStatusRow is STATE_DB ACL_TABLE_TABLE and ACL_RULE_TABLE.
type AclStatusRow struct {
	Status AclStatus `db:"status"`
}

// AclStageCapabilityRow is STATE_DB ACL_STAGE_CAPABILITY_TABLE, by stage (INGRESS, EGRESS).
type AclStageCapabilityRow struct {
	Mandatory bool   `db:"is_action_list_mandatory"`
	Actions   string `db:"action_list"` // comma list
	L3V4V6    bool   `db:"supported_L3V4V6"`
}

// AclSwitchCapabilityRow is what STATE_DB SWITCH_CAPABILITY|switch says of ACLs.
type AclSwitchCapabilityRow struct {
	Mirror         bool   `db:"MIRROR"`
	MirrorV6       bool   `db:"MIRRORV6"`
	IngressActions string `db:"ACL_ACTIONS|INGRESS"`
	EgressActions  string `db:"ACL_ACTIONS|EGRESS"`
	PacketActions  string `db:"ACL_ACTION|PACKET_ACTION"`
}

// The tables of ACLs.
var (
	ConfigAclTable     = db.Define[string, AclTableRow](db.Config, "ACL_TABLE")
	ConfigAclTableType = db.Define[string, AclTableTypeRow](db.Config, "ACL_TABLE_TYPE")
	ConfigAclRule      = db.Define[AclRuleKey, AclRuleRow](db.Config, "ACL_RULE")
	ApplAclTable       = db.Define[string, AclTableRow](db.Appl, "ACL_TABLE_TABLE")
	ApplAclTableType   = db.Define[string, AclTableTypeRow](db.Appl, "ACL_TABLE_TYPE_TABLE")
	ApplAclRule        = db.Define[AclRuleKey, AclRuleRow](db.Appl, "ACL_RULE_TABLE")

	StateAclTable            = db.Define[string, AclStatusRow](db.State, "ACL_TABLE_TABLE")
	StateAclRule             = db.Define[AclRuleKey, AclStatusRow](db.State, "ACL_RULE_TABLE")
	StateAclStageCapability  = db.Define[string, AclStageCapabilityRow](db.State, "ACL_STAGE_CAPABILITY_TABLE")
	StateAclSwitchCapability = db.Define[string, AclSwitchCapabilityRow](db.State, "SWITCH_CAPABILITY")
	// CountersAclRule tells the counter of a rule, by table:rule.
	CountersAclRule = db.Define[AclRuleKey, string](db.Counters, "ACL_COUNTER_RULE_MAP", db.WithTransport(db.Map), db.KeySeparator(":"))
)

// Some of what SONiC does with a bad row of ACL_TABLE or ACL_RULE is to say so in STATE_DB, so these tables give the row also when it is bad.
var (
	ConfigAclTableTry = db.Define[string, Try[AclTableRow]](db.Config, "ACL_TABLE")
	ConfigAclRuleTry  = db.Define[AclRuleKey, Try[AclRuleRow]](db.Config, "ACL_RULE")
	ApplAclTableTry   = db.Define[string, Try[AclTableRow]](db.Appl, "ACL_TABLE_TABLE")
	ApplAclRuleTry    = db.Define[AclRuleKey, Try[AclRuleRow]](db.Appl, "ACL_RULE_TABLE")
)

// What the rows are to package db: the same fields, without the methods below.
type (
	aclTable     AclTableRow
	aclTableType AclTableTypeRow
	aclRule      AclRuleRow
)

var (
	plainAclTable     = db.Define[string, aclTable](db.Config, "ACL_TABLE")
	plainAclTableType = db.Define[string, aclTableType](db.Config, "ACL_TABLE_TYPE")
	plainAclRule      = db.Define[string, aclRule](db.Config, "ACL_RULE")
)

// DecodeRow implements db.RowCodec.
func (r *AclTableRow) DecodeRow(fields []db.Field) error {
	row, err := anyCase(plainAclTable, strings.ToLower, fields)
	*r = AclTableRow(row)
	return err
}

// AppendRow implements db.RowCodec.
func (r *AclTableRow) AppendRow(to []db.Field) []db.Field {
	_, fields := plainAclTable.Encode("", aclTable(*r))
	return append(to, fields...)
}

// DecodeRow implements db.RowCodec.
func (r *AclTableTypeRow) DecodeRow(fields []db.Field) error {
	row, err := anyCase(plainAclTableType, strings.ToUpper, fields)
	*r = AclTableTypeRow(row)
	return err
}

// AppendRow implements db.RowCodec.
func (r *AclTableTypeRow) AppendRow(to []db.Field) []db.Field {
	_, fields := plainAclTableType.Encode("", aclTableType(*r))
	return append(to, fields...)
}

// DecodeRow implements db.RowCodec.
func (r *AclRuleRow) DecodeRow(fields []db.Field) error {
	row, err := anyCase(plainAclRule, strings.ToUpper, fields)
	*r = AclRuleRow(row)
	return err
}

// AppendRow implements db.RowCodec.
func (r *AclRuleRow) AppendRow(to []db.Field) []db.Field {
	_, fields := plainAclRule.Encode("", aclRule(*r))
	return append(to, fields...)
}
