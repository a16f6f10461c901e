package tests

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// hosts has three hosts use a switch in all the ways that hosts do.
func hosts(t *testing.T, binary, asic string) {
	f := three(t, binary, asic)
	for _, part := range []struct {
		name string
		run  func(*forwarding)
	}{
		{"answers come once", answersOnce}, {"transfers", transfers}, {"frames", frames}, {"access lists", accessLists}, {"DHCP relay", dhcpRelay}, {"errors of the path", pathErrors}, {"admin state and carrier", adminState}, {"hot-plug", hotPlug},
	} {
		t.Run(part.name, func(t *testing.T) {
			f.t = t
			defer func(outer *testing.T) { f.t = outer }(f.t)
			part.run(f)
		})
	}
}

// answersOnce: nothing is answered by both the data plane and the kernel, and nothing that the data plane forwards is forwarded by the kernel too.
func answersOnce(f *forwarding) {
	forwarded := func() int64 {
		return protocolCounter(f.ns.Run(f.t, exec.Command("cat", "/proc/net/snmp")), "Ip", "ForwDatagrams")
	}
	// What is not resolved yet, the kernel forwards while it resolves.
	f.reaches(0, "10.0.10.2")
	f.reaches(1, "10.0.10.3")
	before := forwarded()
	for _, c := range []struct {
		from int
		to   string
	}{{0, "10.0.0.1"}, {0, "10.0.10.2"}, {0, "fd00:10::2"}, {0, "10.0.10.1"}, {1, "10.0.10.3"}, {1, "10.0.10.1"}, {1, "fd00:10::1"}, {2, "fd00:10::2"}} {
		out := f.hosts[c.from].Run(f.t, exec.Command("ping", "-c", "20", "-i", "0.01", "-w", "10", c.to))
		if !strings.Contains(out, "20 received") || strings.Contains(out, "duplicates") {
			f.t.Errorf("host %d pings %s:\n%s", c.from, c.to, out)
		}
	}
	if n := forwarded() - before; n != 0 {
		f.t.Errorf("the kernel forwarded %d packets", n)
	}
	// A request for the switch's address in the VLAN is answered once, and the other members hear it once. Who asks is nobody else: the hosts' kernels ask too.
	asks, hears := newTap(f.t, f.hosts[1], "eth0"), newTap(f.t, f.hosts[2], "eth0")
	asks.Send(arpRequest(hostMAC(f, 1), "10.0.10.77", "10.0.10.1"))
	asks.expect(1, arpAnswer("10.0.10.1", "10.0.10.77"))
	hears.expect(1, arpRequestBy("10.0.10.77", "10.0.10.1"))
	routed := newTap(f.t, f.hosts[0], "eth0")
	routed.Send(arpRequest(hostMAC(f, 0), "10.0.0.77", "10.0.0.1"))
	routed.expect(1, arpAnswer("10.0.0.1", "10.0.0.77"))
}

// transfers moves streams and datagrams between hosts, with the offloads of veths (super-frames, checksums that are left to the wire) and without, in
// frames of 1500 and of 9000 bytes.
func transfers(f *forwarding) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	for _, mtu := range []string{"1500", "9000"} {
		for _, h := range f.hosts {
			h.Run(f.t, exec.Command("ip", "link", "set", "eth0", "mtu", mtu))
		}
		for _, offloads := range []bool{true, false} {
			for _, h := range f.hosts {
				h.Checksums(f.t, "eth0", offloads)
			}
			for _, c := range []struct {
				from, to int
				ip       string
			}{{0, 1, "10.0.10.2"}, {1, 0, "fd00:0::2"}, {1, 2, "10.0.10.3"}, {2, 1, "fd00:10::2"}} {
				what := fmt.Sprintf("host %d to %s, MTU %s, offloads %v", c.from, c.ip, mtu, offloads)
				stream(f.t, what, f.hosts[c.from], f.hosts[c.to], c.ip, content)
				segments(f.t, what, f.hosts[c.from], f.hosts[c.to], c.ip, content)
			}
		}
	}
	for _, h := range f.hosts {
		h.Checksums(f.t, "eth0", true)
		h.Run(f.t, exec.Command("ip", "link", "set", "eth0", "mtu", "1500"))
	}
}

// pathErrors: the switch answers for what it cannot forward.
func pathErrors(f *forwarding) {
	says := func(from int, want []string, args ...string) {
		f.t.Helper()
		await(f.t, func() bool {
			p := f.hosts[from].Start(f.t, exec.Command("ping", append([]string{"-c", "1", "-W", "2"}, args...)...))
			_ = p.Wait() // it fails, and says why
			for _, text := range want {
				if strings.Contains(p.Output(), text) {
					return true
				}
			}
			return false
		}, func() { f.t.Errorf("ping %v: nobody says %q", args, want) })
	}
	exceeded := []string{"Time to live exceeded", "Hop limit", "Time exceeded"}
	says(0, exceeded, "-t", "1", "10.0.10.2")
	says(0, exceeded, "-t", "1", "fd00:10::2")
	says(1, exceeded, "-t", "1", "10.0.0.2")
	// A port is made narrower; the path is found anew.
	f.set(tables.ConfigPort.Schema, "Ethernet0", "mtu", "1400")
	tooBig := []string{"mtu = 1400", "mtu=1400"}
	says(1, tooBig, "-M", "do", "-s", "1450", "10.0.0.2")
	says(2, tooBig, "-M", "do", "-s", "1450", "fd00:0::2")
	stream(f.t, "into a narrower port", f.hosts[1], f.hosts[0], "10.0.0.2", bytes.Repeat([]byte("narrow"), 1<<16))
	f.set(tables.ConfigPort.Schema, "Ethernet0", "mtu", "9100")
	for _, h := range f.hosts {
		h.Run(f.t, exec.Command("ip", "route", "flush", "cache"))
		h.Run(f.t, exec.Command("ip", "-6", "route", "flush", "cache"))
	}
	await(f.t, func() bool {
		return f.hosts[1].Start(f.t, exec.Command("ping", "-c", "1", "-W", "1", "-M", "do", "-s", "1450", "10.0.0.2")).Wait() == nil
	}, func() { f.t.Error("a packet of 1478 bytes does not pass any more") })
	// A black hole is silent.
	f.set(&db.Schema{Database: db.Config, Name: "STATIC_ROUTE", Transport: db.Plain}, "10.66.0.0/16", "blackhole", "true")
	await(f.t, func() bool {
		p := f.hosts[0].Start(f.t, exec.Command("ping", "-c", "1", "-W", "1", "10.66.0.1"))
		_ = p.Wait()
		return strings.Contains(p.Output(), "100% packet loss") && !strings.Contains(p.Output(), "nreachable")
	}, func() { f.t.Error("a black hole answers") })
}

// adminState: a port that is disabled passes nothing in either direction, its host interface has no carrier, and the other way round.
func adminState(f *forwarding) {
	closed := func(from int, ip string) {
		f.t.Helper()
		if f.hosts[from].Start(f.t, exec.Command("ping", "-c", "2", "-i", "0.2", "-W", "1", ip)).Wait() == nil {
			f.t.Errorf("host %d reaches %s through a port that is down", from, ip)
		}
	}
	f.set(tables.ConfigPort.Schema, "Ethernet0", "admin_status", "down")
	f.oper("Ethernet0", "down")
	f.carrier("Ethernet0", false)
	closed(1, "10.0.0.2")
	closed(0, "10.0.0.1")
	f.set(tables.ConfigPort.Schema, "Ethernet4", "admin_status", "down")
	f.oper("Ethernet4", "down")
	closed(2, "10.0.10.2")
	closed(1, "10.0.10.1")
	f.set(tables.ConfigPort.Schema, "Ethernet0", "admin_status", "up")
	f.set(tables.ConfigPort.Schema, "Ethernet4", "admin_status", "up")
	f.oper("Ethernet0", "up")
	f.carrier("Ethernet0", true)
	f.reaches(0, "10.0.10.2")
	f.reaches(1, "fd00:0::2")
	// The state of a wire is what its other end says.
	f.hosts[0].Down(f.t, "eth0")
	f.oper("Ethernet0", "down")
	f.carrier("Ethernet0", false)
	f.hosts[0].Up(f.t, "eth0")
	f.oper("Ethernet0", "up")
	f.carrier("Ethernet0", true)
	f.gateway(0, "10.0.0.2/24", "fd00:0::2/64", "10.0.0.1", "fd00:0::1")
	f.reaches(0, "10.0.10.2")
	f.reaches(0, "fd00:10::2")
}

// hotPlug takes front-panel netdevs away and plugs others in, a routed one and one of the VLAN.
func hotPlug(f *forwarding) {
	for i, port := range map[int]string{0: "Ethernet0", 1: "Ethernet4"} {
		h := f.hosts[i]
		was := h.Link(f.t, "eth0")
		if err := h.Handle.LinkDel(was); err != nil {
			f.t.Fatal(err)
		}
		f.oper(port, "down")
		netns.Veth(f.t, h, "eth0", f.ns, fmt.Sprintf("eth%d", i+1))
		h.Run(f.t, exec.Command("ip", "link", "set", "eth0", "address", was.Attrs().HardwareAddr.String())) // the same host
		f.oper(port, "up")
	}
	f.address(0, "10.0.0.2/24", "fd00:0::2/64", "10.0.0.1", "fd00:0::1")
	f.address(1, "10.0.10.2/24", "fd00:10::2/64", "10.0.10.1", "fd00:10::1")
	f.reaches(0, "10.0.10.2")
	f.reaches(1, "fd00:0::2")
	f.reaches(2, "10.0.10.2")
}

// set writes one field of a row.
func (f *forwarding) set(table *db.Schema, key, field, value string) {
	f.t.Helper()
	if err := f.client.Write(context.Background(), []db.Write{{Table: table, Key: key, Fields: []db.Field{{Name: field, Value: value}}}}); err != nil {
		f.t.Fatal(err)
	}
}

// field waits until a row of APPL_DB has a value.
func (f *forwarding) field(table *db.Schema, key, name, want string) {
	f.t.Helper()
	var got []db.Field
	await(f.t, func() bool {
		rows, err := f.client.Get(context.Background(), table, []string{key})
		if err != nil {
			return false
		}
		got = rows[0].Fields
		for _, x := range got {
			if x.Name == name {
				return x.Value == want
			}
		}
		return false
	}, func() { f.t.Errorf("%s %s: %v, want %s=%s", table.Name, key, got, name, want) })
}

func (f *forwarding) oper(port, want string) {
	f.t.Helper()
	f.field(tables.ApplPort.Schema, port, "oper_status", want)
}

// carrier waits until a host interface has one, or has none.
func (f *forwarding) carrier(netdev string, want bool) {
	f.t.Helper()
	await(f.t, func() bool {
		return f.ns.Link(f.t, netdev).Attrs().RawFlags&unix.IFF_LOWER_UP != 0 == want
	}, func() { f.t.Errorf("%s: carrier is not %v", netdev, want) })
}

// gateway gives back what a host's link has lost when it was down.
func (f *forwarding) gateway(i int, _, six, gateway4, gateway6 string) {
	f.t.Helper()
	h := f.hosts[i]
	h.Run(f.t, exec.Command("ip", "-6", "address", "replace", six, "dev", "eth0", "nodad"))
	h.Run(f.t, exec.Command("ip", "route", "replace", "default", "via", gateway4))
	h.Run(f.t, exec.Command("ip", "-6", "route", "replace", "default", "via", gateway6))
}

// silence is how long no second copy may come. It is no wait for something to happen.
const silence = 300 * time.Millisecond
