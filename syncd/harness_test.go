package syncd_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
	"github.com/hypersonic-nos/hypersonic/syncd"
)

// bench is a syncd with a database and an ASIC.
type bench struct {
	t      testing.TB
	ks     db.Keyspace
	asic   *virtual.ASIC
	events chan sai.Notification
	stop   func() // ends syncd
	leave  func() // ends the client
}

func ports(n int) []virtual.Port {
	out := make([]virtual.Port, n)
	for i := range out {
		for lane := range uint32(4) {
			out[i].Lanes = append(out[i].Lanes, uint32(4*i)+lane+1)
		}
	}
	return out
}

func newBench(t testing.TB, ks db.Keyspace, n int) *bench {
	b := &bench{t: t, ks: ks, stop: func() {}, leave: func() {}}
	b.freshASIC(n)
	return b
}

// freshASIC is a power cycle.
func (b *bench) freshASIC(n int) {
	b.events = make(chan sai.Notification, 100)
	b.asic = virtual.New(virtual.Config{Ports: ports(n), AlwaysLinked: true, Notify: b.events})
}

// start runs a syncd on api until stop.
func (b *bench) start(api sai.API) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	s := syncd.New(syncd.Config{Keyspace: b.ks, API: api, Notifications: b.events, Log: slog.New(slog.DiscardHandler)})
	asic := b.asic
	g.Go(func() error { return asic.Run(ctx) })
	g.Go(func() error { return s.Run(ctx) })
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			b.t.Error("syncd:", err)
		}
	})
	b.t.Cleanup(b.stop)
}

// client connects an orchagent. Its predecessor is gone then: two would take each other's answers.
func (b *bench) client() *sairedis.Client {
	b.t.Helper()
	b.leave()
	c, err := sairedis.New(b.t.Context(), sairedis.Config{Keyspace: b.ks, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.t.Fatal(err)
	}
	b.leave = sync.OnceFunc(func() { _ = c.Close() })
	b.t.Cleanup(b.leave)
	return c
}

func attr(t testing.TB, name, value string) sai.Attribute {
	t.Helper()
	a, err := sai.AttrByName(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := sai.ParseValue(a, value)
	if err != nil {
		t.Fatal(err)
	}
	return sai.Attribute{Meta: a, Value: v}
}

// createSwitch is what an orchagent does first.
func createSwitch(t testing.TB, c sai.API) sai.OID {
	t.Helper()
	r := c.Create(t.Context(), sai.ObjectTypeSwitch, []sai.CreateRequest{{
		Object: sai.Object{Type: sai.ObjectTypeSwitch},
		Attrs: []sai.Attribute{
			attr(t, "SAI_SWITCH_ATTR_INIT_SWITCH", "true"),
			attr(t, "SAI_SWITCH_ATTR_FDB_EVENT_NOTIFY", "0x55"),
			attr(t, "SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY", "0x66"),
			attr(t, "SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", "52:54:00:11:22:33"),
		},
	}})[0]
	if r.Status != sai.StatusSuccess {
		t.Fatal("create_switch:", r.Status)
	}
	return r.OID
}

func memKeyspace() (*mem.Server, db.Keyspace) {
	s := mem.New()
	return s, s.Client()
}

// hashOf is a map of object ids in ASIC_DB.
func hashOf(t testing.TB, ks db.Keyspace, key string) map[sai.OID]sai.OID {
	t.Helper()
	out := map[sai.OID]sai.OID{}
	for k, v := range hash(t, ks, db.Asic, key) {
		a, err1 := sai.ParseOID(k)
		b, err2 := sai.ParseOID(v)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		out[a] = b
	}
	return out
}
