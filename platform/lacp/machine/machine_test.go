package machine

import (
	"fmt"
	"testing"
	"time"
)

// wire joins ports of groups and lets time pass.
type wire struct {
	t      *testing.T
	now    time.Duration
	groups map[string]*Group
	peers  map[string]string // group/port, both ways
	cut    map[string]bool
	count  int
}

func newWire(t *testing.T) *wire {
	return &wire{t: t, groups: map[string]*Group{}, peers: map[string]string{}, cut: map[string]bool{}}
}

func (w *wire) group(name string, id byte, change func(*Config)) *Group {
	c := Config{System: System{65535, MAC{2, 0, 0, 0, 0, id}}, Key: 1, Active: true, Fast: true}
	if change != nil {
		change(&c)
	}
	g := NewGroup(c)
	w.groups[name] = g
	return g
}

func (w *wire) join(a string, x int, b string, y int) {
	one, two := fmt.Sprintf("%s/%d", a, x), fmt.Sprintf("%s/%d", b, y)
	w.peers[one], w.peers[two] = two, one
	for _, e := range []struct {
		g string
		n int
	}{{a, x}, {b, y}} {
		g := w.groups[e.g]
		g.Set(fmt.Sprint(e.n), PortConfig{MAC: g.System.MAC, Number: uint16(e.n), Priority: 255})
		g.Link(fmt.Sprint(e.n), true, w.now)
	}
}

// run lets time pass in steps of 100 ms.
func (w *wire) run(d time.Duration) {
	w.t.Helper()
	for end := w.now + d; w.now < end; w.now += 100 * time.Millisecond {
		for round := 0; w.exchange(); round++ {
			if round > 20 {
				w.t.Fatal("PDUs without end at one moment")
			}
		}
	}
}

func (w *wire) exchange() (sent bool) {
	for name, g := range w.groups {
		for p, f := range g.Advance(w.now).Frames {
			sent = true
			w.count++
			from := name + "/" + p
			to := w.peers[from]
			if w.cut[from] || to == "" {
				continue
			}
			pdu, _, err := Parse(f, MAC{})
			if err != nil {
				w.t.Fatal(err)
			}
			var peer, port string
			for i := range to {
				if to[i] == '/' {
					peer, port = to[:i], to[i+1:]
				}
			}
			w.groups[peer].Receive(port, pdu, w.now)
		}
	}
	return sent
}

func (w *wire) carries(group string, want ...bool) {
	w.t.Helper()
	m := w.groups[group].Members()
	for i, b := range want {
		if got := m[fmt.Sprint(i+1)].Carries; got != b {
			w.t.Errorf("%v: %s/%d carries: %v, want %v (%+v)", w.now, group, i+1, got, b, m[fmt.Sprint(i+1)])
		}
	}
}

func TestTwoActive(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, nil)
	w.group("b", 2, nil)
	w.join("a", 1, "b", 1)
	w.join("a", 2, "b", 2)
	w.run(2 * time.Second)
	w.carries("a", true, true)
	w.carries("b", true, true)
	w.cut["b/1"] = true // one way: the other side hears, and is told that it is not heard
	w.run(4 * time.Second)
	w.carries("a", false, true)
	w.carries("b", false, true)
	w.cut["b/1"] = false
	w.run(3 * time.Second)
	w.carries("a", true, true)
	w.groups["a"].Link("2", false, w.now)
	w.run(4 * time.Second)
	w.carries("a", true, false)
	w.carries("b", true, false)
}

func TestSlowAndPassive(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, func(c *Config) { c.Fast = false })
	w.group("b", 2, func(c *Config) { c.Fast, c.Active = false, false })
	w.join("a", 1, "b", 1)
	w.run(4 * time.Second)
	w.carries("a", true)
	w.carries("b", true)
	w.count = 0
	w.run(5 * time.Minute)
	if w.count > 24 {
		t.Errorf("%d PDUs in 5 minutes", w.count)
	}
	w.carries("a", true)
	w.cut["b/1"] = true
	w.run(85 * time.Second)
	w.carries("a", true)
	w.run(40 * time.Second)
	w.carries("a", false)

	quiet := newWire(t)
	for i, n := range []string{"a", "b"} {
		quiet.group(n, byte(i), func(c *Config) { c.Active = false })
	}
	quiet.join("a", 1, "b", 1)
	quiet.run(time.Minute)
	quiet.carries("a", false)
	if quiet.count != 0 {
		t.Errorf("two passive systems sent %d PDUs", quiet.count)
	}
}

// TestChurn: who is not agreed with for a minute is told of, and no longer when that is over.
func TestChurn(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, nil)
	w.group("b", 2, nil)
	w.cut["b/1"] = true
	w.join("a", 1, "b", 1)
	for _, step := range []struct {
		wait time.Duration
		want Churns
	}{{59 * time.Second, Churns{}}, {2 * time.Second, Churns{Actor: true, Partner: true}}} {
		w.run(step.wait)
		if got := w.groups["a"].Members()["1"].Churns; got != step.want {
			t.Errorf("at %v: %+v, want %+v", w.now, got, step.want)
		}
	}
	clear(w.cut)
	w.run(4 * time.Second)
	if got := w.groups["a"].Members()["1"].Churns; got != (Churns{}) {
		t.Errorf("when they agree: %+v", got)
	}
}

// TestSelection: ports that lead to another system, or to another key of it, or to ourselves, do not join.
func TestSelection(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, nil)
	w.group("b", 2, nil)
	w.group("c", 3, nil)
	w.join("a", 1, "b", 1)
	w.run(2 * time.Second)
	w.join("a", 2, "c", 1)
	w.run(5 * time.Second)
	w.carries("a", true, false)
	w.groups["a"].Link("1", false, w.now)
	w.run(5 * time.Second)
	w.carries("a", false, true) // nothing is left of the first partner
	loop := newWire(t)
	loop.group("a", 1, nil)
	loop.join("a", 1, "a", 2)
	loop.run(5 * time.Second)
	loop.carries("a", false, false)
}

func TestFallback(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, func(c *Config) { c.Fallback = true })
	w.group("b", 2, nil)
	w.cut["b/1"], w.cut["b/2"] = true, true
	w.join("a", 1, "b", 1)
	w.join("a", 2, "b", 2)
	w.run(2 * time.Second)
	w.carries("a", false, false)
	w.run(3 * time.Second)
	w.carries("a", true, false)
	past, ok := w.groups["a"].Past("1")
	next := w.group("a", 1, func(c *Config) { c.Fallback = true })
	next.Set("1", PortConfig{MAC: next.System.MAC, Number: 1, Priority: 255})
	next.Restore("1", past, w.now)
	next.Advance(w.now)
	if w.carries("a", true); !ok {
		t.Error("a successor does not know of the fallback")
	}
	next.Set("2", PortConfig{MAC: next.System.MAC, Number: 2, Priority: 255})
	next.Link("2", true, w.now)
	clear(w.cut)
	w.run(3 * time.Second)
	w.carries("a", true, true)
}

// TestIndividual: a partner that does not aggregate is a LAG of one port.
func TestIndividual(t *testing.T) {
	w := newWire(t)
	g := w.group("a", 1, nil)
	for i := range 2 {
		name := fmt.Sprint(i + 1)
		g.Set(name, PortConfig{MAC: g.System.MAC, Number: uint16(i + 1), Priority: 255})
		g.Link(name, true, 0)
		own := Info{System: g.System, Key: 1, Port: uint16(i + 1), PortPriority: 255, State: Activity | ShortTimeout | Aggregation}
		partner := Info{System: System{1, MAC{2, 0, 0, 0, 0, 2}}, Key: 1, Port: uint16(i + 5), State: Activity | Synchronization | Collecting | Distributing}
		frame := (&PDU{Actor: partner, Partner: own}).Append(nil, MAC{})
		frame[ethHeader+1] = 2 // a later version, of which this one reads what it knows
		pdu, _, err := Parse(append(frame, 4, 0xa), MAC{})
		if err != nil {
			t.Fatal(err)
		}
		g.Receive(name, pdu, 0)
	}
	g.Advance(0)
	w.carries("a", true, false)
}

// TestRestore: a successor goes on where its predecessor was, and neither side flaps.
func TestRestore(t *testing.T) {
	w := newWire(t)
	w.group("a", 1, nil)
	w.group("b", 2, nil)
	w.join("a", 1, "b", 1)
	w.run(3 * time.Second)
	past, ok := w.groups["a"].Past("1")
	if !ok {
		t.Fatal("nothing to go on with")
	}
	next := w.group("a", 1, nil)
	next.Set("1", PortConfig{MAC: next.System.MAC, Number: 1, Priority: 255})
	w.now += time.Second
	next.Restore("1", past, w.now)
	next.Link("1", true, w.now)
	next.Advance(w.now)
	w.carries("a", true)
	for range 50 {
		w.run(100 * time.Millisecond)
		w.carries("a", true)
		w.carries("b", true)
	}
	late := w.group("a", 1, nil)
	late.Set("1", PortConfig{MAC: late.System.MAC, Number: 1, Priority: 255})
	late.Restore("1", past, w.now+time.Minute)
	if late.Members()["1"].Carries {
		t.Error("what is too old was restored")
	}
}

func TestMarker(t *testing.T) {
	frame := append(append(append([]byte{}, Address[:]...), 1, 2, 3, 4, 5, 6, 0x88, 0x09), 2, 1, 1, 16)
	frame = append(frame, make([]byte, 106)...)
	pdu, response, err := Parse(frame, MAC{9, 9, 9, 9, 9, 9})
	if err != nil || pdu != nil || len(response) != len(frame) || response[16] != 2 || response[6] != 9 {
		t.Errorf("response % x, %v", response, err)
	}
	if _, again, _ := Parse(response, MAC{}); again != nil {
		t.Error("a response was answered")
	}
}

func FuzzParse(f *testing.F) {
	p := PDU{Actor: Info{Key: 1}}
	f.Add(p.Append(nil, MAC{}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, _, err := Parse(b, MAC{}); err == nil && p != nil {
			again, _, err := Parse(p.Append(nil, MAC{}), MAC{})
			if err != nil || *again != *p {
				t.Errorf("%+v became %+v: %v", p, again, err)
			}
		}
	})
}
