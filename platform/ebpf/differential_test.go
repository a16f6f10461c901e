package ebpf

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/model"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// TestDifferential gives random switches and random frames to the pipeline in the kernel and to the model (platform/model), and compares what comes
// out of every netdev byte for byte, why frames were dropped and trapped, what was learned, and the counters. Frames take the whole way, by real
// netdevs: a run of the program alone (BPF_PROG_RUN) knows neither tags nor where copies go. HYPERSONIC_CASES=n runs that many
// others, HYPERSONIC_SEED=n begins with a certain one.
func TestDifferential(t *testing.T) {
	w := newWorld(t, 6)
	seeds, start := 12, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("HYPERSONIC_CASES")); err == nil {
		seeds, start = n, rand.Uint64N(1<<40)
	}
	if n, err := strconv.ParseUint(os.Getenv("HYPERSONIC_SEED"), 10, 64); err == nil {
		start = n
	}
	w.onOneCPU()
	sent := 0
	for seed := start; seed < start+uint64(seeds); seed++ {
		steps := randomCase(rand.New(rand.NewPCG(seed, 0)), len(w.hosts))
		at, difference := w.run(steps)
		if difference == "" {
			sent += w.sent
			continue
		}
		minimal := w.shrink(slices.Clone(steps[:min(at+1, len(steps))]), at)
		_, again := w.run(minimal)
		var text strings.Builder
		for _, s := range minimal {
			fmt.Fprintf(&text, "  %s\n", s.text)
		}
		t.Fatalf("seed %d, step %d:\n%s\nit takes:\n%s%s", seed, at, difference, text.String(), again)
	}
	drops, traps := w.reasons()
	t.Logf("%d cases, %d frames; dropped: %v, trapped: %v", seeds, sent, increase(nil, drops), increase(nil, traps))
}

// step is a call of the ASIC or a frame.
type step struct {
	text string
	call func(w *world)
	// frame is sent at a netdev: eth0 of a host ("eth3"), or a host interface ("Vlan10"), as the kernel would.
	netdev string
	frame  []byte
}

// world is a switch in the kernel beside the same switch in the model.
type world struct {
	*bench
	twin    *virtual.ASIC
	model   *model.State
	oids    map[string]sai.OID
	taps    map[string]*tap // by netdev of the switch: the host's end of front-panel ones
	up      map[string]bool // netdevs whose frames arrive
	settled bool
	sent    int

	mark, marked *tap // the ends of a wire that no frame of the switch takes
}

// stands are the netdevs of VLANs, LAGs and sub-interfaces that a case may use.
func stands() []string {
	return []string{"Vlan10", "Vlan20", "Vlan30", "Po1", "Ethernet0.7", "Ethernet4.7", "Po1.7"}
}

func newWorld(t *testing.T, n int) *world {
	w := &world{bench: &bench{TB: t, notes: make(chan sai.Notification, 10000)}, taps: map[string]*tap{}, up: map[string]bool{}}
	w.ns, w.hosts = wired(t, n)
	(&bench{TB: t, hosts: append(slices.Clone(w.hosts), w.ns)}).quiet()
	for i, h := range w.hosts {
		w.prepare(h, "eth0")
		w.taps[fmt.Sprintf("eth%d", i+1)] = newTap(t, h, "eth0")
	}
	for _, name := range stands() {
		netns.Veth(t, w.ns, name, w.ns, linux.InnerName(name))
		for _, end := range []string{name, linux.InnerName(name)} {
			w.prepare(w.ns, end)
		}
		w.silence(name)
		w.taps[name] = newTap(t, w.ns, name)
	}
	netns.Veth(t, w.ns, "mark0", w.ns, "mark1")
	w.mark, w.marked = newTap(t, w.ns, "mark0"), newTap(t, w.ns, "mark1")
	w.start(Config{})
	go func() { // nobody asks for them
		for {
			select {
			case <-w.notes:
			case <-t.Context().Done():
				return
			}
		}
	}()
	config := Config{Config: virtual.Config{Ports: testPorts(n), MAC: switchMAC}}
	config.bound()
	fronts := map[uint32]string{}
	for _, p := range config.Ports {
		fronts[p.Lanes[0]] = p.FrontPanel
	}
	w.model = model.New(fronts)
	config.Plane = w.model
	w.twin = virtual.New(config.Config)
	return w
}

// prepare has a netdev take long frames, and no part in ARP.
func (w *world) prepare(ns *netns.NS, name string) {
	w.Helper()
	l := ns.Link(w.TB, name)
	if err := errors.Join(ns.Handle.LinkSetMTU(l, 9500), ns.Handle.LinkSetARPOff(l)); err != nil {
		w.Fatal(err)
	}
}

// silence keeps the kernel from saying something of its own.
func (w *world) silence(netdev string) {
	w.ns.Sysctl(w.TB, "net/ipv6/conf/"+netdev+"/disable_ipv6", "1")
}

// onOneCPU has all frames take their whole way on one CPU, one behind the other: the thread that sends stays on it.
func (w *world) onOneCPU() {
	runtime.LockOSThread()
	var was, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &was); err != nil {
		w.Fatal(err)
	}
	for cpu := range 1024 {
		if was.IsSet(cpu) {
			one.Set(cpu)
			break
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		_ = unix.SchedSetaffinity(0, &was)
		runtime.UnlockOSThread()
	})
}

// run makes a new switch and takes the steps. It tells the first step where model and kernel differ, and how.
func (w *world) run(steps []step) (at int, difference string) {
	w.Helper()
	w.sent = 0
	w.boot()
	for i, s := range steps {
		if s.call != nil {
			s.call(w)
			w.settled = false
			continue
		}
		if difference := w.compare(s); difference != "" {
			return i, fmt.Sprintf("%s:\n%s", s.text, difference)
		}
	}
	w.settle()
	return len(steps), w.compareState()
}

// shrink leaves out what a failure does not need, ever smaller pieces of it.
func (w *world) shrink(steps []step, failing int) []step {
	for size := max(len(steps)/2, 1); ; size /= 2 {
		for i := 0; i < len(steps); {
			fewer := slices.Concat(steps[:i], steps[min(i+size, len(steps)):])
			at, d := w.run(fewer)
			if d != "" && (at < len(fewer)) == (failing < len(steps)) { // the same kind of difference
				steps, failing = fewer, at
				continue
			}
			i += size
		}
		if size <= 1 {
			return steps
		}
	}
}

// boot makes the switch anew, on both sides, with its ports enabled and host interfaces that are up.
func (w *world) boot() {
	w.Helper()
	if w.sw != 0 {
		w.both("remove switch", func(a *virtual.ASIC) any {
			return a.Remove(context.Background(), sai.ObjectTypeSwitch, []sai.Object{{Type: sai.ObjectTypeSwitch, OID: w.sw}})
		})
	}
	w.oids = map[string]sai.OID{}
	t := sai.ObjectTypeSwitch
	w.sw = w.make("switch", t, at(t, sai.SwitchAttrInitSwitch, true), at(t, sai.SwitchAttrSrcMACAddress, switchMAC))
	w.oids["default"], _ = w.get(w.sw, sai.SwitchAttrDefaultVirtualRouterID).(sai.OID)
	w.oids["cpu"], _ = w.get(w.sw, sai.SwitchAttrCpuPort).(sai.OID)
	w.ports, _ = w.get(w.sw, sai.SwitchAttrPortList).(sai.ObjectList)
	for _, kind := range []sai.ObjectType{sai.ObjectTypeVlanMember, sai.ObjectTypeBridgePort} {
		w.both("remove all", func(a *virtual.ASIC) any {
			var all []sai.Object
			_ = a.List(context.Background(), kind, func(o sai.Object, attrs []sai.Attribute) error {
				if !slices.ContainsFunc(attrs, func(a sai.Attribute) bool { return a.Value == any(sai.BridgePortType1qRouter) }) {
					all = append(all, o)
				}
				return nil
			})
			return a.Remove(context.Background(), kind, all)
		})
	}
	h := sai.ObjectTypeHostif
	for i, port := range w.ports {
		w.oids[fmt.Sprintf("port%d", i)] = port
		w.hosts[i].Up(w.TB, "eth0")
		w.make("hostif", h, at(h, sai.HostifAttrType, sai.HostifTypeNetdev), at(h, sai.HostifAttrObjID, port), at(h, sai.HostifAttrName, hostName(i)))
		w.put(port, sai.PortAttrMtu, uint32(9100+frameOverhead))
		w.put(port, sai.PortAttrAdminState, true)
		w.prepare(w.ns, hostName(i))
		w.silence(hostName(i))
		w.ns.Up(w.TB, hostName(i))
		w.taps[hostName(i)] = newTap(w.TB, w.ns, hostName(i))
	}
	w.settled = false
}

// both makes a call on both sides, which must answer alike.
func (w *world) both(what string, call func(*virtual.ASIC) any) any {
	w.Helper()
	ours, model := call(w.ASIC.ASIC), call(w.twin)
	if fmt.Sprint(ours) != fmt.Sprint(model) {
		w.Fatalf("%s: %v beside the kernel, %v beside the model", what, ours, model)
	}
	return ours
}

// make creates an object by a name that steps refer to it by.
func (w *world) make(name string, t sai.ObjectType, attrs ...sai.Attribute) sai.OID {
	w.Helper()
	r := w.both(name, func(a *virtual.ASIC) any {
		return a.Create(context.Background(), t, []sai.CreateRequest{{Object: sai.Object{Type: t}, Attrs: attrs}})[0]
	}).(sai.CreateResult)
	w.oids[name] = r.OID
	return r.OID
}

func (w *world) makeEntry(e sai.Entry, attrs ...sai.Attribute) {
	w.Helper()
	t := e.ObjectType()
	w.both(fmt.Sprint(e), func(a *virtual.ASIC) any {
		return a.Create(context.Background(), t, []sai.CreateRequest{{Object: sai.Object{Type: t, Entry: e}, Attrs: attrs}})[0].Status
	})
}

func (w *world) put(id any, attr uint16, v any) {
	w.Helper()
	o := object(id)
	if o.Entry == nil && o.OID == 0 {
		return // it was never made
	}
	w.both(fmt.Sprint("set ", o), func(a *virtual.ASIC) any {
		return a.Set(context.Background(), o.Type, []sai.SetRequest{{Object: o, Attr: at(o.Type, attr, v)}})
	})
}

func (w *world) unmake(id any) {
	w.Helper()
	o := object(id)
	if o.Entry == nil && o.OID == 0 {
		return
	}
	w.both(fmt.Sprint("remove ", o), func(a *virtual.ASIC) any { return a.Remove(context.Background(), o.Type, []sai.Object{o}) })
}

// settle waits until the kernel's side has followed what changed outside of the ASIC, and tells the model of it.
func (w *world) settle() {
	w.Helper()
	if w.settled {
		return
	}
	w.until("settled data plane", func() bool {
		links, err := w.ns.Handle.LinkList()
		if err != nil {
			return false
		}
		clear(w.up)
		present := map[string]bool{}
		for _, l := range links {
			present[l.Attrs().Name] = true
			w.up[l.Attrs().Name] = l.Attrs().RawFlags&unix.IFF_LOWER_UP != 0
		}
		same := true
		w.ASIC.Do(func(virtual.View) {
			for name, d := range w.plane.links {
				same = same && present[name] && d.up == w.up[name]
			}
			same = same && len(w.plane.links) == len(present) && len(w.plane.bare) == 0
			for _, l := range links {
				same = same && (w.plane.bound[uint32(l.Attrs().Index)] == nil || w.plane.k.runsOn(l.Attrs().Name, uint32(l.Attrs().Index)))
			}
		})
		for i, port := range w.ports {
			front := fmt.Sprintf("eth%d", i+1)
			w.twin.FrontPanel(context.Background(), front, w.up[front])
			w.model.SetNetdev(front, present[front], w.up[front])
			enabled := w.get(port, sai.PortAttrAdminState) == true
			same = same && (w.get(port, sai.PortAttrOperStatus) == sai.PortOperStatusUp) == (enabled && w.hostUp(i)) &&
				w.up[hostName(i)] == (enabled && w.hostUp(i))
		}
		for name := range w.taps {
			if !strings.HasPrefix(name, "eth") {
				w.model.SetNetdev(name, present[name], w.up[name])
			}
		}
		return same
	})
	w.settled = true
	for _, p := range w.taps {
		_, _ = unix.GetsockoptInt(p.FD, unix.SOL_SOCKET, unix.SO_ERROR) // that the netdev was down meanwhile
	}
	w.flush() // what the kernel said meanwhile
	w.captured()
}

func (w *world) hostUp(i int) bool {
	return w.hosts[i].Link(w.TB, "eth0").Attrs().RawFlags&unix.IFF_UP != 0
}
