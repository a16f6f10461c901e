package syncd_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestDatabaseLost restarts the server without its data: syncd writes everything anew, and the ASIC is not touched.
func TestDatabaseLost(t *testing.T) {
	server := dbtest.NewServer(t)
	ks, err := redis.New(redis.Options{Socket: server.Socket, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ks.Close() }()
	b := newBench(t, ks, 4)
	api := &counted{ASIC: b.asic}
	b.start(api)
	c := b.client()
	o := populate(t, c)
	port := object(sai.ObjectTypePort, o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)[1])
	o.set(port, "PORT_ATTR_SPEED=40000") // has no default
	o.set(port, "PORT_ATTR_AUTO_NEG_MODE=false")
	b.leave()
	want, wantReal := state(t, ks), real(t, b.asic)
	*api = counted{ASIC: b.asic}
	server.Stop()
	server.Start()
	deadline := time.Now().Add(10 * time.Second)
	for tick := time.NewTicker(20 * time.Millisecond); len(state(t, ks)) < len(want) && time.Now().Before(deadline); {
		<-tick.C
	}
	got := state(t, ks)
	for k, fields := range got { // defaults that the ASIC tells, too
		for name := range fields {
			if _, there := want[k][name]; !there && want[k] != nil && len(want[k]) > 0 {
				delete(fields, name)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ASIC_STATE\n%s", diff)
	}
	if api.creates+api.removes+api.sets != 0 {
		t.Errorf("%d creations, %d removals, %d sets", api.creates, api.removes, api.sets)
	}
	if diff := cmp.Diff(wantReal, real(t, b.asic)); diff != "" {
		t.Errorf("ASIC\n%s", diff)
	}
	// The next client gets VIDs that are free.
	c = b.client()
	vids, err := c.Allocate(t.Context(), sai.ObjectTypeVlan, 1)
	if err != nil {
		t.Fatal(err)
	}
	for vid := range hashOf(t, ks, "VIDTORID") {
		if vid&(1<<39-1) >= vids[0]&(1<<39-1) {
			t.Errorf("%s is above the next VID %s", vid, vids[0])
		}
	}
}
