package image

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// topology is what tests/labs have of containerlab's format: nodes of kinds sonic-vs and linux with binds and commands, and links.
type topology struct {
	nodes []labNode
	links [][2]string // node:interface
}

type labNode struct {
	name, kind  string
	binds, exec []string
}

var (
	nodeLine  = regexp.MustCompile(`^    (\w+):$`)
	keyLine   = regexp.MustCompile(`^      (kind|binds|exec): (.*)$`)
	linkLine  = regexp.MustCompile(`^    - endpoints: \["([^"]*)", "([^"]*)"\]$`)
	otherKeys = []string{"  nodes:", "  links:"}
)

// readTopology reads the lines that our labs are written in; it is no reader of YAML, and a line that it does not know fails the test.
func readTopology(t *testing.T, path string) (lab topology) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, body, ok := strings.Cut(string(text), "\n  nodes:\n")
	if !ok {
		t.Fatalf("%s has no nodes", path)
	}
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		if m := nodeLine.FindStringSubmatch(line); m != nil {
			lab.nodes = append(lab.nodes, labNode{name: m[1]})
		} else if m := linkLine.FindStringSubmatch(line); m != nil {
			lab.links = append(lab.links, [2]string{m[1], m[2]})
		} else if m := keyLine.FindStringSubmatch(line); m != nil && len(lab.nodes) > 0 {
			n := &lab.nodes[len(lab.nodes)-1]
			list := strings.Split(strings.Trim(m[2], "[]"), ", ")
			switch m[1] {
			case "kind":
				n.kind = m[2]
			case "binds":
				n.binds = list
			case "exec":
				n.exec = list
			}
		} else if !slices.Contains(otherKeys, line) {
			t.Fatalf("%s: %q", path, line)
		}
	}
	return lab
}

// deploy does what containerlab does with a topology, in its order: containers, links, what the kind does then, commands.
func deploy(t *testing.T, name string) map[string]*node {
	t.Helper()
	dir := filepath.Join("..", "labs", name)
	lab := readTopology(t, filepath.Join(dir, name+".clab.yml"))
	nodes := map[string]*node{}
	var all []*node
	for _, l := range lab.nodes {
		files := map[string]string{}
		for _, b := range l.binds {
			from, to, _ := strings.Cut(b, ":")
			text, err := os.ReadFile(filepath.Join(dir, from))
			if err != nil {
				t.Fatal(err)
			}
			files[to] = string(text)
		}
		if l.kind == "sonic-vs" {
			nodes[l.name] = run(t, l.name, files, nil, "--network", "none", "--entrypoint", "/bin/bash")
		} else {
			nodes[l.name] = run(t, l.name, files, []string{"infinity"}, "--network", "none", "--entrypoint", "sleep", "--no-healthcheck")
		}
		all = append(all, nodes[l.name])
	}
	for _, l := range lab.links {
		link(t, labEnd(t, nodes, l[0]), labEnd(t, nodes, l[1]))
	}
	describe(t, all...)
	for _, l := range lab.nodes {
		if n := nodes[l.name]; l.kind == "sonic-vs" {
			must(t, "exec", "-d", n.name, "supervisord")
			must(t, "exec", "-d", n.name, "supervisorctl", "start", "bgpd")
		}
		for _, command := range l.exec {
			if out, err := nodes[l.name].exec(strings.Fields(command)...); err != nil {
				t.Fatalf("%s: %s: %v %s", l.name, command, err, out)
			}
		}
	}
	return nodes
}

func labEnd(t *testing.T, nodes map[string]*node, text string) end {
	t.Helper()
	name, port, _ := strings.Cut(text, ":")
	n, ok := nodes[name]
	if !ok {
		t.Fatalf("a link to %q", text)
	}
	return n.port(port)
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
