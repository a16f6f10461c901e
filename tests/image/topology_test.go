package image

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	clab "github.com/hypersonic-nos/hypersonic/tests/labs"
)

// deploy does what containerlab does with a topology, in its order: containers, links, what the kind does then, commands.
func deploy(t *testing.T, name string) map[string]*node {
	t.Helper()
	dir := filepath.Join("..", "labs", name)
	lab, err := clab.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	nodes := map[string]*node{}
	var all []*node
	for _, l := range lab.Nodes {
		files := map[string]string{}
		for _, b := range l.Binds {
			text, err := os.ReadFile(filepath.Join(dir, b.File))
			if err != nil {
				t.Fatal(err)
			}
			files[b.Path] = string(text)
		}
		if l.Kind == clab.Switch {
			nodes[l.Name] = run(t, l.Name, files, nil, "--network", "none", "--entrypoint", "/bin/bash")
		} else {
			nodes[l.Name] = run(t, l.Name, files, []string{"infinity"}, "--network", "none", "--entrypoint", "sleep", "--no-healthcheck")
		}
		all = append(all, nodes[l.Name])
	}
	for _, l := range lab.Links {
		link(t, nodes[l[0].Node].port(l[0].Interface), nodes[l[1].Node].port(l[1].Interface))
	}
	describe(t, all...)
	for _, l := range lab.Nodes {
		if n := nodes[l.Name]; l.Kind == clab.Switch {
			must(t, "exec", "-d", n.name, "supervisord")
			must(t, "exec", "-d", n.name, "supervisorctl", "start", "bgpd")
		}
		for _, command := range l.Exec {
			if out, err := nodes[l.Name].exec(strings.Fields(command)...); err != nil {
				t.Fatalf("%s: %s: %v %s", l.Name, command, err, out)
			}
		}
	}
	return nodes
}

// labs deploys the topologies of tests/labs and pings across them. The one with another vendor's image cannot be deployed here.
func labs(t *testing.T) {
	for _, c := range []struct {
		lab, from string
		to        []string
	}{
		{"one", "h1", []string{"192.168.2.10"}},
		{"vlan", "h1", []string{"192.168.10.12", "192.168.30.13"}},
		{"unnumbered", "h1", []string{"192.168.2.10"}},
		{"ecmp", "h1", []string{"192.168.4.10"}},
	} {
		t.Run(c.lab, func(t *testing.T) {
			nodes := deploy(t, c.lab)
			for _, addr := range c.to {
				took := await(t, c.from+" pings "+addr, func() (string, bool) {
					out, err := nodes[c.from].exec("ping", "-c", "1", "-W", "1", addr)
					return out, err == nil
				})
				t.Logf("%s reaches %s after %v", c.from, addr, took)
			}
			if c.lab == "ecmp" {
				await(t, "two paths", func() (string, bool) {
					out, err := nodes["leaf1"].exec("redis-cli", "-n", "0", "hget", "ROUTE_TABLE:192.168.4.0/24", "nexthop")
					return out, err == nil && strings.Contains(out, ",")
				})
			}
		})
	}
}
