package orchagent_test

import "testing"

func TestAclTable(t *testing.T) {
	const port, lag = "PORT_TABLE:Ethernet0 lanes=25,26,27,28", "LAG_TABLE:PortChannel1"
	golden(t, "acl_table",
		scenario{"a table on a port and a LAG, and on a LAG that there is not", []string{port, lag, "ACL_TABLE|DATA type=L3 ports@=Ethernet0,PortChannel1,PortChannel2 policy_desc=x"}},
		scenario{"two tables share a port's group", []string{port, "ACL_TABLE|A type=L3 ports@=Ethernet0", "ACL_TABLE|B TYPE=L3V6 PORTS=Ethernet0 STAGE=INGRESS"}},
		scenario{"egress", []string{port, "ACL_TABLE|DATA type=L3V4V6 stage=EGRESS ports@=Ethernet0"}},
		scenario{"a member of a LAG is not bound", []string{port, "LAG_MEMBER_TABLE:PortChannel1:Ethernet4", "ACL_TABLE|DATA type=L3 ports@=Ethernet0,Ethernet4"}},
		scenario{"a type of its own", []string{
			port, lag, "ACL_TABLE_TYPE|MINE MATCHES@=SRC_IP,L4_SRC_PORT_RANGE ACTIONS@=PACKET_ACTION BIND_POINTS@=PORT", "ACL_TABLE|DATA type=MINE ports@=Ethernet0,PortChannel1",
		}},
		scenario{"actions have to be named", []string{
			"ACL|switch min_priority=1 max_priority=100 ingress_mandatory=true ingress_actions=SAI_ACL_ACTION_TYPE_PACKET_ACTION",
			"ACL_TABLE|DATA type=L3 ports@=Ethernet0",
		}},
		scenario{"a type that nobody has defined", []string{"ACL_TABLE|DATA type=MINE ports@=Ethernet0"}},
		scenario{"a table for the switch itself", []string{"ACL_TABLE|SSH type=CTRLPLANE services@=SSH", "ACL_RULE|SSH|R1 PRIORITY=1 SRC_IP=10.0.0.0/8 PACKET_ACTION=ACCEPT"}},
		scenario{"a field that is none", []string{"ACL_TABLE|DATA type=L3 port=Ethernet0"}},
		scenario{"mirror tables of both versions are one", []string{
			"MIRROR_SESSION|m1 type=SPAN dst_port=Ethernet20", "ACL_TABLE|SIX type=MIRRORV6 ports@=Ethernet0", "ACL_TABLE|FOUR type=MIRROR ports@=Ethernet4",
			"ACL_RULE|SIX|R PRIORITY=5 SRC_IPV6=2001:db8::/32 MIRROR_ACTION=m1", "ACL_TABLE|TWICE type=MIRROR ports@=Ethernet4",
		}},
		scenario{"from APPL_DB", []string{"ACL_TABLE_TABLE:mclag TYPE=MCLAG PORTS=Ethernet0", "ACL_RULE_TABLE:mclag:mclag IP_TYPE=ANY OUT_PORTS=Ethernet4 PACKET_ACTION=DROP PRIORITY=1"}},
	)
}

func TestAclRule(t *testing.T) {
	const l3 = "ACL_TABLE|T type=L3"
	golden(t, "acl_rule",
		scenario{"fields", []string{l3,
			"ACL_RULE|T|R PRIORITY=9999 SRC_IP=10.1.0.0/16 DST_IP=10.2.0.1 IP_TYPE=IPV4ANY ETHER_TYPE=0x0800 IP_PROTOCOL=17 L4_DST_PORT=53 VLAN_ID=10 PACKET_ACTION=DROP"}},
		scenario{"an address with a mask", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.7 SRC_IP_MASK=255.0.0.255 PACKET_ACTION=FORWARD"}},
		scenario{"TCP flags imply TCP", []string{l3, "ACL_RULE|T|R PRIORITY=1 TCP_FLAGS=0x2/0x12 PACKET_ACTION=DROP"}},
		scenario{"rules share ranges", []string{l3, "ACL_RULE|T|R1 PRIORITY=1 L4_SRC_PORT_RANGE=1-1023 L4_DST_PORT_RANGE=80-90 PACKET_ACTION=DROP",
			"ACL_RULE|T|R2 PRIORITY=2 L4_SRC_PORT_RANGE=1-1023 PACKET_ACTION=FORWARD"}},
		scenario{"a protocol of IPv6", []string{"ACL_TABLE|T type=L3V6", "ACL_RULE|T|R PRIORITY=1 SRC_IPV6=2001:db8::/32 IP_PROTOCOL=58 ICMPV6_TYPE=128 PACKET_ACTION=COPY"}},
		scenario{"L2", []string{"ACL_TABLE|T type=L2", "ACL_RULE|T|R PRIORITY=1 SRC_MAC=00:11:22:00:00:00/ff:ff:ff:00:00:00 PCP=5 PACKET_ACTION=DROP"}},
		scenario{"to a LAG", []string{l3, "LAG_TABLE:PortChannel1", "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 REDIRECT_ACTION=PortChannel1"}},
		scenario{"to a next hop", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 REDIRECT_ACTION=10.0.0.1@Ethernet8"}},
		scenario{"to next hops", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 REDIRECT_ACTION=10.0.0.3@Ethernet12,10.0.0.1@Ethernet8"}},
		scenario{"a mirror session and a policer", []string{"MIRROR_SESSION|m1 type=SPAN dst_port=Ethernet20", "ACL_TABLE|T type=MIRROR", "ACL_RULE|T|R PRIORITY=1 DSCP=8/0x38 IN_PORTS=Ethernet0,Ethernet4 MIRROR_INGRESS_ACTION=m1 POLICER_ACTION=p1"}},
		scenario{"meta data", []string{"ACL_TABLE|T type=MARK_META", "ACL_RULE|T|R PRIORITY=1 DSCP=8 META_DATA_ACTION=7",
			"ACL_TABLE|E type=EGR_SET_DSCP stage=egress", "ACL_RULE|E|R PRIORITY=1 META_DATA=7 DSCP_ACTION=12"}},
		scenario{"waits for its table", []string{"ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 PACKET_ACTION=DROP"}},
	)
}

// TestAclBadRules: a rule that SONiC would not take is Inactive, and programs nothing.
func TestAclBadRules(t *testing.T) {
	const l3 = "ACL_TABLE|T type=L3"
	const fact = "ACL|switch min_priority=1 max_priority=100 ingress_actions=SAI_ACL_ACTION_TYPE_PACKET_ACTION,SAI_ACL_ACTION_TYPE_REDIRECT"
	golden(t, "acl_bad",
		scenario{"a malformed value", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.300 PACKET_ACTION=DROP"}},
		scenario{"no action", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8"}},
		scenario{"no match", []string{l3, "ACL_RULE|T|R PRIORITY=1 PACKET_ACTION=DROP"}},
		scenario{"no priority", []string{l3, "ACL_RULE|T|R SRC_IP=10.0.0.0/8 PACKET_ACTION=DROP"}},
		scenario{"a priority beyond the ASIC's", []string{l3, fact, "ACL_RULE|T|R PRIORITY=101 SRC_IP=10.0.0.0/8 PACKET_ACTION=DROP"}},
		scenario{"an action that the ASIC lacks", []string{"MIRROR_SESSION|m type=SPAN dst_port=Ethernet20", l3, fact, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 MIRROR_ACTION=m"}},
		scenario{"two actions", []string{"MIRROR_SESSION|m type=SPAN dst_port=Ethernet20", l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 MIRROR_ACTION=m PACKET_ACTION=DROP"}},
		scenario{"a match of another type", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IPV6=2001:db8::/32 PACKET_ACTION=DROP"}},
		scenario{"both versions of IP", []string{"ACL_TABLE|T type=L3V4V6", "ACL_RULE|T|R PRIORITY=1 SRC_IPV6=2001:db8::/32 DST_IP=10.0.0.0/8 PACKET_ACTION=DROP"}},
		scenario{"a LAG among ports", []string{"ACL_TABLE|T type=MIRROR", "ACL_RULE|T|R PRIORITY=1 IN_PORTS=PortChannel1 MIRROR_ACTION=m"}},
		scenario{"no such mirror session", []string{"ACL_TABLE|T type=MIRROR", "ACL_RULE|T|R PRIORITY=1 DSCP=8 MIRROR_ACTION=m"}},
		scenario{"to nowhere", []string{l3, "ACL_RULE|T|R PRIORITY=1 SRC_IP=10.0.0.0/8 REDIRECT_ACTION=Ethernet1000"}},
	)
}
