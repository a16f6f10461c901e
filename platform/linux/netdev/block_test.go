package netdev

import (
	"errors"
	"fmt"
	"os/exec"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// TestBatch: each request has its own result, also when there are more than go to the kernel at a time.
func TestBatch(t *testing.T) {
	c := dial(t, netns.New(t))
	var list []Request
	for i := range 2*batchMax + 3 {
		name := fmt.Sprintf("Vlan%d", i/2) // every second one is there already
		list = append(list, Request{Type: unix.RTM_NEWLINK, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL, Parts: Pair{Name: name}.request()})
	}
	list = append(list, Request{Type: unix.RTM_SETLINK, Parts: []nl.NetlinkRequestData{Change{}.header(), text(unix.IFLA_IFNAME, "none")}})
	for i, err := range c.Batch(list) {
		var want error
		if i == len(list)-1 {
			want = unix.ENODEV
		} else if i%2 == 1 {
			want = unix.EEXIST
		}
		if !errors.Is(err, want) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := c.Index(fmt.Sprintf("in-Vlan%d", batchMax+1)); err != nil {
		t.Error(err)
	}
}

// TestBlock: links join a block, also those that somebody else had a clsact qdisc on, run through its filter from then on, and keep it without anybody.
func TestBlock(t *testing.T) {
	n := netns.New(t)
	c := dial(t, n)
	b := c.Block(7, "test")
	var links []uint32
	for _, name := range []string{"Vlan1", "Vlan2"} {
		if err := c.AddPair(Pair{Name: name}); err != nil {
			t.Fatal(err)
		}
		i, err := c.Index(name)
		if err != nil {
			t.Fatal(err)
		}
		links = append(links, uint32(i))
	}
	n.Run(t, exec.Command("tc", "qdisc", "add", "dev", "Vlan2", "clsact"))
	if members, err := b.Members(); err != nil || len(members) != 0 {
		t.Error(members, err)
	}
	errs := b.Join(append(links, 4711))
	if errs[0] != nil || errs[1] != nil || !errors.Is(errs[2], unix.ENODEV) {
		t.Fatal(errs)
	}
	if members, err := b.Members(); err != nil || len(members) != 2 || !members[links[0]] || !members[links[1]] {
		t.Error(members, err)
	}
	for range 2 {
		prog, err := ebpf.NewProgram(&ebpf.ProgramSpec{Type: ebpf.SchedCLS, Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 2), asm.Return()}})
		if err != nil {
			t.Skip(err)
		}
		if err := b.SetProgram(prog.FD()); err != nil {
			t.Fatal(err)
		}
		_ = prog.Close()
	}
	if out := n.Run(t, exec.Command("tc", "filter", "show", "block", "7")); len(out) == 0 {
		t.Error("no filter")
	}
	if found, errs := c.RemoveLinks([]string{"Vlan1", "Vlan2"}); !found[0] || !found[1] {
		t.Error(errs)
	}
	if err := b.SetProgram(-1); err == nil {
		t.Error("a block without members has a filter")
	}
}
