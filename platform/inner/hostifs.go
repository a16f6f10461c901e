package inner

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// defaultMTU is what a new host interface has, in bytes, until cfgmgr sets what the port has.
const defaultMTU = 9100

// Hostifs makes the netdevs of the ports' host interfaces in the kernel (virtual.Hostifs). No wire leads to their inner ends: the data plane does.
type Hostifs struct{ Kernel *hostif.Hostifs }

// Create implements virtual.Hostifs. A wire that a switch without a data plane left is cut.
func (h Hostifs) Create(_ context.Context, name string, mac sai.MAC, frontPanel string) error {
	if err := h.Kernel.Create([]hostif.Netdev{{Name: name, MAC: linux.MAC(mac), MTU: defaultMTU}})[0]; err != nil {
		return err
	}
	return h.Kernel.Unpatch([]string{frontPanel})[0]
}

// Remove implements virtual.Hostifs.
func (h Hostifs) Remove(_ context.Context, name string) error {
	return h.Kernel.Remove([]string{name})[0]
}

// SetCarrier implements virtual.Hostifs.
func (h Hostifs) SetCarrier(_ context.Context, name string, up bool) error {
	return h.Kernel.SetCarrier([]hostif.Carrier{{Name: name, Up: up}})[0]
}

// SetFront implements virtual.Hostifs.
func (h Hostifs) SetFront(_ context.Context, frontPanel string, up bool, mtu uint32) error {
	if frontPanel == "" {
		return nil
	}
	return h.Kernel.SetFront([]hostif.Front{{Name: frontPanel, Admin: up, MTU: mtu}})[0]
}
