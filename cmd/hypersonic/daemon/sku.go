package daemon

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Model is the switch's whole SKU: its files, or SONiC's virtual switch by default. The ASIC has all its ports, so that any can be configured, and a
// netdev that is plugged in later finds its own.
func (env Env) Model() (hwsku.SKU, error) {
	if _, err := os.Stat(env.HwSKU()); err != nil {
		return hwsku.Default(), nil
	}
	return hwsku.Load(env.HwSKU())
}

// SKU is the model cut to the front-panel netdevs that exist, as CONFIG_DB has it without a file. Where none exist at all, it is whole: a switch of
// ports without wires.
func (env Env) SKU() (hwsku.SKU, error) {
	model, err := env.Model()
	if err != nil {
		return model, err
	}
	front, err := env.FrontPanel()
	if err != nil || len(front) == 0 {
		return model, err
	}
	return hwsku.FilterPorts(model, front), nil
}

// FrontPanel are the front-panel netdevs that exist: eth1 ..., or netdevs with the names of ports, as some topologies hand them in (lab.md 1.7), but
// for the host interfaces that syncd makes.
func (env Env) FrontPanel() (front []string, err error) {
	links, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("SKU: netdevs: %w", err)
	}
	there := map[string]bool{}
	for _, l := range links {
		there[l.Name] = true
	}
	for name := range there {
		port := linux.HostKindOf(name) == linux.HostPort
		if name != "eth0" && strings.HasPrefix(name, "eth") || port && !there[linux.InnerName(name)] {
			front = append(front, name)
		}
	}
	return front, nil
}

// SwitchMAC is eth0's, as in SONiC's virtual switch; without an eth0 it is one of the switch's own, made up once and kept.
func (env Env) SwitchMAC() (mac tables.MAC, err error) {
	if l, err := net.InterfaceByName("eth0"); err == nil && len(l.HardwareAddr) == len(mac) {
		copy(mac[:], l.HardwareAddr)
		return mac, nil
	}
	path := env.Path("var/lib/hypersonic/mac")
	text, err := os.ReadFile(path)
	if err == nil {
		if err := mac.UnmarshalText([]byte(strings.TrimSpace(string(text)))); err != nil {
			return mac, fmt.Errorf("%s: %w", path, err)
		}
		return mac, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return mac, fmt.Errorf("switch MAC address: %w", err)
	}
	if _, err := rand.Read(mac[:]); err != nil {
		return mac, fmt.Errorf("switch MAC address: %w", err)
	}
	mac[0] = mac[0]&^1 | 2 // unicast, locally administered
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return mac, fmt.Errorf("switch MAC address: %w", err)
	}
	return mac, os.WriteFile(path, []byte(mac.String()+"\n"), 0o644)
}
