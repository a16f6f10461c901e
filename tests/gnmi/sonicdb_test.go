package gnmi

import (
	"testing"

	"github.com/openconfig/gnmic/pkg/api"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
)

// TestGetForms reads the same by all forms of paths.
func TestGetForms(t *testing.T) {
	s := start(t, "INTERFACE|Ethernet0 NULL NULL", "INTERFACE|Ethernet0|10.0.0.1/24 NULL NULL", "VLAN|Vlan10 vlanid 10 dhcp_servers@ 10.1.1.1,10.1.1.2")
	tg := s.target()
	one := func(want string, options ...api.GNMIOption) {
		t.Helper()
		same(t, answer(get(t, tg, options...)), want)
	}
	// origin sonic-db
	one(`sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu json_ietf "9100"`, api.Path("sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu"), api.Encoding("json_ietf"))
	one(`sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu json "9100"`, api.Path("sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu"), api.Encoding("json"))
	one(`sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu ascii 9100`, api.Path("sonic-db:/CONFIG_DB/localhost/PORT/Ethernet0/mtu"), api.Encoding("ascii"))
	one(`sonic_db:/CONFIG_DB/localhost/PORT[key=Ethernet0]/mtu string 9100`, api.Path("sonic_db:/CONFIG_DB/localhost/PORT[key=Ethernet0]/mtu"), api.Encoding("proto"))
	one(`sonic-db:/CONFIG_DB/localhost/VLAN json_ietf {"Vlan10":{"dhcp_servers":["10.1.1.1","10.1.1.2"],"vlanid":"10"}}`,
		api.Path("sonic-db:/CONFIG_DB/localhost/VLAN"), api.Encoding("json_ietf"))
	one(`sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/dhcp_servers/1 json_ietf "10.1.1.2"`, api.Path("sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/dhcp_servers/1"), api.Encoding("json_ietf"))
	one(`sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/dhcp_servers list 10.1.1.1,10.1.1.2`, api.Path("sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/dhcp_servers"), api.Encoding("proto"))
	one(`sonic-db:/CONFIG_DB/localhost/INTERFACE json_ietf {"Ethernet0":{},"Ethernet0|10.0.0.1/24":{}}`, api.Path("sonic-db:/CONFIG_DB/localhost/INTERFACE"), api.Encoding("json_ietf"))
	one(`sonic-db:/CONFIG_DB/localhost/INTERFACE/Ethernet0|10.0.0.1~124 json_ietf {}`, api.Path("sonic-db:/CONFIG_DB/localhost/INTERFACE/Ethernet0|10.0.0.1~124"), api.Encoding("json_ietf"))
	one(`sonic-db:/CONFIG_DB/localhost/PORT/*/mtu json_ietf {"Ethernet0":{"mtu":"9100"},"Ethernet4":{"mtu":"9100"}}`,
		api.Path("sonic-db:/CONFIG_DB/localhost/PORT/*/mtu"), api.Encoding("json_ietf"))
	// prefix.target, whose answers are SONiC's whatever the encoding
	for _, encoding := range []string{"json", "json_ietf", "proto"} {
		one(`/PORT/Ethernet0/mtu string 9100`, api.Target("CONFIG_DB"), api.Path("/PORT/Ethernet0/mtu"), api.Encoding(encoding))
	}
	one(`/INTERFACE/Ethernet0/10.0.0.1~124 json_ietf {"NULL":"NULL"}`, api.Target("CONFIG_DB"), api.Path("/INTERFACE/Ethernet0/10.0.0.1~124"), api.Encoding("json_ietf"))
	one(`/VLAN/Vlan10 json_ietf {"dhcp_servers@":"10.1.1.1,10.1.1.2","vlanid":"10"}`, api.Target("CONFIG_DB"), api.Path("/VLAN/Vlan10"), api.Encoding("json_ietf"))
	// depth
	one(`sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/vlanid string 10`, api.Path("sonic-db:/CONFIG_DB/localhost/VLAN/Vlan10/vlanid"), api.Encoding("proto"))
}

// TestVirtualPaths reads counters by the names of ports.
func TestVirtualPaths(t *testing.T) {
	s := start(t, "PFC_WD|Ethernet0 action drop", "PORT_QOS_MAP|Ethernet0 pfc_enable 3,4", "MAP_PFC_PRIORITY_TO_QUEUE|AZURE 3 3 4 4")
	s.put(db.Counters,
		"COUNTERS_PORT_NAME_MAP Ethernet0 oid:0x1 Ethernet4 oid:0x2",
		"COUNTERS:oid:0x1 SAI_PORT_STAT_IF_IN_OCTETS 11 SAI_PORT_STAT_IF_OUT_OCTETS 12",
		"COUNTERS:oid:0x2 SAI_PORT_STAT_IF_IN_OCTETS 21 SAI_PORT_STAT_IF_OUT_OCTETS 22",
		"COUNTERS_QUEUE_NAME_MAP Ethernet0:3 oid:0x13 Ethernet0:5 oid:0x15 Ethernet4:3 oid:0x23",
		"COUNTERS:oid:0x13 SAI_QUEUE_STAT_PACKETS 3", "COUNTERS:oid:0x15 SAI_QUEUE_STAT_PACKETS 5", "COUNTERS:oid:0x23 SAI_QUEUE_STAT_PACKETS 33",
		"RATES:oid:0x1 RX_BPS 1.5")
	tg := s.target()
	one := func(path, want string) {
		t.Helper()
		same(t, answer(get(t, tg, api.Target("COUNTERS_DB"), api.Path(path), api.Encoding("json_ietf"))), path+" "+want)
	}
	one("/COUNTERS/Ethernet0", `json_ietf {"SAI_PORT_STAT_IF_IN_OCTETS":"11","SAI_PORT_STAT_IF_OUT_OCTETS":"12"}`)
	one("/COUNTERS/etp1", `json_ietf {"SAI_PORT_STAT_IF_IN_OCTETS":"11","SAI_PORT_STAT_IF_OUT_OCTETS":"12"}`)
	one("/COUNTERS/Ethernet4/SAI_PORT_STAT_IF_IN_OCTETS", `string 21`)
	one("/COUNTERS/Ethernet*/SAI_PORT_STAT_IF_IN_OCTETS", `json_ietf {"etp1":{"SAI_PORT_STAT_IF_IN_OCTETS":"11"},"etp2":{"SAI_PORT_STAT_IF_IN_OCTETS":"21"}}`)
	one("/COUNTERS/Ethernet0/Queues", `json_ietf {"Ethernet0:3":{"SAI_QUEUE_STAT_PACKETS":"3"},"Ethernet0:5":{"SAI_QUEUE_STAT_PACKETS":"5"}}`)
	one("/COUNTERS/Ethernet*/Queues", `json_ietf {"etp1:3":{"SAI_QUEUE_STAT_PACKETS":"3"},"etp1:5":{"SAI_QUEUE_STAT_PACKETS":"5"},"etp2:3":{"SAI_QUEUE_STAT_PACKETS":"33"}}`)
	one("/COUNTERS/Ethernet0/Pfcwd", `json_ietf {"Ethernet0:3":{"SAI_QUEUE_STAT_PACKETS":"3"}}`)
	one("/RATES/Ethernet0", `json_ietf {"RX_BPS":"1.5"}`)
	one("/COUNTERS/oid:0x2/SAI_PORT_STAT_IF_OUT_OCTETS", `string 22`)
	one("/COUNTERS_PORT_NAME_MAP", `json_ietf {"Ethernet0":"oid:0x1","Ethernet4":"oid:0x2"}`)
	one("/COUNTERS_PORT_NAME_MAP/Ethernet4", `string oid:0x2`)
	req, err := api.NewGetRequest(api.Target("COUNTERS_DB"), api.Path("/COUNTERS/Ethernet8"), api.Encoding("json_ietf"))
	must(t, err)
	_, err = tg.Get(t.Context(), req)
	refused(t, err, codes.NotFound, "/COUNTERS/Ethernet8")
	r := get(t, tg, api.Target("OTHERS"), api.Path("/proc/loadavg"), api.Encoding("json_ietf"))
	if len(answer(r)) != 1 {
		t.Error(answer(r))
	}
}
