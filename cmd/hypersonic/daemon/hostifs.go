package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hostifs lets the virtual ASIC make its netdevs in the kernel, one call at a time, where the kernel's side takes lists.
type hostifs struct{ kernel *hostif.Hostifs }

func (h hostifs) Create(_ context.Context, name string, mac sai.MAC, frontPanel string) error {
	if err := h.kernel.Create([]hostif.Netdev{{Name: name, MAC: linux.MAC(mac), MTU: defaultMTU}})[0]; err != nil {
		return err
	}
	if frontPanel == "" {
		return nil
	}
	return h.kernel.Patch([]hostif.Wire{{Front: frontPanel, Netdev: name}})[0]
}

// defaultMTU is a port's before cfgmgr has its say, bytes.
const defaultMTU = 9100

func (h hostifs) Remove(_ context.Context, name string) error {
	return h.kernel.Remove([]string{name})[0]
}

func (h hostifs) SetCarrier(_ context.Context, name string, up bool) error {
	return h.kernel.SetCarrier([]hostif.Carrier{{Name: name, Up: up}})[0]
}

func (h hostifs) SetFront(_ context.Context, frontPanel string, up bool, mtu uint32) error {
	if frontPanel == "" {
		return nil
	}
	return h.kernel.SetFront([]hostif.Front{{Name: frontPanel, Admin: up, MTU: mtu}})[0]
}

// netdevCounters reads a netdev's counters from sysfs, as SONiC's virtual switch does (sonic-contract 3.7).
type netdevCounters struct{}

func (netdevCounters) Read(netdev string) (c virtual.NetdevCounters, ok bool) {
	dir := filepath.Join("/sys/class/net", netdev)
	for _, f := range []struct {
		name string
		to   *uint64
	}{
		{"rx_bytes", &c.RxBytes}, {"rx_packets", &c.RxPackets}, {"rx_errors", &c.RxErrors}, {"rx_dropped", &c.RxDropped},
		{"tx_bytes", &c.TxBytes}, {"tx_packets", &c.TxPackets}, {"tx_errors", &c.TxErrors}, {"tx_dropped", &c.TxDropped},
	} {
		v, err := readNumber(filepath.Join(dir, "statistics", f.name))
		if err != nil {
			return c, false
		}
		*f.to = v
	}
	speed, _ := readNumber(filepath.Join(dir, "speed")) // a netdev without a speed has none to tell
	c.Speed = uint32(speed)
	return c, true
}

func readNumber(path string) (uint64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
}
