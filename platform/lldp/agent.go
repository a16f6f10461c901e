package lldp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// ErrNotInstalled says that there is no lldpcli on this machine.
var ErrNotInstalled = errors.New("lldpcli is not installed")

// Agent is the lldpd behind a socket.
type Agent struct {
	client string
	socket string
}

// Open finds lldpd's client. Nothing is connected: lldpd may come later, and come back.
func Open(socket string) (*Agent, error) {
	client, err := exec.LookPath("lldpcli")
	if err != nil {
		return nil, ErrNotInstalled
	}
	return &Agent{client: client, socket: socket}, nil
}

// ID is the name of a chassis or port with the kind that lldpd says it is: local, mac, ip, ifname, ifalias.
type ID struct{ Type, Value string }

// Entry is an interface with the chassis and the port that are told there: a neighbour's, or our own.
type Entry struct {
	Interface    string
	Index        string // of the neighbour, by lldpd's count
	Age          string // "0 day, 00:00:18"
	Chassis      ID
	Name         string
	Description  string
	Management   []string
	Capabilities []Capability
	Port         ID
	PortText     string
}

// Capability is one of lldpd's words: Other, Repeater, Bridge, Wlan, Router, Tel, Docsis, Station.
type Capability struct {
	Type    string
	Enabled bool
}

// Neighbors are those of all interfaces; one that has several is there several times.
func (a *Agent) Neighbors(ctx context.Context) ([]Entry, error) {
	return a.show(ctx, "show", "neighbors", "details")
}

// Own is what the interfaces that lldpd works on tell of this switch.
func (a *Agent) Own(ctx context.Context) ([]Entry, error) {
	return a.show(ctx, "show", "interfaces", "details")
}

func (a *Agent) show(ctx context.Context, command ...string) ([]Entry, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, a.client, append([]string{"-u", a.socket, "-f", "json0"}, command...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("lldpcli %s: %w: %s", strings.Join(command, " "), err, strings.TrimSpace(stderr.String()))
	}
	return parse(out)
}

// Port is what to tell on an interface.
type Port struct{ Interface, ID, Description string }

// Configure sets the name of this switch, if it is not empty, and what ports tell. An interface that lldpd does not know yet is passed over, silently: Own
// tells.
func (a *Agent) Configure(ctx context.Context, hostname string, ports []Port) error {
	var script strings.Builder
	if hostname != "" {
		fmt.Fprintf(&script, "configure system hostname %s\n", quote(hostname))
	}
	for _, p := range ports {
		fmt.Fprintf(&script, "configure ports %s lldp portidsubtype local %s description %s\n", quote(p.Interface), quote(p.ID), quote(p.Description))
	}
	script.WriteString("update\n") // neighbours hear it now, and not after lldpd's interval
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, a.client, "-u", a.socket)
	cmd.Stdin, cmd.Stderr = strings.NewReader(script.String()), &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("lldpcli: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	if said := strings.TrimSpace(stderr.String()); said != "" {
		return fmt.Errorf("lldpcli: %s", said)
	}
	return nil
}

// quote makes one word of lldpcli's, which has no way to write a quotation mark or the end of a line within one.
func quote(text string) string {
	return `"` + strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r == 0x7f:
			return ' '
		}
		return r
	}, text) + `"`
}

// Watch calls changed whenever neighbours come, change or go, until lldpd ends, is not there, or ctx ends; its error says which.
func (a *Agent) Watch(ctx context.Context, changed func()) error {
	cmd := exec.CommandContext(ctx, a.client, "-u", a.socket, "-f", "json0", "watch")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("lldpcli watch: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("lldpcli watch: %w", err)
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		if n > 0 {
			changed()
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("lldpcli watch: %w", err)
	}
	return errors.New("lldpcli watch: lldpd went away")
}

// The JSON of lldpd's format json0 has a list wherever there may be several.
type (
	document struct {
		LLDP []struct {
			Interface []interfaceJSON `json:"interface"`
		} `json:"lldp"`
	}
	interfaceJSON struct {
		Name    string        `json:"name"`
		Index   string        `json:"rid"`
		Age     string        `json:"age"`
		Chassis []chassisJSON `json:"chassis"`
		Port    []portJSON    `json:"port"`
	}
	chassisJSON struct {
		ID           []idJSON    `json:"id"`
		Name         []valueJSON `json:"name"`
		Description  []valueJSON `json:"descr"`
		Management   []valueJSON `json:"mgmt-ip"`
		Capabilities []struct {
			Type    string `json:"type"`
			Enabled bool   `json:"enabled"`
		} `json:"capability"`
	}
	portJSON struct {
		ID          []idJSON    `json:"id"`
		Description []valueJSON `json:"descr"`
	}
	idJSON    struct{ Type, Value string }
	valueJSON struct{ Value string }
)

func parse(text []byte) ([]Entry, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("lldpcli: %w", err)
	}
	var out []Entry
	for _, l := range d.LLDP {
		for _, i := range l.Interface {
			e := Entry{Interface: i.Name, Index: i.Index, Age: i.Age}
			for _, c := range i.Chassis {
				e.Chassis, e.Name, e.Description = firstID(c.ID), first(c.Name), first(c.Description)
				for _, m := range c.Management {
					e.Management = append(e.Management, m.Value)
				}
				for _, k := range c.Capabilities {
					e.Capabilities = append(e.Capabilities, Capability{Type: k.Type, Enabled: k.Enabled})
				}
			}
			for _, p := range i.Port {
				e.Port, e.PortText = firstID(p.ID), first(p.Description)
			}
			if e.Interface != "" { // an empty list is a list of one empty object
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func first(list []valueJSON) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].Value
}

func firstID(list []idJSON) ID {
	if len(list) == 0 {
		return ID{}
	}
	return ID{Type: list[0].Type, Value: list[0].Value}
}
