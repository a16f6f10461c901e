package image

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestImage(t *testing.T) {
	build(t)
	t.Run("sonic-vs", sonicVs)
	t.Run("linux", linux)
	t.Run("labs", labs)
}

// leaf1Config configures BGP by CONFIG_DB.
const leaf1Config = `{
  "DEVICE_METADATA": {"localhost": {"hostname": "leaf1", "bgp_asn": "65101", "frr_mgmt_framework_config": "true", "docker_routing_config_mode": "unified"}},
  "PORT": {
    "Ethernet0": {"lanes": "25,26,27,28", "alias": "fortyGigE0/0", "index": "0", "speed": "40000", "mtu": "9100", "admin_status": "up"},
    "Ethernet4": {"lanes": "29,30,31,32", "alias": "fortyGigE0/4", "index": "1", "speed": "40000", "mtu": "9100", "admin_status": "up"}
  },
  "INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.0.1/31": {}, "Ethernet4": {}, "Ethernet4|192.168.1.1/24": {}},
  "LOOPBACK_INTERFACE": {"Loopback0": {}, "Loopback0|10.255.0.1/32": {}},
  "BGP_GLOBALS": {"default": {"local_asn": "65101", "router_id": "10.255.0.1"}},
  "BGP_GLOBALS_AF": {"default|ipv4_unicast": {}},
  "BGP_NEIGHBOR": {"default|10.0.0.0": {"asn": "65000", "admin_status": "true", "conn_retry": "1"}},
  "BGP_NEIGHBOR_AF": {"default|10.0.0.0|ipv4_unicast": {"admin_status": "true"}},
  "ROUTE_REDISTRIBUTE": {"default|connected|bgp|ipv4": {}}
}`

// ports is the configuration of a switch whose routing is in a frr.conf.
func ports(name string, addresses ...string) string {
	text := `{"DEVICE_METADATA": {"localhost": {"hostname": "` + name + `"}}, "PORT": {
		"Ethernet0": {"lanes": "25,26,27,28", "alias": "fortyGigE0/0", "speed": "40000", "admin_status": "up"},
		"Ethernet4": {"lanes": "29,30,31,32", "alias": "fortyGigE0/4", "speed": "40000", "admin_status": "up"}},
		"INTERFACE": {"Ethernet0": {}, "Ethernet4": {}`
	for _, a := range addresses {
		text += `, "` + a + `": {}`
	}
	return text + "}}"
}

const spineFRR = `frr defaults datacenter
hostname spine1
router bgp 65000
 bgp router-id 10.255.0.10
 no bgp ebgp-requires-policy
 neighbor 10.0.0.1 remote-as 65101
 neighbor 10.0.0.3 remote-as 65102
 neighbor 10.0.0.1 timers connect 1
 neighbor 10.0.0.3 timers connect 1
 address-family ipv4 unicast
  redistribute connected
 exit-address-family
`

const leaf2FRR = `frr defaults datacenter
hostname leaf2
router bgp 65102
 bgp router-id 10.255.0.2
 no bgp ebgp-requires-policy
 neighbor 10.0.0.2 remote-as 65000
 neighbor 10.0.0.2 timers connect 1
 address-family ipv4 unicast
  redistribute connected
 exit-address-family
`

const (
	configDB = "/etc/sonic/config_db.json"
	frrConf  = "/etc/frr/frr.conf"
)

// sonicVs is a Clos network of two leaves and a spine, each started by the steps of kind sonic-vs: bash is the first process, links come, supervisord and
// supervisorctl are called and nobody waits for them. One leaf has its BGP in CONFIG_DB, the others in frr.conf.
func sonicVs(t *testing.T) {
	bash := []string{"--network", "none", "--entrypoint", "/bin/bash"}
	leaf1 := run(t, "leaf1", map[string]string{configDB: leaf1Config}, nil, bash...)
	leaf2 := run(t, "leaf2", map[string]string{"/var/sonic/config_db.json": ports("leaf2", "Ethernet0|10.0.0.3/31", "Ethernet4|192.168.2.1/24"), frrConf: leaf2FRR}, nil, bash...)
	spine := run(t, "spine1", map[string]string{configDB: ports("spine1", "Ethernet0|10.0.0.0/31", "Ethernet4|10.0.0.2/31"), frrConf: spineFRR}, nil, bash...)
	h1, h2 := netns.New(t), netns.New(t)
	plug := func() {
		link(t, leaf1.port("eth1"), spine.port("eth1"))
		link(t, leaf1.port("eth2"), hostEnd(h1, "eth1"))
		h1.Addr(t, "eth1", "192.168.1.10/24")
		route(t, h1, "192.168.1.1")
	}
	plug()
	link(t, leaf2.port("eth1"), spine.port("eth2"))
	link(t, leaf2.port("eth2"), hostEnd(h2, "eth1"))
	h2.Addr(t, "eth1", "192.168.2.10/24")
	route(t, h2, "192.168.2.1")
	describe(t, leaf1, leaf2, spine)
	for _, n := range []*node{leaf1, leaf2, spine} {
		if out, err := n.exec("supervisorctl", "status"); err == nil {
			t.Fatalf("%s runs before supervisord was called:\n%s", n.name, out)
		}
		must(t, "exec", "-d", n.name, "supervisord")
		must(t, "exec", "-d", n.name, "supervisorctl", "start", "bgpd")
	}
	for _, n := range []*node{leaf1, leaf2, spine} {
		t.Logf("%s: healthy after %v", n.name, n.healthy(t))
	}
	pings(t, h1, "192.168.2.10")
	pings(t, h2, "10.255.0.1")
	must(t, "exec", leaf1.name, "supervisord") // does nothing
	await(t, "leaf1 knows its neighbour by LLDP", func() (string, bool) {
		out, err := leaf1.exec("redis-cli", "-n", "0", "hmget", "LLDP_ENTRY_TABLE:Ethernet0", "lldp_rem_sys_name", "lldp_rem_port_id")
		return fmt.Sprint(out, err), strings.Join(strings.Fields(out), " ") == "spine1 fortyGigE0/0"
	})
	if out, err := leaf1.exec("lldpcli", "-f", "xml", "show", "neighbors"); err != nil || !strings.Contains(out, "spine1") {
		t.Errorf("XML of lldpcli: %v %s", err, out)
	}

	for _, n := range []*node{leaf1, leaf2, spine} {
		programs(t, n)
	}
	if out := leaf2.vtysh("show running-config"); !strings.Contains(out, "router bgp 65102") {
		t.Errorf("frr.conf is not in effect:\n%s", out)
	}
	service(t, spine)
	pings(t, h1, "192.168.2.10")

	// Started again, with new links: the second time after a sudden end, with all that the first life left behind.
	for _, end := range [][]string{{"restart", "-t", "1", leaf1.name}, {"kill", "-s", "KILL", leaf1.name}} {
		must(t, end...)
		if end[0] == "kill" {
			must(t, "start", leaf1.name)
		}
		leaf1.enter(t)
		plug()
		t.Logf("%s: healthy %v after docker %s", leaf1.name, leaf1.healthy(t), end[0])
		pings(t, h1, "192.168.2.10")
		programs(t, leaf1)
	}
}

// programs wants all of SONiC's names RUNNING, but for routing daemons that /etc/frr/daemons does not ask for.
func programs(t *testing.T, n *node) {
	t.Helper()
	await(t, n.name+": programs", func() (string, bool) {
		out, _ := n.exec("supervisorctl", "status") // its exit code tells of programs that are stopped
		states := map[string]string{}
		for line := range strings.Lines(out) {
			if f := strings.Fields(line); len(f) > 1 {
				states[f[0]] = f[1]
			}
		}
		for _, name := range []string{
			"redis-server", "orchagent", "syncd", "portsyncd", "neighsyncd", "fpmsyncd", "intfmgrd", "vlanmgrd", "portmgrd", "vrfmgrd", "nbrmgrd", "bgpcfgd",
			"zebra", "staticd", "bgpd", "bfdd", "lldpd", "lldpmgrd", "lldp-syncd", "teamd", "teamsyncd", "teammgrd", "gnmi-native", "telemetry",
		} {
			if states[name] != "RUNNING" {
				return name + " in\n" + out, false
			}
		}
		return out, states["ospfd"] == "STOPPED"
	})
}

// service goes through what netlab and people do with FRR: a daemon is switched on in /etc/frr/daemons, and FRR restarted.
func service(t *testing.T, n *node) {
	t.Helper()
	for _, command := range []string{"sed -i s/ospfd=no/ospfd=yes/ /etc/frr/daemons && service frr restart", "service frr status", "supervisorctl status ospfd"} {
		if out, err := n.exec("sh", "-c", command); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	if out := n.vtysh("show running-config"); !strings.Contains(out, "router bgp 65000") {
		t.Errorf("frr.conf is not in effect after a restart:\n%s", out)
	}
}
