package kernel

import (
	"context"
	"net/netip"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// testRow wants a link with an address: a VLAN's to be made, a port's as it comes.
type testRow struct {
	Address netip.Prefix `db:"address"`
	MTU     uint32       `db:"mtu"`
}

// counting counts the operations that reach the kernel.
type counting struct {
	*Target
	ops atomic.Int64
}

func (c *counting) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	c.ops.Add(int64(len(ops)))
	return c.Target.Apply(ctx, k, ops)
}

// daemon is an engine with one table over the kernel.
type daemon struct {
	*engine.Engine
	target *counting
	stop   func()
}

func (r *rig) daemon(t *testing.T, store db.Store, table db.Table[string, testRow]) *daemon {
	t.Helper()
	r.open()
	d := &daemon{target: &counting{Target: r.Target}}
	d.Engine = engine.New(engine.Config{Name: "test", Status: func(list []engine.Status) {
		for _, s := range list {
			t.Logf("status: %+v", s)
		}
	}})
	d.Bind(d.target, linux.Link, linux.Vrf, linux.Addr, linux.Neigh, linux.Sysctl)
	d.Source(store, engine.Normal, table.Schema)
	engine.On(d.Engine, table, func(tx *engine.Tx, name string, row testRow) error {
		l := linux.LinkKey{Name: name}
		if kind := linux.HostKindOf(name); kind == linux.HostPort {
			engine.Set(tx, l, linux.LinkAdmin(true), linux.LinkMTU(row.MTU))
		} else {
			engine.Want(tx, l, linux.LinkHost(kind), linux.LinkAdmin(true), linux.LinkMTU(row.MTU))
		}
		engine.Want(tx, linux.IPv4Conf(l, "arp_accept"), linux.SysctlValue("1"))
		engine.Want(tx, linux.AddrKey{Link: l, Prefix: row.Address})
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return d.Run(ctx) })
	d.stop = func() {
		cancel()
		_ = g.Wait()
	}
	t.Cleanup(d.stop)
	return d
}

func (d *daemon) settle(t *testing.T) {
	t.Helper()
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestWithEngine(t *testing.T) {
	r := newRig(t)
	table := db.Define[string, testRow](db.Config, "TEST")
	store := mem.New().Client()
	set := func(w ...db.Write) {
		t.Helper()
		if err := store.Write(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	set(table.Replace("Vlan10", testRow{netip.MustParsePrefix("10.0.0.1/24"), 1500}), table.Replace("Ethernet0", testRow{netip.MustParsePrefix("10.0.1.1/24"), 9100}))
	d := r.daemon(t, store, table)
	d.settle(t)
	if out := r.ip("addr", "show", "Vlan10"); !strings.Contains(out, "10.0.0.1/24") || !strings.Contains(out, "mtu 1500") || !strings.Contains(out, "LOWER_UP") {
		t.Errorf("made:\n%s", out)
	}

	f, v := watchLinks(t, r.NS), linkView{}
	r.port("Ethernet0")
	v.until(t, f, func() bool { return v["Ethernet0"].Admin && v["Ethernet0"].MTU == 9100 })
	d.settle(t)
	if out := r.ip("addr", "show", "Ethernet0"); !strings.Contains(out, "10.0.1.1/24") {
		t.Errorf("a port that came later:\n%s", out)
	}

	d.stop()
	d = r.daemon(t, store, table)
	d.settle(t)
	if n := d.target.ops.Load(); n != 0 {
		t.Errorf("%d operations after a restart", n)
	}

	// Somebody else's hands.
	before := v["Vlan10"].Index
	r.ip("link", "del", "Vlan10")
	v.until(t, f, func() bool { return v["Vlan10"].Index != before && v["Vlan10"].LowerUp })
	d.settle(t)
	if out := r.ip("addr", "show", "Vlan10"); !strings.Contains(out, "10.0.0.1/24") {
		t.Errorf("made again:\n%s", out)
	}

	d.stop()
	set(table.Del("Vlan10"), table.Del("Ethernet0")) // while nobody runs
	d = r.daemon(t, store, table)
	d.settle(t)
	if out := r.ip("-br", "addr"); strings.Contains(out, "Vlan10") || strings.Contains(out, "10.0.1.1") {
		t.Errorf("left:\n%s", out)
	}
	if out := r.Run(t, exec.Command("cat", "/proc/sys/net/ipv4/conf/Ethernet0/arp_accept")); out != "0\n" {
		t.Errorf("arp_accept is %s", out)
	}
	if out := r.ip("link", "show", "Ethernet0"); !strings.Contains(out, "state DOWN") {
		t.Errorf("a port that nobody configures:\n%s", out)
	}
}
