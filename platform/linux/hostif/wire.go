package hostif

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/rlimit"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// Wire joins a front-panel netdev with a host interface.
type Wire struct {
	Front  string // eth1; empty for a port of the SKU without a front-panel netdev
	Netdev string // Ethernet0
}

// Patch makes wires: all frames pass, tagged or not, in both directions, in the kernel. What is not there yet is patched when it comes.
// A front or host interface that has another wire loses that one, also if an earlier process made it.
func (h *Hostifs) Patch(list []Wire) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make([]error, len(list))
	for i, w := range list {
		for front, netdev := range h.wires {
			if (front == w.Front) != (netdev == w.Netdev) {
				errs[i] = errors.Join(errs[i], h.unpatch(front))
			}
		}
		errs[i] = errors.Join(errs[i], h.free(w))
		if w.Front != "" {
			h.wires[w.Front] = w.Netdev
			errs[i] = errors.Join(errs[i], h.attach(w.Front, w.Netdev))
		}
	}
	return errs
}

// Unpatch removes the wires of fronts, also those that an earlier process made. No wire is no error.
func (h *Hostifs) Unpatch(fronts []string) []error {
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := make([]error, len(fronts))
	for i, f := range fronts {
		errs[i] = h.unpatch(f)
	}
	return errs
}

func (h *Hostifs) unpatch(front string) error {
	netdev := h.wires[front]
	if netdev == "" {
		netdev = h.otherEnd(front)
	}
	delete(h.wires, front)
	err := h.cut(front)
	if netdev != "" {
		err = errors.Join(err, h.cut(linux.InnerName(netdev)))
	}
	return err
}

// unpatchNetdev removes the wire of a host interface, also one that an earlier process made.
func (h *Hostifs) unpatchNetdev(netdev string) error {
	for front, to := range h.wires {
		if to == netdev {
			return h.unpatch(front)
		}
	}
	return h.free(Wire{Netdev: netdev})
}

// Wires lists the wires that exist, whoever made them.
func (h *Hostifs) Wires() ([]Wire, error) {
	names, err := h.List()
	if err != nil {
		return nil, err
	}
	var wires []Wire
	for _, name := range names {
		if front := h.otherEnd(linux.InnerName(name)); front != "" {
			wires = append(wires, Wire{Front: front, Netdev: name})
		}
	}
	return wires, nil
}

// attach makes the wire, or makes it anew, without losing a frame of one that works. Ends that are not there are not an error.
func (h *Hostifs) attach(front, netdev string) error {
	inner := linux.InnerName(netdev)
	f, ferr := h.conn.Index(front)
	i, ierr := h.conn.Index(inner)
	err := errors.Join(ferr, ierr)
	if err == nil {
		err = h.silence(front)
	}
	if err == nil {
		err = h.redirect(front, f, netdev, i)
	}
	if err == nil {
		err = h.redirect(inner, i, front, f)
	}
	if err != nil && !errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("wire %s-%s: %w", front, netdev, err)
	}
	return nil
}

// free cuts wires that an earlier process laid from either end to somewhere else.
func (h *Hostifs) free(w Wire) error {
	inner := linux.InnerName(w.Netdev)
	var errs []error
	if netdev := h.otherEnd(w.Front); netdev != "" && netdev != w.Netdev {
		errs = append(errs, h.cut(w.Front))
		if h.otherEnd(linux.InnerName(netdev)) == w.Front {
			errs = append(errs, h.cut(linux.InnerName(netdev)))
		}
	}
	if front := h.otherEnd(inner); front != "" && front != w.Front {
		errs = append(errs, h.cut(inner))
		if h.otherEnd(front) == w.Netdev {
			errs = append(errs, h.cut(front))
		}
	}
	return errors.Join(errs...)
}

const (
	// wirePriority leaves room for a data plane's filters before ours.
	wirePriority = 100
	// wireName starts the name of the filter; the name of the wire's other end follows.
	wireName = "wire:"
)

func filter(index int32) *netlink.BpfFilter {
	return &netlink.BpfFilter{FilterAttrs: netlink.FilterAttrs{
		LinkIndex: int(index), Parent: netlink.HANDLE_MIN_INGRESS, Handle: 1, Priority: wirePriority, Protocol: unix.ETH_P_ALL,
	}}
}

// redirect sends all that comes in at a netdev out of another one. A filter, unlike a tcx link, outlives its process without a pin.
func (h *Hostifs) redirect(from string, index int32, other string, to int32) error {
	prog, err := program(to)
	if err != nil {
		return err
	}
	defer func() { _ = prog.Close() }() // the filter holds it
	clsact := &netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{LinkIndex: int(index), Parent: netlink.HANDLE_CLSACT, Handle: netlink.MakeHandle(0xffff, 0)}}
	if err := h.tc.QdiscAdd(clsact); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("clsact on %s: %w", from, err)
	}
	f := filter(index)
	f.Fd, f.Name, f.DirectAction = prog.FD(), wireName+other, true
	err = h.tc.FilterReplace(f)
	if errors.Is(err, unix.EOPNOTSUPP) { // it belongs to the block of a data plane that is no more
		err = errors.Join(h.tc.QdiscDel(clsact), h.tc.QdiscAdd(clsact), h.tc.FilterReplace(f))
	}
	if err != nil {
		return fmt.Errorf("filter on %s: %w", from, err)
	}
	return nil
}

func program(to int32) (*ebpf.Program, error) {
	_ = rlimit.RemoveMemlock() // for kernels before 5.11; if it matters, loading fails
	prog, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "wire", Type: ebpf.SchedCLS, Instructions: asm.Instructions{
		asm.Mov.Imm(asm.R1, to),
		asm.Mov.Imm(asm.R2, 0), // out of the other netdev, not in at it
		asm.FnRedirect.Call(),
		asm.Return(),
	}})
	if errors.Is(err, unix.EPERM) {
		return nil, fmt.Errorf("not allowed to load eBPF programs (needs CAP_BPF and CAP_NET_ADMIN, and a seccomp profile that lets bpf(2) pass): %w", err)
	}
	return prog, err
}

// cut removes the filter of a wire from one end, if both are there.
func (h *Hostifs) cut(name string) error {
	index, err := h.conn.Index(name)
	if err != nil || h.otherEnd(name) == "" {
		return nil
	}
	if err := h.tc.FilterDel(filter(index)); err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("removing the filter of %s: %w", name, err)
	}
	return nil
}

// otherEnd reads where the wire from a netdev leads; empty if there is none.
func (h *Hostifs) otherEnd(name string) string {
	index, err := h.conn.Index(name) // no netdev has an empty name
	if err != nil {
		return ""
	}
	filters, err := h.tc.FilterList(&netlink.Dummy{LinkAttrs: netlink.LinkAttrs{Index: int(index)}}, netlink.HANDLE_MIN_INGRESS)
	if err != nil {
		return ""
	}
	for _, f := range filters {
		if b, ok := f.(*netlink.BpfFilter); ok {
			if other, ok := strings.CutPrefix(b.Name, wireName); ok {
				return other
			}
		}
	}
	return ""
}
