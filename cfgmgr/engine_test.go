package cfgmgr

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/golden"
)

// daemon is cfgmgr over a store and targets in memory.
type daemon struct {
	*testing.T
	store    *enginetest.Store
	kernel   *enginetest.Target
	frr      *enginetest.Target
	engine   *engine.Engine
	statuses map[string]engine.Status // the engine's goroutine's; the test's after settle
	stop     func()
}

func start(t *testing.T, store *enginetest.Store, kernel *enginetest.Target) *daemon {
	d := &daemon{T: t, store: store, kernel: kernel, frr: enginetest.NewTarget(), statuses: map[string]engine.Status{}}
	d.engine = engine.New(engine.Config{Name: "cfgmgr", Status: func(list []engine.Status) {
		for _, s := range list {
			if s.OK {
				delete(d.statuses, s.Object)
			} else {
				d.statuses[s.Object] = s
			}
		}
	}})
	d.engine.Bind(kernel, linux.Link, linux.Addr, linux.Neigh, linux.Sysctl, linux.Vrf)
	d.engine.Bind(d.frr, frr.StaticRoute, frr.BgpdLine, frr.ZebraLine, frr.BfddLine)
	for _, s := range Sources() {
		d.engine.Source(store, engine.Normal, s...)
	}
	d.engine.Sink(store, Published()...)
	Register(d.engine)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.engine.Run(ctx) }()
	d.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(kernel.Text())
		}
		if v := kernel.Violations(); len(v) > 0 {
			t.Errorf("the kernel was told wrongly: %v", v)
		}
	})
	d.settle()
	return d
}

// settle waits until everything that was written has had its consequences.
func (d *daemon) settle() {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(100 * time.Microsecond)
	defer tick.Stop()
	for {
		if d.store.Drained() {
			if err := d.engine.Settle(ctx); err != nil {
				d.Fatal(err)
			}
			if d.store.Drained() {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.Fatal("the feeds were not drained")
		}
	}
}

// set writes rows, in golden's form, and waits for their consequences; a line that begins with - deletes.
func (d *daemon) set(text string) {
	d.Helper()
	for line := range strings.Lines(text) {
		line, gone := strings.CutPrefix(strings.TrimSpace(line), "-")
		for _, w := range golden.Rows(d, line, Sources()) {
			if w.Delete = true; gone {
				w.Fields = nil
			}
			if err := d.store.Write(d.Context(), []db.Write{w}); err != nil {
				d.Fatal(err)
			}
		}
	}
	d.settle()
}

func (d *daemon) has(t *db.Schema, key string) bool {
	d.Helper()
	got, err := d.store.Get(d.Context(), t, []string{key})
	if err != nil {
		d.Fatal(err)
	}
	return !got[0].Gone
}

// want compares until equal or deadline: what a target sees by itself is under way when settle returns.
func (d *daemon) want(t *db.Schema, key string, want bool) {
	d.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(5 * time.Second)
	for d.has(t, key) != want {
		select {
		case <-tick.C:
		case <-deadline:
			d.Errorf("%s %s%s%s: there is %v, want %v", t.Database, t.Name, t.Database.Separator(), key, !want, want)
			return
		}
	}
	d.settle()
}

// waits tells what an object is blocked on.
func (d *daemon) waits(object string) []string {
	s := d.statuses[object]
	if s.State != engine.Blocked {
		return nil
	}
	return s.Waits
}

func TestVlanMemberWaitsForPortAndVlan(t *testing.T) {
	d := start(t, enginetest.NewStore(), enginetest.NewTarget())
	defer d.stop()
	d.set("CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet0 tagging_mode=untagged")
	d.want(tables.ApplVlanMember.Schema, "Vlan10:Ethernet0", false)
	got := d.waits("VLAN_MEMBER_TABLE:Vlan10:Ethernet0")
	slices.Sort(got)
	if diff := cmp.Diff([]string{"LINK:Ethernet0", "VLAN_TABLE|Vlan10"}, got); diff != "" {
		t.Error(diff)
	}
	d.set("CONFIG_DB VLAN|Vlan10 vlanid=10")
	d.want(tables.StateVlan.Schema, "Vlan10", true)
	d.want(tables.ApplVlanMember.Schema, "Vlan10:Ethernet0", false)
	d.kernel.Appear(t.Context(), linux.LinkKey{Name: "Ethernet0"})
	d.settle()
	d.want(tables.ApplVlanMember.Schema, "Vlan10:Ethernet0", true)
	d.want(tables.StateVlanMember.Schema, "Vlan10|Ethernet0", true)
	if len(d.statuses) > 0 {
		t.Error("not as wanted:", d.statuses)
	}
	d.set("-CONFIG_DB VLAN|Vlan10")
	d.want(tables.ApplVlanMember.Schema, "Vlan10:Ethernet0", false)
	d.want(tables.ApplVlan.Schema, "Vlan10", false)
}

func TestAddressWaitsForItsInterface(t *testing.T) {
	d := start(t, enginetest.NewStore(), enginetest.NewTarget())
	defer d.stop()
	d.kernel.Appear(t.Context(), linux.LinkKey{Name: "Ethernet0"})
	d.set("CONFIG_DB INTERFACE|Ethernet0|10.0.0.1/24")
	if got := d.waits("INTF_TABLE:Ethernet0:10.0.0.1/24"); !slices.Equal(got, []string{"INTERFACE_TABLE|Ethernet0"}) {
		t.Errorf("the address waits for %v: %v", got, d.statuses)
	}
	d.want(tables.ApplInterface.Schema, "Ethernet0:10.0.0.1/24", false)
	d.set("CONFIG_DB INTERFACE|Ethernet0")
	d.want(tables.ApplInterface.Schema, "Ethernet0:10.0.0.1/24", true)
	d.want(tables.StateAddress.Schema, "Ethernet0|10.0.0.1/24", true)
	d.set("-CONFIG_DB INTERFACE|Ethernet0")
	d.want(tables.ApplInterface.Schema, "Ethernet0:10.0.0.1/24", false)
	if strings.Contains(d.kernel.Text(), "ADDRESS") {
		t.Error("an address is left")
	}
}

// TestVrfOutlivesItsObject: the kernel's device goes when the ASIC has let go of the virtual router (sonic-contract 4.14).
func TestVrfOutlivesItsObject(t *testing.T) {
	d := start(t, enginetest.NewStore(), enginetest.NewTarget())
	defer d.stop()
	d.set("CONFIG_DB VRF|VrfRed\nCONFIG_DB VLAN|Vlan10 vlanid=10\nCONFIG_DB VLAN_INTERFACE|Vlan10 vrf_name=VrfRed")
	d.set("STATE_DB VRF_OBJECT_TABLE|VrfRed state=ok")
	d.want(tables.ApplVrf.Schema, "VrfRed", true)
	if text := d.kernel.Text(); !strings.Contains(text, "master=VRF:VrfRed") {
		t.Error("Vlan10 is not in the VRF")
	}
	d.set("-CONFIG_DB VLAN_INTERFACE|Vlan10\n-CONFIG_DB VRF|VrfRed")
	d.want(tables.ApplVrf.Schema, "VrfRed", false)
	if text := d.kernel.Text(); !strings.Contains(text, "VRF:VrfRed table=1001") {
		t.Error("the device went before the ASIC's object")
	}
	d.set("-STATE_DB VRF_OBJECT_TABLE|VrfRed")
	if text := d.kernel.Text(); strings.Contains(text, "VrfRed") {
		t.Error("the device stays")
	}
}

// TestVlanDoesNotWaitForItsVrf: a router interface in a VRF that does not exist leaves layer 2 alone.
func TestVlanDoesNotWaitForItsVrf(t *testing.T) {
	d := start(t, enginetest.NewStore(), enginetest.NewTarget())
	defer d.stop()
	d.set("CONFIG_DB VLAN|Vlan10 vlanid=10\nCONFIG_DB VLAN_INTERFACE|Vlan10 vrf_name=VrfRed")
	d.want(tables.StateVlan.Schema, "Vlan10", true)
	d.want(tables.ApplInterface.Schema, "Vlan10", false)
	d.set("CONFIG_DB VRF|VrfRed")
	d.want(tables.ApplInterface.Schema, "Vlan10", true)
	if text := d.kernel.Text(); !strings.Contains(text, "master=VRF:VrfRed") {
		t.Error("Vlan10 is not in the VRF")
	}
}

// TestNoVrfDevices: a kernel without them fails the device, and holds nothing else back.
func TestNoVrfDevices(t *testing.T) {
	kernel := enginetest.NewTarget()
	kernel.Fail = func(k *engine.Kind, op engine.Op) error {
		if k == linux.Vrf {
			return &engine.Error{Class: engine.Invalid, Err: errNoVrf}
		}
		return nil
	}
	d := start(t, enginetest.NewStore(), kernel)
	defer d.stop()
	d.set("LOCAL FEATURE|vrf present=false\nCONFIG_DB VRF|VrfRed\nCONFIG_DB VLAN|Vlan10 vlanid=10\nCONFIG_DB VLAN_INTERFACE|Vlan10 vrf_name=VrfRed")
	d.want(tables.ApplVrf.Schema, "VrfRed", true)
	d.want(tables.ApplInterface.Schema, "Vlan10", true)
	if s := d.statuses["VRF:VrfRed"]; s.State != engine.Failed || !strings.Contains(s.Reason, "no VRF devices") {
		t.Errorf("the device's status is %+v", s)
	}
}

// TestRestart: a daemon that starts again on unchanged rows does nothing at all.
func TestRestart(t *testing.T) {
	store, kernel := enginetest.NewStore(), enginetest.NewTarget()
	kernel.Put(linux.LinkKey{Name: "Ethernet0"}, true)
	d := start(t, store, kernel)
	d.set(`CONFIG_DB PORT|Ethernet0 lanes=0 admin_status=up
CONFIG_DB VLAN|Vlan10 vlanid=10
CONFIG_DB VLAN_MEMBER|Vlan10|Ethernet0 tagging_mode=tagged
CONFIG_DB VLAN_INTERFACE|Vlan10
CONFIG_DB VLAN_INTERFACE|Vlan10|10.0.0.1/24
CONFIG_DB VRF|VrfRed
CONFIG_DB LOOPBACK_INTERFACE|Loopback0 vrf_name=VrfRed
CONFIG_DB NEIGH|Vlan10|10.0.0.2 neigh=02:00:00:00:00:02`)
	d.stop()
	before := kernel.Text()
	kernel.Log()
	store.Writes()
	d = start(t, store, kernel)
	defer d.stop()
	if log := kernel.Log(); len(log) > 0 {
		t.Errorf("the kernel was touched: %q", log)
	}
	if w := store.Writes(); len(w) > 0 {
		t.Errorf("rows were written: %q", w)
	}
	if after := kernel.Text(); after != before {
		t.Error(cmp.Diff(before, after))
	}
}

var errNoVrf = errors.New("the kernel has no VRF devices")

// TestPortConfigDoneStays: a port that is added later changes the count, and does not take the row away meanwhile.
func TestPortConfigDoneStays(t *testing.T) {
	d := start(t, enginetest.NewStore(), enginetest.NewTarget())
	defer d.stop()
	d.want(tables.ApplPortConfigDone.Schema, tables.PortConfigDone, true)
	d.store.Writes()
	d.set("CONFIG_DB PORT|Ethernet0 lanes=0\nCONFIG_DB PORT|Ethernet4 lanes=4")
	for _, w := range d.store.Writes() {
		if strings.HasPrefix(w, "delete") {
			t.Errorf("%s", w)
		}
	}
	if text := d.store.Text(); !strings.Contains(text, "PortConfigDone count=2") {
		t.Error(text)
	}
}
