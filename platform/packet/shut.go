package packet

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// shut keeps the kernel from taking frames that come in at a netdev: they are the switch's. A packet socket sees them before that. The filter stays when
// the process ends: with nobody to forward, nothing is answered. What earlier data planes left there goes.
func shut(index int) error {
	link := &netlink.Dummy{LinkAttrs: netlink.LinkAttrs{Index: index}}
	filters, err := netlink.FilterList(link, netlink.HANDLE_MIN_INGRESS)
	if err == nil && len(filters) == 1 && filters[0].Attrs().Priority == shutPriority {
		return nil
	}
	clsact := &netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{LinkIndex: index, Parent: netlink.HANDLE_CLSACT, Handle: netlink.MakeHandle(0xffff, 0)}}
	if err = netlink.QdiscAdd(clsact); errors.Is(err, unix.EEXIST) {
		err = errors.Join(netlink.QdiscDel(clsact), netlink.QdiscAdd(clsact))
	}
	if err != nil {
		return fmt.Errorf("clsact (needs CAP_NET_ADMIN): %w", err)
	}
	if err = dropClassic(index); err == nil {
		return nil
	}
	all := &netlink.MatchAll{
		FilterAttrs: netlink.FilterAttrs{LinkIndex: index, Parent: netlink.HANDLE_MIN_INGRESS, Priority: shutPriority, Protocol: unix.ETH_P_ALL},
		Actions:     []netlink.Action{&netlink.GenericAction{ActionAttrs: netlink.ActionAttrs{Action: netlink.TC_ACT_SHOT}}},
	}
	if again := netlink.FilterReplace(all); again != nil {
		return fmt.Errorf("a filter that keeps the kernel from answering for the switch: neither cls_bpf (%w) nor cls_matchall with act_gact (%w)", err, again)
	}
	return nil
}

// shutPriority is the filter's own.
const shutPriority = 7

// dropClassic adds a filter of one classic instruction, "return drop", which needs no bpf(2).
func dropClassic(index int) error {
	req := nl.NewNetlinkRequest(unix.RTM_NEWTFILTER, unix.NLM_F_CREATE|unix.NLM_F_EXCL|unix.NLM_F_ACK)
	req.AddData(&nl.TcMsg{
		Family: nl.FAMILY_ALL, Ifindex: int32(index), Handle: 1, Parent: netlink.HANDLE_MIN_INGRESS,
		Info: netlink.MakeHandle(shutPriority, nl.Swap16(unix.ETH_P_ALL)),
	})
	req.AddData(nl.NewRtAttr(nl.TCA_KIND, nl.ZeroTerminated("bpf")))
	options := nl.NewRtAttr(nl.TCA_OPTIONS, nil)
	program := make([]byte, 8) // struct sock_filter
	binary.NativeEndian.PutUint16(program, unix.BPF_RET|unix.BPF_K)
	binary.NativeEndian.PutUint32(program[4:], uint32(netlink.TC_ACT_SHOT))
	options.AddRtAttr(nl.TCA_BPF_OPS_LEN, nl.Uint16Attr(1))
	options.AddRtAttr(nl.TCA_BPF_OPS, program)
	options.AddRtAttr(nl.TCA_BPF_FLAGS, nl.Uint32Attr(nl.TCA_BPF_FLAG_ACT_DIRECT))
	options.AddRtAttr(nl.TCA_BPF_NAME, nl.ZeroTerminated("hypersonic-shut"))
	req.AddData(options)
	_, err := req.Execute(unix.NETLINK_ROUTE, 0)
	return err
}
