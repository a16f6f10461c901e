package netdev

import (
	"errors"
	"io/fs"
)

// profile makes the namespace a router whose new links behave as a switch's host interfaces. The defaults act on links made later, so that
// a link costs no sysctl; links that were there (the management interface) keep theirs, but for rp_filter, where the larger of all and
// the link's own counts, and for forwarding.
func profile() []Sysctl {
	return []Sysctl{
		// The kernel is the data plane's slow path: TTL exceeded, fragmentation needed, glean.
		{"net/ipv4/ip_forward", "1"},
		{"net/ipv6/conf/all/forwarding", "1"},
		// A packet arrives on the host interface that the data plane chose, whatever the kernel's routes say.
		{"net/ipv4/conf/all/rp_filter", "0"},
		{"net/ipv4/conf/default/rp_filter", "0"},
		// SONiC's 90-sonic.conf: answer ARP only for the address of the link that was asked, if the asker is in its subnet.
		{"net/ipv4/conf/default/arp_ignore", "2"},
		{"net/ipv4/conf/default/arp_announce", "1"},
		// The data plane hairpins by itself.
		{"net/ipv4/conf/default/send_redirects", "0"},
		// Removing an address must not take the subnet's others with it: each is an object of its own.
		{"net/ipv4/conf/default/promote_secondaries", "1"},
		// An admin down must not take IPv6 addresses with it.
		{"net/ipv6/conf/default/keep_addr_on_down", "1"},
		{"net/ipv6/conf/default/accept_ra", "0"},
		{"net/ipv6/conf/default/accept_redirects", "0"},
		// IPv6 is switched on where a link is made an interface (cfgmgr). Inner ends and front-panel netdevs must never have it, and to switch it off costs more than all
		// else about a link: the kernel does not wait for its lock there, but spins, and walks over all IPv6 routes. (Links that are there keep their setting.)
		{"net/ipv6/conf/default/disable_ipv6", "1"},
		{"net/ipv6/conf/lo/disable_ipv6", "0"},
	}
}

// Prepare applies the profile. Sysctls that the kernel lacks are passed over; one that may not be written is an error.
func (n *Namespace) Prepare() error {
	var errs []error
	for _, err := range n.WriteSysctls(profile()) {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
