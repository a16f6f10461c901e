package labs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Topology is what our labs have of containerlab's format.
type Topology struct {
	Name  string
	Dir   string // where the files of binds are
	Nodes []Node
	Links []Link
}

// Node is a switch or a host.
type Node struct {
	Name  string
	Kind  string
	Binds []Bind
	Exec  []string // commands to run when the links are there
}

// The kinds of nodes that our labs have.
const (
	Switch = "sonic-vs"
	Host   = "linux"
)

// Bind is a file of the topology's directory that a node has at a path.
type Bind struct{ File, Path string }

// Link joins two ends.
type Link [2]End

// End is an interface of a node.
type End struct{ Node, Interface string }

func (e End) String() string { return e.Node + ":" + e.Interface }

var (
	nameLine  = regexp.MustCompile(`(?m)^name: ([\w-]+)$`)
	nodeLine  = regexp.MustCompile(`^    (\w+):$`)
	keyLine   = regexp.MustCompile(`^      (kind|binds|exec): (.*)$`)
	linkLine  = regexp.MustCompile(`^    - endpoints: \["([^":]*):([^"]*)", "([^":]*):([^"]*)"\]$`)
	otherKeys = []string{"  nodes:", "  links:"}
)

// Read reads DIR/NAME.clab.yml, NAME being the directory's. It knows the lines that our labs are written in and is no reader of YAML: another line is
// an error.
func Read(dir string) (*Topology, error) {
	path := filepath.Join(dir, filepath.Base(dir)+".clab.yml")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("topology: %w", err)
	}
	t := &Topology{Dir: dir}
	if m := nameLine.FindStringSubmatch(string(text)); m != nil {
		t.Name = m[1]
	}
	_, body, ok := strings.Cut(string(text), "\n  nodes:\n")
	if !ok || t.Name == "" {
		return nil, fmt.Errorf("topology %s: no name, or no nodes", path)
	}
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		if err := t.line(line); err != nil {
			return nil, fmt.Errorf("topology %s: %q: %w", path, line, err)
		}
	}
	return t, nil
}

func (t *Topology) line(line string) error {
	if m := nodeLine.FindStringSubmatch(line); m != nil {
		t.Nodes = append(t.Nodes, Node{Name: m[1]})
	} else if m := linkLine.FindStringSubmatch(line); m != nil {
		l := Link{{m[1], m[2]}, {m[3], m[4]}}
		for _, e := range l {
			if t.Node(e.Node) == nil {
				return fmt.Errorf("no node %q", e.Node)
			}
		}
		t.Links = append(t.Links, l)
	} else if m := keyLine.FindStringSubmatch(line); m != nil && len(t.Nodes) > 0 {
		return t.Nodes[len(t.Nodes)-1].set(m[1], m[2])
	} else if !slices.Contains(otherKeys, line) {
		return fmt.Errorf("not a line that is known here")
	}
	return nil
}

func (n *Node) set(key, value string) error {
	list := strings.Split(strings.Trim(value, "[]"), ", ")
	switch key {
	case "kind":
		n.Kind = value
	case "exec":
		n.Exec = list
	case "binds":
		for _, b := range list {
			file, path, ok := strings.Cut(b, ":")
			if !ok {
				return fmt.Errorf("bind %q is not FILE:PATH", b)
			}
			n.Binds = append(n.Binds, Bind{file, path})
		}
	}
	return nil
}

// Node finds a node; nil: there is none of that name.
func (t *Topology) Node(name string) *Node {
	for i := range t.Nodes {
		if t.Nodes[i].Name == name {
			return &t.Nodes[i]
		}
	}
	return nil
}
