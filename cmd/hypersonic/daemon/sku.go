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
	"github.com/hypersonic-nos/hypersonic/tables"
)

// SKU is the switch's: its files, or SONiC's virtual switch by default, cut to the front-panel netdevs that exist. Where none exist at all, it stays
// whole: a switch of ports without wires.
func (env Env) SKU() (hwsku.SKU, error) {
	sku := hwsku.Default()
	if _, err := os.Stat(env.HwSKU()); err == nil {
		if sku, err = hwsku.Load(env.HwSKU()); err != nil {
			return sku, fmt.Errorf("SKU: %w", err)
		}
	}
	links, err := net.Interfaces()
	if err != nil {
		return sku, fmt.Errorf("SKU: netdevs: %w", err)
	}
	var front []string
	for _, l := range links {
		if l.Name != "eth0" && strings.HasPrefix(l.Name, "eth") {
			front = append(front, l.Name)
		}
	}
	if len(front) == 0 {
		return sku, nil
	}
	return hwsku.FilterPorts(sku, front), nil
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
