package labs

import (
	"fmt"
	"strings"
)

// The size of the Clos networks.
const (
	spines       = 2
	leaves       = 4
	hostsPerLeaf = 2
)

// spineASN is the spines' autonomous system; leaf i's is spineASN+100+i.
const spineASN = 65000

// Clos gives the files of the Clos networks by their path below this directory: two spines, four leaves, each with two hosts in a VLAN, IPv4 and IPv6, eBGP
// over links with addresses (clos) or without (clos-unnumbered), all of it from CONFIG_DB.
func Clos() map[string]string {
	files := map[string]string{}
	for name, unnumbered := range map[string]bool{"clos": false, "clos-unnumbered": true} {
		files[name+"/"+name+".clab.yml"] = closTopology(name, unnumbered)
		for i := range spines {
			files[fmt.Sprintf("%s/spine%d.json", name, i+1)] = closSpine(i+1, unnumbered).text()
		}
		for i := range leaves {
			files[fmt.Sprintf("%s/leaf%d.json", name, i+1)] = closLeaf(i+1, unnumbered).text()
		}
	}
	return files
}

func closTopology(name string, unnumbered bool) string {
	var b strings.Builder
	links := map[bool]string{false: "over links with addresses", true: "over links without addresses (IPv6 link-local)"}[unnumbered]
	fmt.Fprintf(&b, `# A Clos network of two spines and four leaves with two hosts each, eBGP %s, all of it from CONFIG_DB. The hosts of a leaf
# are in one VLAN; the others' are two equal paths away. Written by go generate.
#   containerlab deploy                       (or without containers: make lab LAB=%[2]s)
#   docker exec clab-%[2]s-h11 ping -c 3 192.168.4.12
#   docker exec clab-%[2]s-h11 ping -c 3 fd00:4::12
#   docker exec clab-%[2]s-leaf1 show ip route 192.168.4.0/24
name: %[2]s
topology:
  defaults:
    image: hypersonic:latest
  kinds:
    linux: # the hosts: the same image with nothing running
      entrypoint: sleep infinity
      healthcheck: {test: [NONE]}
  nodes:
`, links, name)
	node := func(kind string, i int) {
		fmt.Fprintf(&b, "    %[1]s%[2]d:\n      kind: sonic-vs\n      binds: [%[1]s%[2]d.json:/etc/sonic/config_db.json]\n", kind, i)
	}
	for i := range spines {
		node("spine", i+1)
	}
	for i := range leaves {
		node("leaf", i+1)
	}
	each := func(f func(leaf, host int)) {
		for l := range leaves {
			for h := range hostsPerLeaf {
				f(l+1, h+1)
			}
		}
	}
	each(func(l, h int) {
		fmt.Fprintf(&b, "    h%d%d:\n      kind: linux\n      exec: [%s]\n", l, h, strings.Join([]string{
			fmt.Sprintf("ip address add 192.168.%d.1%d/24 dev eth1", l, h), fmt.Sprintf("ip route add 192.168.0.0/16 via 192.168.%d.1", l),
			fmt.Sprintf("ip address add fd00:%d::1%d/64 dev eth1 nodad", l, h), fmt.Sprintf("ip route add fd00::/16 via fd00:%d::1", l),
		}, ", "))
	})
	b.WriteString("  links:\n")
	for l := range leaves {
		for s := range spines {
			fmt.Fprintf(&b, "    - endpoints: [\"leaf%d:eth%d\", \"spine%d:eth%d\"]\n", l+1, s+1, s+1, l+1)
		}
	}
	each(func(l, h int) {
		fmt.Fprintf(&b, "    - endpoints: [\"leaf%d:eth%d\", \"h%d%d:eth1\"]\n", l, spines+h, l, h)
	})
	return b.String()
}

func closLeaf(l int, unnumbered bool) *config {
	c := &config{}
	c.device(fmt.Sprintf("leaf%d", l), spineASN+100+l)
	for s := range spines {
		c.port(s+1, fmt.Sprintf("spine%d", s+1))
	}
	for h := range hostsPerLeaf {
		c.port(spines+h+1, fmt.Sprintf("h%d%d", l, h+1))
	}
	for s := range spines {
		c.link(unnumbered, s+1, fmt.Sprintf("10.%d.%d", s+1, l), fmt.Sprintf("fc00:%d:%d:", s+1, l), 1, spineASN)
	}
	c.add("VLAN", "Vlan10", `"vlanid": "10"`)
	for h := range hostsPerLeaf {
		c.add("VLAN_MEMBER", "Vlan10|"+portName(spines+h+1), `"tagging_mode": "untagged"`)
	}
	c.add("VLAN_INTERFACE", "Vlan10", "")
	c.add("VLAN_INTERFACE", fmt.Sprintf("Vlan10|192.168.%d.1/24", l), "")
	c.add("VLAN_INTERFACE", fmt.Sprintf("Vlan10|fd00:%d::1/64", l), "")
	c.routing(spineASN+100+l, fmt.Sprintf("10.255.0.%d", l), fmt.Sprintf("fc00:255::%d", l), unnumbered)
	return c
}

func closSpine(s int, unnumbered bool) *config {
	c := &config{}
	c.device(fmt.Sprintf("spine%d", s), spineASN)
	for l := range leaves {
		c.port(l+1, fmt.Sprintf("leaf%d", l+1))
	}
	for l := range leaves {
		c.link(unnumbered, l+1, fmt.Sprintf("10.%d.%d", s, l+1), fmt.Sprintf("fc00:%d:%d:", s, l+1), 0, spineASN+100+l+1)
	}
	c.routing(spineASN, fmt.Sprintf("10.255.0.%d", 10+s), fmt.Sprintf("fc00:255::%d", 10+s), unnumbered)
	return c
}
