package switchtest

import (
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Switch is a running switch.
type Switch interface {
	// Keyspace reaches its databases.
	Keyspace() db.Keyspace
	// Restart ends a daemon by force (orchagent, syncd, cfgmgr, netsync), and has it run again when it returns.
	Restart(daemon string) error
	// Halt ends a daemon by force until Restart has it run again.
	Halt(daemon string) error
	// Front plugs and unplugs the front-panel netdev ethN.
	Front(name string, up bool) error
	// Carriers counts how often a netdev has got or lost its carrier.
	Carriers(name string) (uint32, error)
	// Neighbor makes a neighbour known to the kernel, or with a nil MAC address unknown.
	Neighbor(link string, ip netip.Addr, mac *tables.MAC) error
	// Mark begins to count the operations on ASIC objects, and Operations tells them: those that were sent until now.
	Mark() error
	Operations() ([]string, error)
}

// switchMAC is the address of every switch under test.
var switchMAC = tables.MAC{0x02, 0x48, 0x53, 0x00, 0x00, 0x01}
