package orchagent_test

import "testing"

func TestSflow(t *testing.T) {
	const on = "SFLOW_TABLE:global admin_state=up"
	golden(t, "sflow",
		scenario{"ports of one rate share an object", []string{on, "SFLOW_SESSION_TABLE:Ethernet0 admin_state=up sample_rate=40000",
			"SFLOW_SESSION_TABLE:Ethernet4 admin_state=up sample_rate=40000 sample_direction=both", "SFLOW_SESSION_TABLE:Ethernet8 admin_state=up sample_rate=256 sample_direction=tx"}},
		scenario{"a port that is not sampled", []string{on, "SFLOW_SESSION_TABLE:Ethernet0 admin_state=down sample_rate=40000"}},
		scenario{"off", []string{"SFLOW_TABLE:global admin_state=down", "SFLOW_SESSION_TABLE:Ethernet0 admin_state=up sample_rate=40000"}},
		scenario{"a rate of nothing", []string{on, "SFLOW_SESSION_TABLE:Ethernet0 admin_state=up sample_rate=0"}},
		scenario{"a direction that is none", []string{on, "SFLOW_SESSION_TABLE:Ethernet0 admin_state=up sample_rate=256 sample_direction=up"}},
	)
}
