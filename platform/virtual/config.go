package virtual

import (
	"context"
	"log/slog"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Config is what an ASIC is built with. The zero value is a switch without ports.
type Config struct {
	// Ports exist after create_switch, in this order, which is also that of their object ids.
	Ports []Port
	// MAC is the switch's; the zero value is SONiC's 22:33:44:55:66:77 (sonic-contract 3.7).
	MAC sai.MAC
	// Hostifs makes netdevs; nil makes none.
	Hostifs Hostifs
	// Plane forwards as the ASIC says; nil: nobody does.
	Plane Plane
	// Counters reads the counters of netdevs; nil leaves all counters at 0.
	Counters Counters
	// AlwaysLinked takes the link of every front-panel port for up: an enabled port is operational. For switches without netdevs.
	AlwaysLinked bool
	// Notify gets the notifications whose callback pointer is set on the switch, while Run runs; nil drops them.
	Notify chan<- sai.Notification
	// Limits are enforced: more objects of a type are refused with SAI_STATUS_INSUFFICIENT_RESOURCES (SAI_VS_RESOURCE_LIMITER_FILE).
	Limits Limits
	// Sizes of tables, by the number of the switch attribute that publishes what is free (sai.SwitchAttrAvailableIPv4RouteEntry ...). A
	// table that is named is limited to its size. Others publish SONiC's number and are not limited: SONiC's virtual switch takes a
	// million routes while it tells of 100000, and tests rely on both.
	Sizes map[uint16]uint32
	// ConfiguredOperSpeed makes OPER_SPEED the configured speed, SAI_VS_USE_CONFIGURED_SPEED_AS_OPER_SPEED. It is the only source of a
	// speed that a virtual port has; without it OPER_SPEED of a port that is up asks Counters.
	ConfiguredOperSpeed bool
	// Context and Switch are parts of every object id (sonic-contract 2.6).
	Context, Switch uint8
	// Clock is for FDB ageing; nil is the machine's.
	Clock Clock
	Log   *slog.Logger // nil: slog's default
}

// Port is a line of lanemap.ini: a front-panel netdev and its lanes (sonic-contract 3.3).
type Port struct {
	FrontPanel string
	Lanes      []uint32
}

// Clock tells and awaits the time.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

type machineClock struct{}

func (machineClock) Now() time.Time                         { return time.Now() }
func (machineClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Hostifs makes the netdevs of ports. Calls come from the goroutine that calls the ASIC, or from the one that reports a front-panel
// port; never from two at a time. An error of Create fails the creation of the host interface; errors of the others are logged, for
// the ASIC's own state does not depend on them.
type Hostifs interface {
	// Create makes a netdev, without carrier, patched to frontPanel; "" patches it to nothing.
	Create(ctx context.Context, name string, mac sai.MAC, frontPanel string) error
	Remove(ctx context.Context, name string) error
	// SetCarrier tells the netdev whether its port is operational.
	SetCarrier(ctx context.Context, name string, up bool) error
	// SetFront enables or disables a front-panel netdev and gives it an MTU, which is without the headers that SAI's counts
	// (sonic-contract 4.3); 0 leaves it.
	SetFront(ctx context.Context, frontPanel string, up bool, mtu uint32) error
}

// Counters reads the counters of a netdev; false if there are none.
type Counters interface {
	Read(netdev string) (NetdevCounters, bool)
}

// NetdevCounters are those of /sys/class/net/*/statistics that SONiC's virtual switch shows as port counters (sonic-contract 3.7), and the
// speed in Mbit/s, 0 if unknown.
type NetdevCounters struct {
	RxBytes, RxPackets, RxErrors, RxDropped uint64
	TxBytes, TxPackets, TxErrors, TxDropped uint64
	Speed                                   uint32
}
