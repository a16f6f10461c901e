package packet

import (
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/conformance"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestConformance runs the suite that every ASIC passes, on real netdevs: what it calls a link or a frame is one.
func TestConformance(t *testing.T) {
	sw, hosts := wired(t, 4)
	conformance.Run(t, func(t *testing.T, o conformance.Options) conformance.Fixture {
		b := &bench{TB: t, ns: sw, hosts: hosts, notes: make(chan sai.Notification, 10000)}
		for i := range hosts {
			// Every test begins without links. The suite's ports have no host interfaces, so their netdevs are not the ASIC's to enable.
			hosts[i].Down(t, "eth0")
			sw.Up(t, testPorts(i + 1)[i].FrontPanel)
		}
		clock := &later{}
		b.start(Config{Config: virtual.Config{Ports: testPorts(len(hosts)), Limits: o.Limits, Clock: clock}})
		f := conformance.Fixture{
			API: b.ASIC, Notifications: b.notes,
			Link: func(port int, up bool) {
				if up {
					hosts[port].Up(t, "eth0")
				} else {
					hosts[port].Down(t, "eth0")
				}
			},
			Learn: b.learn,
			Advance: func(d time.Duration) {
				clock.by.Add(int64(d))
				b.swept()
			},
		}
		for _, p := range testPorts(len(hosts)) {
			f.Lanes = append(f.Lanes, p.Lanes)
		}
		return f
	})
}

// swept returns after a whole sweep.
func (b *bench) swept() {
	b.plane.resweep <- struct{}{}
	b.plane.resweep <- struct{}{}
}

// learn has a port receive a frame, and returns when it was processed and what it taught was reported. The port is enabled for it.
func (b *bench) learn(i int, vlan uint16, src sai.MAC) {
	b.Helper()
	var sw sai.OID
	_ = b.List(b.Context(), sai.ObjectTypeSwitch, func(o sai.Object, _ []sai.Attribute) error {
		sw = o.OID
		return nil
	})
	list, _ := b.get(sw, sai.SwitchAttrPortList).(sai.ObjectList)
	if b.get(list[i], sai.PortAttrAdminState) != true {
		b.set(list[i], sai.PortAttrAdminState, true)
	}
	b.hosts[i].Up(b.TB, "eth0")
	b.until("port up", func() bool { return b.get(list[i], sai.PortAttrOperStatus) == sai.PortOperStatusUp })
	fd, err := b.hosts[i].Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything, Ifindex: b.hosts[i].Link(b.TB, "eth0").Attrs().Index})
	}
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	tag := []byte{}
	if vlan != 0 {
		tag = []byte{0x81, 0, byte(vlan >> 8), byte(vlan)}
	}
	frame := slices.Concat([]byte{2, 9, 0, 0, 0, 0}, src[:], tag, []byte{0x88, 0xb5}, make([]byte, 46))
	before := b.stat(list[i], int32(sai.PortStatIfInUcastPkts))
	b.until("frame", func() bool { // the netdev may have come a moment ago
		if _, err := unix.Write(fd, frame); err != nil && !errors.Is(err, unix.ENETDOWN) {
			b.Fatal(err)
		}
		return b.stat(list[i], int32(sai.PortStatIfInUcastPkts)) > before
	})
	b.swept()
}
