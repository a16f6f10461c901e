package lacp

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 30 * time.Second

// side is an agent on one end of links.
type side struct {
	t     *testing.T
	ns    *netns.NS
	id    byte
	state string
	stop  func()

	mu     sync.Mutex // reports come from the agent's goroutine
	ports  map[string]machine.Member
	closes int // how often a port that carried frames did so no more
	news   chan struct{}
}

func (s *side) start() *Agent {
	var a *Agent
	a = New(Options{State: s.state, Log: slog.New(slog.DiscardHandler), Report: func(_ context.Context, r []Report) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, x := range r {
			if s.ports[x.Key.Port].Carries && !x.Member.Carries {
				s.closes++
			}
			s.ports[x.Key.Port] = x.Member
		}
		close(s.news)
		s.news = make(chan struct{})
		return nil
	}})
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.ns.Do(func() error { return a.Run(ctx) }) }()
	stopped := false
	s.stop = func() {
		if !stopped {
			stopped = true
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				s.t.Error(err)
			}
		}
	}
	s.t.Cleanup(s.stop)
	return a
}

// tell has a port take part in a LAG, by itself PortChannel1; the socket is opened in the namespace that the agent runs in.
func (s *side) tell(a *Agent, port string, up bool, change func(*machine.Config), lag ...string) {
	s.t.Helper()
	lag = append(lag, "PortChannel1")
	link := s.ns.Link(s.t, port).Attrs()
	c := machine.Config{System: machine.System{Priority: 65535, MAC: machine.MAC{2, 0, 0, 0, 9, s.id}}, Key: 1, Active: true, Fast: true}
	if change != nil {
		change(&c)
	}
	settings := Settings{Group: c, Port: machine.PortConfig{MAC: machine.MAC(link.HardwareAddr), Number: uint16(link.Index), Priority: 255}, Index: int32(link.Index), Up: up}
	op := engine.Op{Key: PortKey{lag[0], port}, Attrs: []engine.AttrValue{engine.AttrValue(With(settings))}}
	if err := a.Apply(s.t.Context(), Kind, []engine.Op{op})[0]; err != nil {
		s.t.Fatal(err)
	}
}

func (s *side) until(what string, ok func(map[string]machine.Member) bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		met, news := ok(s.ports), s.news
		s.mu.Unlock()
		if met {
			return
		}
		select {
		case <-news:
		case <-deadline:
			s.t.Fatalf("%s: not in time: %+v", what, s.ports)
		}
	}
}

func carry(names ...string) func(map[string]machine.Member) bool {
	return func(m map[string]machine.Member) bool {
		for _, n := range names {
			if !m[n].Carries {
				return false
			}
		}
		return true
	}
}

func newSide(t *testing.T, ns *netns.NS, id byte) *side {
	return &side{t: t, ns: ns, id: id, state: filepath.Join(t.TempDir(), "lacp.json"), ports: map[string]machine.Member{}, news: make(chan struct{})}
}

// TestAgents join two switches by two links, and restart one of them, which the other does not notice.
func TestAgents(t *testing.T) {
	a, b := newSide(t, netns.New(t), 1), newSide(t, netns.New(t), 2)
	for _, p := range []string{"p1", "p2"} {
		netns.Veth(t, a.ns, p, b.ns, p)
	}
	for _, s := range []*side{a, b} {
		agent := s.start()
		for _, p := range []string{"p1", "p2"} {
			s.tell(agent, p, true, nil)
		}
	}
	a.until("both ports", carry("p1", "p2"))
	b.until("both ports", carry("p1", "p2"))
	a.stop()
	agent := a.start()
	if n := len(agent.Restored()); n != 2 {
		t.Errorf("%d ports are found again", n)
	}
	for _, p := range []string{"p1", "p2"} {
		a.tell(agent, p, true, nil)
	}
	a.until("both ports again", func(m map[string]machine.Member) bool {
		return carry("p1", "p2")(m) && m["p1"].Partner.State&machine.Distributing != 0
	})
	for _, s := range []*side{a, b} {
		s.mu.Lock()
		if s.closes != 0 {
			t.Errorf("system %d closed a port %d times", s.id, s.closes)
		}
		s.mu.Unlock()
	}
	a.tell(agent, "p1", false, nil)
	b.until("the port without a link", func(m map[string]machine.Member) bool { return !m["p1"].Carries && m["p2"].Carries })
}
