package orchagent_test

import "testing"

func TestBuffer(t *testing.T) {
	pool := "BUFFER_POOL_TABLE:egress_pool type=egress mode=dynamic size=8388608"
	parts := "PORT_PARTS|Ethernet0 queues=SAI_QUEUE_TYPE_UNICAST,SAI_QUEUE_TYPE_UNICAST priority_groups=2"
	profile := "BUFFER_PROFILE_TABLE:q pool=egress_pool size=1518 dynamic_th=3"
	golden(t, "buffer",
		scenario{"pools and profiles", []string{
			"BUFFER_POOL_TABLE:ingress_lossless_pool type=ingress mode=static size=12766208 xoff=4194112",
			"BUFFER_PROFILE_TABLE:pg_lossless_40000_300m_profile pool=ingress_lossless_pool size=56368 xon=18432 xon_offset=2496 xoff=55120 static_th=-3",
			"BUFFER_PROFILE_TABLE:lossless pool=ingress_lossless_pool size=56368 xon=18432 xon_offset=2496 xoff=55120 static_th=12766208",
			pool, "BUFFER_PROFILE_TABLE:q_lossy pool=egress_pool size=1518 dynamic_th=-3 packet_discard_action=trim",
		}},
		scenario{"what uses them", []string{parts, pool, profile, "BUFFER_PG_TABLE:Ethernet0:0-1 profile=q", "BUFFER_QUEUE_TABLE:Ethernet0:1-2 profile=q",
			"BUFFER_PORT_INGRESS_PROFILE_LIST_TABLE:Ethernet0 profile_list=q", "BUFFER_PORT_EGRESS_PROFILE_LIST_TABLE:Ethernet0 profile_list=[BUFFER_PROFILE_TABLE:q],none"}},
		scenario{"a profile that there is not", []string{parts, "BUFFER_PG_TABLE:Ethernet0:0 profile=q", "BUFFER_QUEUE_TABLE:Ethernet0:1 profile=[BUFFER_PROFILE_TABLE:q]"}},
		scenario{"a profile without its pool", []string{parts, profile, "BUFFER_PG_TABLE:Ethernet0:0 profile=q"}},
		scenario{"watermarks of pools", []string{pool, "FLEX_COUNTER_TABLE|BUFFER_POOL_WATERMARK FLEX_COUNTER_STATUS=enable"}},
	)
}
