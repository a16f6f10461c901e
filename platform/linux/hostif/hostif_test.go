package hostif

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// asSwitch, in the environment, makes the test binary a process that wires a switch up and then waits to be killed.
const asSwitch = "HOSTIF_TEST_SWITCH"

func TestMain(m *testing.M) {
	if os.Getenv(asSwitch) != "" {
		if err := beSwitch(); err != nil {
			slog.Error("switch", "error", err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func beSwitch() error {
	h, err := Open(slog.Default())
	if err != nil {
		return err
	}
	if err := wireUp(h); err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString("ready\n"); err != nil {
		return err
	}
	select {}
}

var (
	mac  = linux.MAC{2, 0, 0, 0, 0, 0x10}
	eth0 = Wire{Front: "eth1", Netdev: "Ethernet0"}
)

func wireUp(h *Hostifs) error {
	errs := h.Create([]Netdev{{Name: "Ethernet0", MAC: mac, MTU: 9100}})
	errs = append(errs, h.SetFront([]Front{{Name: "eth1", Admin: true, MTU: 9100}})...)
	errs = append(errs, h.Patch([]Wire{eth0})...)
	errs = append(errs, h.SetCarrier([]Carrier{{Name: "Ethernet0", Up: true}})...)
	return errors.Join(errs...)
}

func open(t *testing.T, n *netns.NS) *Hostifs {
	t.Helper()
	var h *Hostifs
	if err := n.Do(func() (err error) { h, err = Open(slog.New(slog.DiscardHandler)); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// lab is a host on eth1 of a switch.
func lab(t *testing.T) (host, sw *netns.NS) {
	t.Helper()
	host, sw = netns.New(t), netns.New(t)
	netns.Veth(t, host, "eth0", sw, "eth1")
	host.Addr(t, "eth0", "10.0.0.2/24")
	host.Addr(t, "eth0", "2001:db8::2/64")
	return host, sw
}

func address(t *testing.T, sw *netns.NS) {
	t.Helper()
	sw.Addr(t, "Ethernet0", "10.0.0.1/24")
	sw.Addr(t, "Ethernet0", "2001:db8::1/64")
	sw.Up(t, "Ethernet0")
}

func TestWire(t *testing.T) {
	host, sw := lab(t)
	h := open(t, sw)
	for range 2 {
		if err := wireUp(h); err != nil {
			t.Fatal(err)
		}
	}
	address(t, sw)
	ping(t, host)
	if wires, err := h.Wires(); err != nil || !slices.Equal(wires, []Wire{eth0}) {
		t.Errorf("wires %v, %v", wires, err)
	}
	out := sw.Run(t, exec.Command("ip", "addr", "show", "eth1"))
	if !strings.Contains(out, "NOARP") || strings.Contains(out, "inet") || !strings.Contains(out, "mtu 9100") {
		t.Errorf("front panel:\n%s", out)
	}
	before, errs := h.Counters([]string{"Ethernet0", "Ethernet4"})
	if errs[0] != nil || !errors.Is(errs[1], unix.ENODEV) || before[0].RxPackets == 0 || before[0].TxBytes == 0 {
		t.Error(before, errs)
	}
	netns.Transfer(t, host, sw, "10.0.0.1")
	if after, _ := h.Counters([]string{"Ethernet0"}); after[0].TxBytes < before[0].TxBytes+1<<22 {
		t.Error(before, after)
	}

	if err := errors.Join(h.Unpatch([]string{"eth1", "eth9"})...); err != nil {
		t.Fatal(err)
	}
	if wires, err := h.Wires(); err != nil || len(wires) != 0 {
		t.Errorf("after unpatch: %v, %v", wires, err)
	}
	for _, name := range []string{"eth1", "in-Ethernet0"} {
		if out := sw.Run(t, exec.Command("tc", "filter", "show", "dev", name, "ingress")); out != "" {
			t.Errorf("left on %s:\n%s", name, out)
		}
	}
}

// TestTaggedFrames sends a frame with a VLAN tag from the host, and expects it on the host interface with its tag.
func TestTaggedFrames(t *testing.T) {
	host, sw := lab(t)
	h := open(t, sw)
	if err := wireUp(h); err != nil {
		t.Fatal(err)
	}
	sw.Up(t, "Ethernet0")
	send, receive := packetSocket(t, host, "eth0"), packetSocket(t, sw, "Ethernet0")
	if err := unix.SetsockoptInt(receive, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetsockoptTimeval(receive, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 10}); err != nil {
		t.Fatal(err)
	}
	frame := slices.Concat(mac[:], []byte{2, 0, 0, 0, 0, 0x20}, []byte{0x81, 0, 0xa0, 100, 0x88, 0xb5}, bytes.Repeat([]byte{'x'}, 46))
	if _, err := unix.Write(send, frame); err != nil {
		t.Fatal(err)
	}
	buf, oob := make([]byte, 2000), make([]byte, 200)
	for {
		n, oobn, _, _, err := unix.Recvmsg(receive, buf, oob, 0)
		if err != nil {
			t.Fatal("the frame did not arrive:", err)
		}
		if n < 14 || !bytes.Equal(buf[12:14], []byte{0x88, 0xb5}) {
			continue
		}
		msgs, err := unix.ParseSocketControlMessage(oob[:oobn])
		if err != nil || len(msgs) != 1 || len(msgs[0].Data) < 20 {
			t.Fatal(msgs, err)
		}
		if tci := binary.NativeEndian.Uint16(msgs[0].Data[16:]); tci != 0xa064 { // tpacket_auxdata.tp_vlan_tci
			t.Errorf("tag %#x", tci)
		}
		return
	}
}

func packetSocket(t *testing.T, n *netns.NS, link string) int {
	t.Helper()
	const all = unix.ETH_P_ALL<<8 | unix.ETH_P_ALL>>8 // network order
	fd, err := n.Socket(unix.AF_PACKET, unix.SOCK_RAW, all)
	if err == nil {
		t.Cleanup(func() { _ = unix.Close(fd) })
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: n.Link(t, link).Attrs().Index})
	}
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// TestKilled kills the process that made the wire with SIGKILL. The kernel carries on; the next process takes over without a lost frame.
func TestKilled(t *testing.T) {
	host, sw := lab(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asSwitch+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := sw.Start(t, cmd)
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err, p.Output())
	}
	address(t, sw)
	ping(t, host)
	p.Kill()
	ping(t, host)

	h := open(t, sw)
	p4 := newPinger(t, host, "10.0.0.1")
	var g errgroup.Group
	g.Go(func() error {
		for range 2000 {
			if err := p4.echo(10 * time.Second); err != nil {
				return err
			}
		}
		return nil
	})
	for range 20 {
		if err := wireUp(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	if names, err := h.List(); err != nil || !slices.Equal(names, []string{"Ethernet0"}) {
		t.Errorf("host interfaces %v, %v", names, err)
	}
}

// TestNotPermitted: a container that may not load eBPF programs gets told so.
func TestNotPermitted(t *testing.T) {
	_, sw := lab(t)
	cmd := exec.Command("setpriv", "--bounding-set=-bpf,-sys_admin", "--inh-caps=-bpf,-sys_admin", os.Args[0])
	cmd.Env = append(os.Environ(), asSwitch+"=1")
	p := sw.Start(t, cmd)
	if err := p.Wait(); err == nil || !strings.Contains(p.Output(), "not allowed to load eBPF programs") {
		t.Errorf("%v\n%s", err, p.Output())
	}
}

func TestCarrierAndAdmin(t *testing.T) {
	host, sw := lab(t)
	h := open(t, sw)
	if err := wireUp(h); err != nil {
		t.Fatal(err)
	}
	address(t, sw)
	if err := h.SetCarrier([]Carrier{{Name: "Ethernet0"}, {Name: "Ethernet4", Up: true}}); err[0] != nil || !errors.Is(err[1], unix.ENODEV) {
		t.Fatal(err)
	}
	if out := sw.Run(t, exec.Command("ip", "link", "show", "Ethernet0")); !strings.Contains(out, "NO-CARRIER") {
		t.Error(out)
	}
	if err := errors.Join(h.SetCarrier([]Carrier{{Name: "Ethernet0", Up: true}})...); err != nil {
		t.Fatal(err)
	}
	ping(t, host)
	if err := errors.Join(h.SetFront([]Front{{Name: "eth1", Admin: false}})...); err != nil {
		t.Fatal(err)
	}
	if out := host.Run(t, exec.Command("ip", "link", "show", "eth0")); !strings.Contains(out, "NO-CARRIER") {
		t.Error("the host does not see that its port is down:", out)
	}
}

func TestRemove(t *testing.T) {
	_, sw := lab(t)
	h := open(t, sw)
	if err := wireUp(h); err != nil {
		t.Fatal(err)
	}
	h = open(t, sw) // knows nothing of the wire
	if err := errors.Join(h.Unpatch([]string{"eth1"})...); err != nil {
		t.Fatal(err)
	}
	if err := wireUp(h); err != nil {
		t.Fatal(err)
	}
	h = open(t, sw)
	if err := h.Remove([]string{"Ethernet0", "Ethernet4", "eth1"}); err[0] != nil || err[1] != nil || err[2] == nil {
		t.Fatal(err)
	}
	if out := sw.Run(t, exec.Command("tc", "filter", "show", "dev", "eth1", "ingress")); out != "" {
		t.Error(out)
	}
	if names, err := h.List(); err != nil || len(names) != 0 {
		t.Error(names, err)
	}
}

// TestMove patches a host interface to another front after a restart that has forgotten the first.
func TestMove(t *testing.T) {
	host, sw := lab(t)
	if err := wireUp(open(t, sw)); err != nil {
		t.Fatal(err)
	}
	h := open(t, sw)
	moved := Wire{Front: "eth2", Netdev: "Ethernet0"}
	netns.Veth(t, host, "eth9", sw, "eth2")
	if err := errors.Join(h.Patch([]Wire{moved})...); err != nil {
		t.Fatal(err)
	}
	if wires, err := h.Wires(); err != nil || !slices.Equal(wires, []Wire{moved}) || h.otherEnd("eth1") != "" {
		t.Error(wires, err)
	}
	for range 2 { // the second time with a process that has forgotten
		if err := errors.Join(h.Patch([]Wire{eth0})...); err != nil {
			t.Fatal(err)
		}
		if wires, err := h.Wires(); err != nil || !slices.Equal(wires, []Wire{eth0}) || h.otherEnd("eth2") != "" {
			t.Error(wires, err)
		}
		h = open(t, sw)
	}
	if err := errors.Join(h.Patch([]Wire{{Netdev: "Ethernet0"}})...); err != nil {
		t.Fatal(err)
	}
	if wires, err := h.Wires(); err != nil || len(wires) != 0 || h.otherEnd("eth1") != "" {
		t.Error(wires, err)
	}
}

// TestFailsClosed: a front panel whose wire is cut answers nothing by itself, whatever the namespace has.
func TestFailsClosed(t *testing.T) {
	host, sw := lab(t)
	h := open(t, sw)
	if err := wireUp(h); err != nil {
		t.Fatal(err)
	}
	sw.Addr(t, "lo", "10.0.0.1/32")
	if err := errors.Join(h.Unpatch([]string{"eth1"})...); err != nil {
		t.Fatal(err)
	}
	if err := newPinger(t, host, "10.0.0.1").echo(time.Second); !errors.Is(err, errLost) {
		t.Errorf("answered: %v", err)
	}
}
