package tests

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
)

// pace is what the switch has to carry, routed and switched.
const pace = 10_000

// kills has 10,000 packets a second routed and as many switched while every program of the switch is killed and restarted, one after the other and all at
// once; and then all of them with their supervisor. Nothing is lost.
func kills(t *testing.T, binary string) {
	f := three(t, binary, daemon.ASICKernel)
	before := elsewhere(t, f.hosts...)
	routed := newPaced(t, "routed", pace, f.hosts[0], f.hosts[1], "10.0.10.2")
	routed6 := newPaced(t, "IPv6 routed", pace/10, f.hosts[2], f.hosts[0], "fd00:0::2")
	switched := newPaced(t, "switched", pace, f.hosts[2], f.hosts[1], "10.0.10.2")
	all := []*paced{routed, routed6, switched}
	pass := func(what string, seconds float64, f func()) {
		t.Helper()
		for _, p := range all {
			p.mark(what)
		}
		f()
		for _, p := range all {
			p.passes(seconds)
		}
	}
	pass("at the start", 0.5, func() {})
	for _, name := range append(daemons(), "syncd", "syncd") { // the databases first: what the others find is what syncd made of them anew
		pass("while "+name+" restarts", 0.5, func() { f.killTogether(name) })
	}
	pass("while all but the databases restart", 1, func() { f.killTogether(daemons()[1:]...) })
	pass("while the databases restart once more", 0.5, func() { f.killTogether("redis-server") })
	pass("with no process alive", 1, f.killAll)
	for _, p := range all {
		lost := p.losses()
		if n := p.lost(0, p.sent.Load()); n > 0 && n > elsewhere(t, f.hosts...)-before {
			t.Error(lost)
		} else if n > 0 {
			t.Logf("by the machine's own queues: %s", lost)
		}
		if n := p.again.Load(); n > 0 {
			t.Errorf("%d %s datagrams arrived twice", n, p.what)
		}
		t.Logf("%d datagrams %s", p.sent.Load(), p.what)
	}
	// The databases died with the rest, so this start is a cold one: what they held is configured anew, and frames wait for that.
	f.start()
	f.reaches(0, "10.0.10.3")
	f.reaches(1, "fd00:0::2")
}
