package ebpf

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/conformance"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestConformance runs the suite that every ASIC passes, on real netdevs: what it calls a link or a frame is one.
func TestConformance(t *testing.T) {
	sw, hosts := wired(t, 4)
	taps := make([]*tap, len(hosts))
	for i, h := range hosts {
		taps[i] = newTap(t, h, "eth0")
	}
	conformance.Run(t, func(t *testing.T, o conformance.Options) conformance.Fixture {
		b := &bench{TB: t, ns: sw, hosts: hosts, notes: make(chan sai.Notification, 10000)}
		for i := range hosts {
			// Every test begins without links. The suite's ports have no host interfaces, so their netdevs are not the ASIC's to enable.
			hosts[i].Down(t, "eth0")
			sw.Up(t, fmt.Sprintf("eth%d", i+1))
		}
		config := Config{}
		config.Limits = o.Limits
		b.start(config)
		f := conformance.Fixture{
			API: b.ASIC, Notifications: b.notes,
			Link: func(port int, up bool) {
				if up {
					hosts[port].Up(t, "eth0")
				} else {
					hosts[port].Down(t, "eth0")
				}
			},
			Learn:   func(port int, vlan uint16, mac sai.MAC) { b.learn(taps[port], port, vlan, mac) },
			Advance: func(d time.Duration) { b.age(uint32(d / time.Second)) },
		}
		for _, p := range testPorts(len(hosts)) {
			f.Lanes = append(f.Lanes, p.Lanes)
		}
		return f
	})
}

// learn has a port receive a frame, and returns when it was processed and what it taught was reported. The port is enabled for it.
func (b *bench) learn(p *tap, i int, vlan uint16, src sai.MAC) {
	b.Helper()
	list, _ := b.get(b.switchID(), sai.SwitchAttrPortList).(sai.ObjectList)
	if b.get(list[i], sai.PortAttrAdminState) != true {
		b.set(list[i], sai.PortAttrAdminState, true)
	}
	b.hosts[i].Up(b.TB, "eth0")
	b.until("port up", func() bool { return b.get(list[i], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
	stats := []int32{int32(sai.PortStatIfInUcastPkts)}
	before := b.stat(list[i], stats[0])
	tag := uint16(untagged)
	if vlan != 0 {
		tag = vlan
	}
	_, _ = unix.GetsockoptInt(p.FD, unix.SOL_SOCKET, unix.SO_ERROR) // that the netdev was down meanwhile
	b.until("frame", func() bool {                                  // the netdev may have come a moment ago
		p.Send(ether(sai.MAC{2, 9}, src, tag, "learn"))
		return b.stat(list[i], stats[0]) > before
	})
	b.resweep <- struct{}{}
	b.resweep <- struct{}{}
}

func (b *bench) switchID() (sw sai.OID) {
	_ = b.List(b.Context(), sai.ObjectTypeSwitch, func(o sai.Object, _ []sai.Attribute) error {
		sw = o.OID
		return nil
	})
	return sw
}
