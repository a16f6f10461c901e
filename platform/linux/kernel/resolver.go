package kernel

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// Resolver asks the kernel to find neighbours' MAC addresses by ARP and ND, and to tell of addresses once more. The answers come by a NeighFeed.
type Resolver struct{ conn *netdev.Conn }

// NewResolver opens a Resolver in the calling thread's namespace.
func NewResolver() (*Resolver, error) {
	conn, err := netdev.Dial()
	if err != nil {
		return nil, err
	}
	return &Resolver{conn: conn}, nil
}

// Close ends the Resolver.
func (r *Resolver) Close() error { return r.conn.Close() }

// Resolve starts the resolution of each neighbour (RTM_NEWNEIGH with NTF_USE and NUD_DELAY, as SONiC's nbrmgrd; sonic-contract 1.1). A
// neighbour that is known already is left as it is. Errors are those of links that are missing or down.
func (r *Resolver) Resolve(neighbors []linux.NeighKey) []error {
	errs := make([]error, len(neighbors))
	for i, k := range neighbors {
		errs[i] = r.resolve(k)
	}
	return errs
}

// resolve keeps away from permanent neighbours: since Linux 5.16 NTF_USE takes NUD_PERMANENT from them, and 3 s later they have failed. Of one that is
// made permanent between look and request the same is true; its owner sees it fail and makes it again.
func (r *Resolver) resolve(k linux.NeighKey) error {
	use := neighbor{state: Delay, flags: unix.NTF_USE}
	err := neighRequest(r.conn, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_EXCL, k, use)
	if !errors.Is(err, unix.EEXIST) {
		return err
	}
	if n, err := lookUp(r.conn, k); err != nil || n.State&Permanent != 0 {
		return err
	}
	return neighRequest(r.conn, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE, k, use)
}

// Announce has the kernel tell its listeners of IPv4 addresses that are there as if they were new (RTM_NEWADDR with NLM_F_REPLACE). One that is not
// there is made: whoever calls makes sure of it.
func (r *Resolver) Announce(addrs []linux.AddrKey) []error {
	errs := make([]error, len(addrs))
	for i, k := range addrs {
		errs[i] = addrRequest(r.conn, unix.RTM_NEWADDR, unix.NLM_F_REPLACE, k)
	}
	return errs
}
