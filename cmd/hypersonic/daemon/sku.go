package daemon

import (
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
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
