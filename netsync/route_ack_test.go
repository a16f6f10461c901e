package netsync

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

func (d *desk) acked() (out []string) {
	for _, m := range d.acks {
		if m.Offload != fpm.Offloaded || m.Type != fpm.Unicast {
			out = append(out, "bad")
		}
		out = append(out, fmt.Sprintf("%d %s %d", m.Table, m.Dst, len(m.Nexthops)))
	}
	d.acks = nil
	slices.Sort(out)
	return out
}

func answer(key, result string) db.Notification {
	return db.Notification{Channel: routeResponses, Op: result, Data: key, Fields: []db.Field{{Name: responseError, Value: result}, {Name: protocolField, Value: "bgp"}}}
}

// TestAcknowledgements without suppression: zebra hears when the row is written.
func TestAcknowledgements(t *testing.T) {
	d := newDesk(RouteOptions{Ack: true})
	d.connect()
	d.away = true
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), in(1001, add("10.2.0.0/16", hop("10.0.0.1", 10), hop("10.0.0.3", 11))), add("10.3.0.0/16", hop("172.20.20.1", 2)))
	if got := d.acked(); !slices.Equal(got, []string{"254 10.3.0.0/16 1"}) { // none of the ASIC's
		t.Errorf("acknowledged before they were written: %v", got)
	}
	d.away = false
	d.work()
	if got := d.acked(); !slices.Equal(got, []string{"1001 10.2.0.0/16 2", "254 10.1.0.0/16 1"}) {
		t.Errorf("acknowledged %v", got)
	}
	d.connect()
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)))
	if got := d.acked(); !slices.Equal(got, []string{"254 10.1.0.0/16 1"}) {
		t.Errorf("acknowledged %v after a reconnection", got)
	}
}

// TestSuppressFIBPending: zebra hears when the ASIC has the route.
func TestSuppressFIBPending(t *testing.T) {
	d := newDesk(RouteOptions{Ack: true})
	d.setSuppress(true)
	d.connect()
	d.say(add("10.1.0.0/16", hop("10.0.0.1", 10)), add("10.2.0.0/16", hop("10.0.0.1", 10)), in(1001, add("2001:db8::/32", hop("fe80::1", 10))))
	if got := d.acked(); got != nil {
		t.Errorf("acknowledged too early: %v", got)
	}
	d.Routes.responses([]db.Notification{answer("10.1.0.0/16", responseSuccess), answer("10.2.0.0/16", "SWSS_RC_FULL"), answer("VrfRed:2001:db8::/32", responseSuccess)})
	if got := d.acked(); !slices.Equal(got, []string{"1001 2001:db8::/32 1", "254 10.1.0.0/16 1"}) {
		t.Errorf("acknowledged %v", got)
	}
	// An answer to what has been overtaken is dropped.
	d.messages([]fpm.Message{add("10.1.0.0/16", hop("10.0.0.3", 11))})
	d.Routes.responses([]db.Notification{answer("10.1.0.0/16", responseSuccess)})
	if got := d.acked(); got != nil {
		t.Errorf("acknowledged %v although a newer one waits", got)
	}
	d.work()
	d.Routes.responses([]db.Notification{answer("10.1.0.0/16", responseSuccess), {Data: "10.1.0.0/16", Fields: []db.Field{{Name: responseError, Value: responseSuccess}}}})
	if got := d.acked(); !slices.Equal(got, []string{"254 10.1.0.0/16 1"}) {
		t.Errorf("acknowledged %v", got)
	}
	// Announced again: what the ASIC has is answered at once, what it has not is written again, so that somebody answers.
	d.connect()
	before := d.writes
	d.say(add("10.1.0.0/16", hop("10.0.0.3", 11)), add("10.2.0.0/16", hop("10.0.0.1", 10)))
	if got := d.acked(); !slices.Equal(got, []string{"254 10.1.0.0/16 1"}) || d.writes != before+1 {
		t.Errorf("acknowledged %v with %d writes", got, d.writes-before)
	}
	d.setSuppress(false)
	if got := d.acked(); !slices.Equal(got, []string{"1001 2001:db8::/32 1", "254 10.2.0.0/16 1"}) && !slices.Equal(got, []string{"254 10.2.0.0/16 1"}) {
		t.Errorf("acknowledged %v when suppression ended", got)
	}
}
