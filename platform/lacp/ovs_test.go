package lacp

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
	"github.com/hypersonic-nos/hypersonic/tests/netns/ovs"
)

// TestForeign joins the agent to Open vSwitch's LACP by LAGs of every sort, kills it, and has a successor go on, which the partner does not notice.
func TestForeign(t *testing.T) {
	a, peer := newSide(t, netns.New(t), 1), netns.New(t)
	partner := ovs.Start(t, peer)
	agent := a.start()
	lags := []struct {
		name         string
		active, fast bool // ours
		theirs       []string
		ports        []string
	}{
		{"both", true, true, []string{"lacp=active", "other_config:lacp-time=fast"}, []string{"p1", "p2"}},
		{"asked", false, true, []string{"lacp=active", "other_config:lacp-time=slow"}, []string{"p3", "p4"}},
		{"asks", true, false, []string{"lacp=passive", "other_config:lacp-time=fast"}, []string{"p5", "p6"}},
	}
	tell := func(agent *Agent) {
		for i, l := range lags {
			for _, p := range l.ports {
				a.tell(agent, p, true, func(c *machine.Config) { c.Active, c.Fast, c.Key = l.active, l.fast, uint16(i+1) }, l.name)
			}
		}
		a.tell(agent, "s1", true, func(c *machine.Config) { c.Key = 8 }, "single")
		for _, p := range []string{"f1", "f2"} { // with a partner that does not speak
			a.tell(agent, p, true, func(c *machine.Config) { c.Fallback, c.Key = true, 9 }, "alone")
		}
	}
	for _, p := range []string{"s1", "f1", "f2"} {
		netns.Veth(t, a.ns, p, peer, p)
	}
	for _, l := range lags {
		for _, p := range l.ports {
			netns.Veth(t, a.ns, p, peer, p)
		}
		partner.Bond(l.name, l.ports, l.theirs...)
	}
	partner.Set("add-port", "br0", "s1", "--", "set", "port", "s1", "lacp=active")
	tell(agent)
	a.until("every LAG", carry("p1", "p2", "p3", "p4", "p5", "p6", "s1"))
	for _, l := range lags {
		answer := partner.Ask("lacp/show", l.name)
		for p, text := range ovs.Members(answer) {
			_, of, _ := strings.Cut(text, "partner state:")
			if strings.Contains(of, "activity") != l.active || strings.Contains(of, "timeout") != l.fast || !strings.Contains(text, "current attached") {
				t.Errorf("%s, port %s: the partner has\n%s", l.name, p, answer)
			}
			a.mu.Lock()
			if s := a.ports[p].Partner.State; s&machine.Activity == 0 != (l.theirs[0] == "lacp=passive") || s&machine.ShortTimeout == 0 != strings.HasSuffix(l.theirs[1], "slow") {
				t.Errorf("%s, port %s: the partner's state is %#x", l.name, p, s)
			}
			a.mu.Unlock()
		}
	}
	marker(t, peer, "s1")
	a.until("fallback", func(m map[string]machine.Member) bool { return m["f1"].Carries != m["f2"].Carries })

	// As kill -9 leaves it: nothing is written at the end.
	state, err := os.ReadFile(a.state)
	a.stop()
	if err == nil {
		err = os.WriteFile(a.state, state, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	agent = a.start()
	if n := len(agent.Restored()); n != 8 {
		t.Errorf("%d ports are found again", n)
	}
	tell(agent)
	partner.Bond("alone", []string{"f1", "f2"}, "lacp=active", "other_config:lacp-time=fast")
	a.until("the partner speaks at last", func(m map[string]machine.Member) bool {
		return carry("f1", "f2")(m) && m["f1"].Partner.State&machine.Distributing != 0
	})
	for _, l := range lags {
		answer := partner.Ask("lacp/show-stats", l.name)
		if strings.Count(answer, "Link Expired: 0") != 2 || strings.Count(answer, "Carrier Status Changed: 0") != 2 {
			t.Errorf("%s noticed the restart:\n%s", l.name, answer)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closes > 1 { // the port of the fallback, when the partner speaks
		t.Errorf("%d ports were closed", a.closes)
	}
}

// marker sends a marker to the other end of a port and wants its response.
func marker(t *testing.T, ns *netns.NS, port string) {
	t.Helper()
	var s *socket
	if err := ns.Do(func() (err error) {
		s, err = openSocket(int32(ns.Link(t, port).Attrs().Index))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	frame := append(append(append([]byte{}, machine.Address[:]...), 2, 0, 0, 0, 0, 7, 0x88, 0x09), 2, 1, 1, 16, 0, 1, 2, 0, 0, 0, 0, 7, 0, 0, 0, 42)
	frame = append(frame, make([]byte, 94)...)
	answered := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.read(t.Context(), func(b []byte) {
			if len(b) > 30 && b[14] == 2 && b[16] == 2 && bytes.Equal(b[18:30], frame[18:30]) {
				close(answered)
			}
		})
	}()
	if err := s.write(frame); err != nil {
		t.Error(err)
	}
	select {
	case <-answered:
	case <-time.After(patience):
		t.Error("no response to a marker")
	}
	s.close()
	<-done
}
