package netdev

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Block is a block of traffic control filters that many links share (Linux 4.16): what comes in at any of them runs through the block's one filter.
// The kernel keeps it, without a process, as long as a link belongs to it. Unlike a tcx link, joining and leaving cost no RCU grace period.
type Block struct {
	conn  *Conn
	index uint32
	name  string // of the filter
}

// Block is the namespace's block of an index.
func (c *Conn) Block(index uint32, name string) *Block {
	return &Block{conn: c, index: index, name: name}
}

var clsactHandle = netlink.MakeHandle(0xffff, 0)

func clsact(ifindex uint32, more ...nl.NetlinkRequestData) []nl.NetlinkRequestData {
	return append([]nl.NetlinkRequestData{
		&nl.TcMsg{Family: nl.FAMILY_ALL, Ifindex: int32(ifindex), Handle: clsactHandle, Parent: netlink.HANDLE_CLSACT},
		text(nl.TCA_KIND, "clsact"),
	}, more...)
}

// Join makes links, by their indexes, the block's. A clsact qdisc that a link has, with what filters there are, gives way. ENODEV tells a link that is gone.
// A block that was empty has no filter: SetProgram comes after Join.
func (b *Block) Join(links []uint32) []error {
	requests := make([]Request, len(links))
	for i, l := range links {
		requests[i] = b.join(l)
	}
	errs := b.conn.Batch(requests)
	for i, err := range errs {
		if errors.Is(err, unix.EEXIST) {
			both := b.conn.Batch([]Request{{Type: unix.RTM_DELQDISC, Parts: clsact(links[i])}, b.join(links[i])})
			errs[i] = errors.Join(both...)
		}
	}
	return errs
}

func (b *Block) join(link uint32) Request {
	return Request{Type: unix.RTM_NEWQDISC, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL, Parts: clsact(link, u32(nl.TCA_INGRESS_BLOCK, b.index))}
}

// SetProgram makes a program, by its file descriptor, the block's filter, in the place of an earlier one. No frame passes between the two.
func (b *Block) SetProgram(fd int) error {
	const onBlock = -1 // in the place of a link's index: the parent is a block
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	options.AddRtAttr(nl.TCA_BPF_FD, nl.Uint32Attr(uint32(fd)))
	options.AddRtAttr(nl.TCA_BPF_NAME, nl.ZeroTerminated(b.name))
	options.AddRtAttr(nl.TCA_BPF_FLAGS, nl.Uint32Attr(nl.TCA_BPF_FLAG_ACT_DIRECT))
	header := &nl.TcMsg{Family: nl.FAMILY_ALL, Ifindex: onBlock, Handle: 1, Parent: b.index, Info: netlink.MakeHandle(1, nl.Swap16(unix.ETH_P_ALL))}
	if err := b.conn.Do(unix.RTM_NEWTFILTER, unix.NLM_F_CREATE, header, text(nl.TCA_KIND, "bpf"), options); err != nil {
		return fmt.Errorf("filter of block %d: %w", b.index, err)
	}
	return nil
}

// Members lists the links that belong to the block, by their indexes.
func (b *Block) Members() (map[uint32]bool, error) {
	answer, err := b.conn.Dump(unix.RTM_GETQDISC, &nl.TcMsg{Family: nl.FAMILY_ALL})
	if err != nil {
		return nil, fmt.Errorf("listing qdiscs: %w", err)
	}
	members := map[uint32]bool{}
	for _, m := range answer {
		if len(m) < nl.SizeofTcMsg {
			continue
		}
		Attrs(m[nl.SizeofTcMsg:], func(typ uint16, value []byte) bool {
			if typ == nl.TCA_INGRESS_BLOCK && Uint32(value) == b.index {
				members[binary.NativeEndian.Uint32(m[4:])] = true
			}
			return true
		})
	}
	return members, nil
}
