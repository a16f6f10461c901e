package kernel

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// ownNeigh marks static neighbours as ours (NDA_PROTOCOL), beside those that a user or FRR makes permanent.
const ownNeigh = unix.RTPROT_STATIC

// ndaProtocol is NDA_PROTOCOL.
const ndaProtocol = 12

func (t *Target) neigh(k linux.NeighKey, op engine.Op) error {
	if op.Verb == engine.Remove {
		return t.removing(k, func() (bool, error) {
			err := neighRequest(t.conn, unix.RTM_DELNEIGH, 0, k, neighbor{})
			if gone(err) {
				return false, nil
			}
			return true, err
		})
	}
	for _, a := range op.Attrs {
		if mac, ok := a.Value.(linux.MAC); ok && a.ID == linux.NeighAttrMAC {
			n := neighbor{state: Permanent, mac: &mac, protocol: ownNeigh}
			return neighRequest(t.conn, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE, k, n)
		}
	}
	return invalid("%s has no MAC address", k)
}

// neighbor is what a request says about a neighbour.
type neighbor struct {
	state    NeighState
	flags    uint8
	mac      *linux.MAC
	protocol uint8
}

func neighRequest(c *netdev.Conn, typ uint16, flags int, k linux.NeighKey, n neighbor) error {
	parts, err := neighMessage(c, k, n)
	if err != nil {
		return err
	}
	return c.Do(typ, flags, parts...)
}

// lookUp is one neighbour as the kernel has it; of none the state is 0.
func lookUp(c *netdev.Conn, k linux.NeighKey) (Neighbor, error) {
	parts, err := neighMessage(c, k, neighbor{})
	if err != nil {
		return Neighbor{}, err
	}
	answer, err := c.Get(unix.RTM_GETNEIGH, unix.RTM_NEWNEIGH, parts...)
	if errors.Is(err, unix.ENOENT) {
		return Neighbor{}, nil
	}
	for _, b := range answer {
		if _, n, ok := parseNeigh(b); ok {
			return n, nil
		}
	}
	return Neighbor{}, err
}

func neighMessage(c *netdev.Conn, k linux.NeighKey, n neighbor) ([]nl.NetlinkRequestData, error) {
	index, err := c.Index(k.Link.Name)
	if err != nil {
		return nil, err
	}
	m := make(ndmsg, sizeofNdMsg)
	m[0] = uint8(family(k.IP))
	binary.NativeEndian.PutUint32(m[4:], uint32(index))
	binary.NativeEndian.PutUint16(m[8:], uint16(n.state))
	m[10] = n.flags
	parts := []nl.NetlinkRequestData{m, nl.NewRtAttr(unix.NDA_DST, k.IP.AsSlice())}
	if n.mac != nil {
		parts = append(parts, nl.NewRtAttr(unix.NDA_LLADDR, n.mac[:]))
	}
	if n.protocol != 0 {
		parts = append(parts, nl.NewRtAttr(ndaProtocol, []byte{n.protocol}))
	}
	return parts, nil
}

// ndmsg is struct ndmsg: family, 3 bytes, ifindex at 4, state at 8, flags at 10, type at 11.
type ndmsg []byte

const sizeofNdMsg = 12

func (m ndmsg) Len() int          { return len(m) }
func (m ndmsg) Serialize() []byte { return m }

// parseNeigh decodes the payload of RTM_NEWNEIGH and RTM_DELNEIGH. ok is false for FDB entries, proxies and malformed ones.
func parseNeigh(b []byte) (index int32, n Neighbor, ok bool) {
	if len(b) < sizeofNdMsg || b[0] != unix.AF_INET && b[0] != unix.AF_INET6 {
		return 0, Neighbor{}, false
	}
	index = int32(binary.NativeEndian.Uint32(b[4:]))
	n.State, n.Flags = NeighState(binary.NativeEndian.Uint16(b[8:])), b[10]
	netdev.Attrs(b[sizeofNdMsg:], func(typ uint16, value []byte) bool {
		switch typ {
		case unix.NDA_DST:
			n.IP, _ = netip.AddrFromSlice(value)
		case unix.NDA_LLADDR:
			if len(value) == len(n.MAC) {
				n.MAC = linux.MAC(value)
			}
		case ndaProtocol:
			if len(value) > 0 {
				n.Protocol = value[0]
			}
		}
		return true
	})
	return index, n, index > 0 && n.IP.IsValid() && n.Flags&unix.NTF_PROXY == 0
}
