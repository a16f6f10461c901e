package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli"
)

// TestCommandsThere holds that what people type into a lab's switch (reference/lab.md 3.2, in its order) is there, if only to say that it cannot be done yet.
// Programs that are others' (redis-cli, vtysh, tcpdump, supervisorctl) are not looked for here.
func TestCommandsThere(t *testing.T) {
	sw := &cli.Switch{}
	programs := map[string]*cobra.Command{
		"show": cli.Show(sw), "config": cli.Config(sw), "sonic-db-cli": cli.DBCli(sw), "sonic-cfggen": cli.Cfggen(sw), "sonic-clear": cli.Clear(sw),
		"crm": cli.Crm(sw), "pfcwd": cli.Pfcwd(sw), "ecnconfig": cli.Ecnconfig(sw), "counterpoll": cli.Counterpoll(sw),
	}
	for _, line := range strings.Split(strings.TrimSpace(`
show ip bgp summary
show ip bgp neighbors
show ip bgp network
show interfaces status
show ip route
show ip interfaces
show ipv6 bgp summary
show ipv6 bgp neighbors
show ipv6 bgp network
show interfaces counters
show acl table
show acl rule
show queue counters
show ipv6 route
show version
show vlan config
show vlan brief
show lldp table
show runningconfiguration bgp
show runningconfiguration all
show arp
show ndp
show interfaces portchannel
show mac
show platform summary
show feature status
show vxlan tunnel
show vxlan interface
show vxlan remotevtep
show evpn
config save
config reload
config interface ip add
config interface ip remove
config interface startup
config interface shutdown
config vlan add
config vlan del
config vlan member add
config vlan member del
config portchannel add
config portchannel member add
config load
config route add
config acl add
config bgp startup all
config bgp shutdown all
config interface vrf bind
config apply-patch
config loopback add
config hostname
config interface mtu
config interface ipv6 enable use-link-local-only
sonic-db-cli
sonic-cfggen
sonic-clear counters
sonic-clear fdb all
sonic-clear arp
sonic-clear ndp
show environment
show techsupport
show platform psustatus
show interfaces transceiver eeprom
crm show resources all
crm show summary
crm show thresholds all
crm config polling interval
crm config thresholds acl group entry high
counterpoll show
counterpoll port enable
`), "\n") {
		words := strings.Fields(line)
		cmd, rest, err := programs[words[0]].Find(words[1:])
		if err != nil || len(rest) > 0 || cmd.Name() != words[len(words)-1] || cmd.RunE == nil {
			t.Errorf("%s: found %q, left %q, %v", line, cmd.CommandPath(), rest, err)
		}
	}
}

// TestEveryCommandSaysWhatItIs wants a line of help of every command.
func TestEveryCommandSaysWhatItIs(t *testing.T) {
	sw := &cli.Switch{}
	var check func(c *cobra.Command)
	check = func(c *cobra.Command) {
		if c.Short == "" || c.RunE == nil {
			t.Errorf("%s: help %q", c.CommandPath(), c.Short)
		}
		for _, s := range c.Commands() {
			check(s)
		}
	}
	for _, c := range []*cobra.Command{cli.Show(sw), cli.Config(sw), cli.DBCli(sw), cli.Cfggen(sw), cli.Clear(sw), cli.Crm(sw), cli.Pfcwd(sw), cli.Ecnconfig(sw), cli.Counterpoll(sw), cli.Unavailable("acl-loader", "why")} {
		check(c)
	}
}
