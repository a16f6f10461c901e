package ebpf

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// stations is a switch with many ports and VLANs, and addresses that are in each of them.
type stations struct {
	*bench
	taps    []*tap
	bridges []sai.OID // bridge ports by port
	numbers []uint16  // the data plane's, by port
	vlans   []sai.OID // by VLAN id
	n       int       // addresses
	last    time.Time
}

// spots is in how many ports a VLAN has members: those that follow its own number.
const spots = 4

// scale is how much there is: enough to overflow the ring of events; all that a switch is to hold if HYPERSONIC_SCALE is set.
func scale() (ports, vlans, addresses int) {
	if os.Getenv("HYPERSONIC_SCALE") != "" {
		return 128, 4094, 128_000
	}
	return 8, 64, 16_000
}

func newStations(t *testing.T) *stations {
	t.Helper()
	ports, vlans, n := scale()
	s := &stations{bench: &bench{TB: t, notes: make(chan sai.Notification, 10000)}, n: n, vlans: make([]sai.OID, vlans+1), last: time.Now()}
	s.ns = netns.New(t)
	far := netns.New(t)                                      // one for all: what matters is the switch
	far.Sysctl(t, "net/ipv6/conf/default/disable_ipv6", "1") // its netdevs are to say nothing
	for i := range ports {
		netns.Veth(t, far, fmt.Sprintf("p%d", i+1), s.ns, fmt.Sprintf("eth%d", i+1))
		s.hosts = append(s.hosts, far)
	}
	s.start(Config{})
	s.boot()
	s.set(s.sw, sai.SwitchAttrFdbAgingTime, uint32(600))
	s.took("%d ports", ports)
	for i, port := range s.ports {
		s.taps = append(s.taps, newTap(t, far, fmt.Sprintf("p%d", i+1)))
		s.bridges = append(s.bridges, s.bridgePort(port))
	}
	s.Do(func(virtual.View) {
		for _, port := range s.ports {
			s.numbers = append(s.numbers, s.plane.ports[port].number)
		}
	})
	s.vlans[1], _ = s.get(s.sw, sai.SwitchAttrDefaultVlanID).(sai.OID)
	for id := 1; id <= vlans; id++ {
		if id > 1 {
			s.vlans[id] = s.vlan(uint16(id))
		}
		for spot := range spots {
			s.member(s.vlans[id], s.bridges[(id+spot)%ports], sai.VlanTaggingModeTagged)
		}
	}
	s.took("%d VLANs with %d members", vlans, vlans*spots)
	return s
}

// took logs how long something took since the last time.
func (s *stations) took(what string, args ...any) {
	s.Helper()
	s.Logf("%-40s %v", fmt.Sprintf(what, args...), time.Since(s.last).Round(time.Millisecond))
	s.last = time.Now()
}

func (s *stations) vid(i int) uint16 { return uint16(1 + i%(len(s.vlans)-1)) }

// port is the one that an address is on, at one of its spots.
func (s *stations) port(i, spot int) int { return (int(s.vid(i)) + spot) % len(s.ports) }

func address(i int) sai.MAC {
	return sai.MAC{2, 1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
}

func (s *stations) entry(i int) sai.FdbEntry {
	return sai.FdbEntry{Switch: s.sw, BV: s.vlans[s.vid(i)], MAC: address(i)}
}

// speak has every address send a frame, to itself: it goes nowhere and teaches. It returns when the data plane has all there.
func (s *stations) speak(spot int) {
	s.Helper()
	s.until("frames", func() bool {
		at := map[swFdbKey]uint16{}
		if err := s.plane.eachFdb(func(k swFdbKey, e swFdbEntry) error { at[k] = e.Port; return nil }); err != nil {
			s.Fatal(err)
		}
		done := true
		for i := range s.n {
			if port := s.port(i, spot); at[swFdbKey{Vid: s.vid(i), Mac: address(i)}] != s.numbers[port] {
				s.taps[port].Send(ether(address(i), address(i), s.vid(i), ""))
				done = false
			}
		}
		return done
	})
}

// held counts the entries of the data plane, and those of the ASIC that are at a spot and elsewhere.
func (s *stations) held(spot int) (kernel, here, elsewhere int) {
	s.Helper()
	s.Do(func(v virtual.View) {
		if err := s.plane.eachFdb(func(swFdbKey, swFdbEntry) error { kernel++; return nil }); err != nil {
			s.Fatal(err)
		}
		at := map[sai.FdbEntry]sai.OID{}
		for e, f := range v.Fdb() {
			at[e] = f.BridgePort
		}
		for i := range s.n {
			if at[s.entry(i)] == s.bridges[s.port(i, spot)] {
				here++
			}
		}
		elsewhere = len(at) - here
	})
	return kernel, here, elsewhere
}

// holds fails unless both have exactly so many entries, all at a spot.
func (s *stations) holds(what string, spot, want int) {
	s.Helper()
	if kernel, here, elsewhere := s.held(spot); kernel != want || here != want || elsewhere != 0 {
		s.Errorf("%s: %d entries in the data plane, %d in the ASIC and %d that are wrong; want %d", what, kernel, here, elsewhere, want)
	}
}

// overflow has all addresses speak while nobody reads events.
func (s *stations) overflow(spot int) {
	s.Helper()
	s.Do(func(virtual.View) {
		s.speak(spot)
		if left := s.plane.k.maps.Events.MaxEntries() - uint32(s.events.AvailableBytes()); left >= 64 {
			s.Errorf("the ring of events still has room for %d bytes", left)
		}
	})
}

func (s *stations) flush(attrs ...sai.Attribute) {
	s.Helper()
	if st := s.FlushFdb(s.Context(), s.sw, attrs); st != sai.StatusSuccess {
		s.Fatal(st)
	}
}

func (s *stations) sweep() {
	s.resweep <- struct{}{}
	s.resweep <- struct{}{}
}

// TestManyStations fills the FDB by frames in many VLANs, with more events than their ring holds: the sweep finds what was lost. Then addresses move, are
// flushed before the ASIC has heard of them, age, and are programmed.
func TestManyStations(t *testing.T) {
	s := newStations(t)
	s.set(s.sw, sai.SwitchAttrFdbEventNotify, sai.Pointer(0)) // their queue is not what this is about
	s.overflow(0)
	s.took("%d addresses learned by frames", s.n)
	s.sweep()
	s.holds("learned", 0, s.n)
	s.took("resync")

	// All move; a flush of a port is about where they are now.
	s.overflow(1)
	s.took("%d addresses moved", s.n)
	s.flush(at(sai.ObjectTypeFdbFlush, sai.FdbFlushAttrBridgePortID, s.bridges[0]))
	s.took("flush of a port")
	left := 0
	for i := range s.n {
		if s.port(i, 1) != 0 {
			left++
		}
	}
	s.holds("flush of a port", 1, left)

	s.overflow(2)
	s.last = time.Now()
	s.flush(at(sai.ObjectTypeFdbFlush, sai.FdbFlushAttrBvID, s.vlans[2]))
	s.took("flush of a VLAN")
	left = 0
	for i := range s.n {
		if s.vid(i) != 2 {
			left++
		}
	}
	s.holds("flush of a VLAN", 2, left)
	s.last = time.Now()
	s.flush()
	s.took("flush of the rest")
	s.holds("flush", 0, 0)

	// Events that were in the ring teach nothing any more.
	s.overflow(0)
	s.flush()
	s.until("events", func() bool { return s.events.AvailableBytes() == 0 })
	s.sweep()
	s.holds("flush of the unknown", 0, 0)

	s.overflow(3)
	s.sweep()
	s.holds("learned again", 3, s.n)
	s.memory()
	s.last = time.Now()
	s.age(601)
	s.took("ageing of all")
	s.holds("aged", 0, 0)
	s.program()
	s.holds("programmed", 0, s.n)
}

// program creates all addresses as static entries.
func (s *stations) program() {
	s.Helper()
	s.last = time.Now()
	t := sai.ObjectTypeFdbEntry
	batch := make([]sai.CreateRequest, 0, routeBatch)
	for i := range s.n {
		batch = append(batch, sai.CreateRequest{Object: sai.Object{Type: t, Entry: s.entry(i)}, Attrs: []sai.Attribute{
			at(t, sai.FdbEntryAttrType, sai.FdbEntryTypeStatic), at(t, sai.FdbEntryAttrBridgePortID, s.bridges[s.port(i, 0)]),
		}})
		if len(batch) < routeBatch && i < s.n-1 {
			continue
		}
		for _, r := range s.Create(s.Context(), t, batch) {
			if r.Status != sai.StatusSuccess {
				s.Fatal(r.Status)
			}
		}
		batch = batch[:0]
	}
	s.took("%d addresses programmed", s.n)
}

// memory logs what the FDB's map and the process have.
func (s *stations) memory() {
	s.Helper()
	info, err := s.plane.k.maps.Fdb.Info()
	if err != nil {
		s.Fatal(err)
	}
	kernel, _ := info.Memlock()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	s.Logf("with %d addresses: FDB map %d KiB, heap of the process %d KiB", s.n, kernel>>10, m.HeapAlloc>>10)
}

// TestFlushTells checks that nothing is told to be learned behind a flush that came after the frame.
func TestFlushTells(t *testing.T) {
	s := newStations(t)
	s.n = 2000
	s.Do(func(virtual.View) { s.speak(0) })
	s.flush()
	witness := sai.FdbEntry{Switch: s.sw, BV: s.vlans[1], MAC: mac(77)}
	flushed, known := false, false
	s.until("flush, and what was learned behind it", func() bool {
		s.taps[1].Send(ether(mac(77), mac(77), 1, ""))
		for {
			select {
			case n := <-s.notes:
				events, _ := n.(sai.FdbEvents)
				for _, e := range events {
					flushed = flushed || e.Event == sai.FdbEventFlushed
					known = known || flushed && e.Entry == witness
					if flushed && e.Entry != witness && e.Event != sai.FdbEventFlushed {
						s.Errorf("%v of %v behind the flush", e.Event, e.Entry)
					}
				}
			default:
				return known
			}
		}
	})
}
