package ebpf

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	cilium "github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// BenchmarkForward measures CPU nanoseconds a frame: of the sending thread, in whose context the kernel carries a frame from veth to veth up to the
// receiver, which counts and drops it. What a case adds to "bare", one veth, is what forwarding costs.
func BenchmarkForward(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		from, to := netns.New(b), netns.New(b)
		netns.Veth(b, from, "eth0", to, "eth0")
		measure(b, from, to, udpFlows(mac(2), "10.0.1.2", false))
	})
	b.Run("kernel/bridge", func(b *testing.B) {
		sw, hosts := wired(b, 2)
		sw.Run(b, exec.Command("ip", "link", "add", "br0", "type", "bridge"))
		sw.Run(b, exec.Command("ip", "link", "set", "br0", "up"))
		for i := range hosts {
			sw.Run(b, exec.Command("ip", "link", "set", fmt.Sprintf("eth%d", i+1), "master", "br0"))
		}
		sw.Run(b, exec.Command("bridge", "fdb", "replace", mac(2).String(), "dev", "eth2", "master", "static"))
		measure(b, hosts[0], hosts[1], udpFlows(mac(2), "10.0.1.2", false))
	})
	b.Run("kernel/routing", func(b *testing.B) {
		sw, hosts := wired(b, 2)
		sw.Sysctl(b, "net/ipv4/ip_forward", "1")
		sw.Addr(b, "eth1", "10.0.0.1/24")
		sw.Addr(b, "eth2", "10.0.1.1/24")
		sw.Run(b, exec.Command("ip", "neigh", "replace", "10.0.1.2", "lladdr", mac(2).String(), "dev", "eth2"))
		var router sai.MAC
		copy(router[:], sw.Link(b, "eth1").Attrs().HardwareAddr)
		measure(b, hosts[0], hosts[1], udpFlows(router, "10.0.1.2", false))
	})
	b.Run("ours/L2", func(b *testing.B) {
		s := newBench(b, 2)
		vlan, bps := s.access(10, 0, 1)
		ft := sai.ObjectTypeFdbEntry
		s.createEntry(sai.FdbEntry{Switch: s.sw, BV: vlan, MAC: mac(2)}, at(ft, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(ft, sai.FdbEntryAttrBridgePortID, bps[1]))
		measure(b, s.hosts[0], s.hosts[1], udpFlows(mac(2), "10.0.1.2", false))
	})
	for _, c := range []struct {
		name   string
		routes int
		random bool
	}{{"ours/L3", 0, false}, {"ours/L3/1M", 1_000_000, false}, {"ours/L3/1M/random", 1_000_000, true}} {
		b.Run(c.name, func(b *testing.B) {
			s, rifs := routed(b, 2)
			hop := s.nextHop(rifs[1], "10.0.1.2")
			s.route(s.vr, "0.0.0.0/0", hop)
			if c.routes > 0 {
				s.fill(c.routes, []sai.OID{hop}, false)
			}
			measure(b, s.hosts[0], s.hosts[1], udpFlows(switchMAC, "20.1.2.3", c.random))
		})
	}
}

// frames is what a run sends, over and over.
const frames = 1 << 16

// udpFlows are frames of 64 bytes: 64 flows to one address, or to any.
func udpFlows(dst sai.MAC, ip string, random bool) [][]byte {
	rnd := rand.New(rand.NewPCG(5, 6))
	all := make([][]byte, frames)
	base := (&bench{}).packet(dst, mac(1), "10.0.0.2", ip, 0, "0123456789abcdef12")
	for i := range all {
		f := append([]byte{}, base...)
		binary.BigEndian.PutUint16(f[34:], uint16(1000+i%64))
		if random {
			binary.BigEndian.PutUint32(f[30:], 0x0b000000+rnd.Uint32N(0xd0000000))
			f[24], f[25] = 0, 0
			binary.BigEndian.PutUint16(f[24:], checksum(f[14:34]))
		}
		all[i] = f
	}
	return all
}

type mmsghdr struct {
	hdr unix.Msghdr
	len uint32
	_   [4]byte
}

// measure sends b.N frames, and reports the CPU time of the sending thread by frames that arrived.
func measure(b *testing.B, from, to *netns.NS, all [][]byte) {
	b.Helper()
	prog, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "sink", Type: ebpf.SchedCLS, Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 2), asm.Return()}})
	if err != nil {
		b.Skip(err)
	}
	defer prog.Close()
	err = to.Do(func() error {
		l, err := cilium.AttachTCX(cilium.TCXOptions{Interface: to.Link(b, "eth0").Attrs().Index, Program: prog, Attach: ebpf.AttachTCXIngress})
		if err == nil {
			b.Cleanup(func() { _ = l.Close() })
		}
		return err
	})
	if err != nil {
		b.Skip(err)
	}
	p := newTap(b, from, "eth0")
	if err := unix.SetsockoptInt(p.FD, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1); err != nil {
		b.Fatal(err)
	}
	const batch = 64
	messages := make([]mmsghdr, len(all))
	iovecs := make([]unix.Iovec, len(all))
	for i, f := range all {
		iovecs[i] = unix.Iovec{Base: &f[0], Len: uint64(len(f))}
		messages[i].hdr.Iov, messages[i].hdr.Iovlen = &iovecs[i], 1
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	received := func() uint64 { return to.Link(b, "eth0").Attrs().Statistics.RxPackets }
	send := func(n int) {
		for at := 0; n > 0; n -= batch {
			_, _, e := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(p.FD), uintptr(unsafe.Pointer(&messages[at])), batch, 0, 0, 0)
			if e != 0 {
				b.Fatal(e)
			}
			at = (at + batch) % len(messages)
		}
	}
	send(1000) // neighbours, caches
	before, start := received(), threadTime()
	b.ResetTimer()
	send(b.N)
	spent, arrived := threadTime()-start, received()-before
	if arrived == 0 {
		b.Fatal("nothing arrived")
	}
	b.ReportMetric(float64(spent)/float64(arrived), "cpu-ns/frame")
	b.ReportMetric(100*float64(arrived)/float64((b.N+batch-1)/batch*batch), "%arrived")
}

// threadTime is the CPU time of the thread, in nanoseconds.
func threadTime() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) // never fails
	return t.Nano()
}
