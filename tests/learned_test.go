package tests

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// learning is a switch with Ethernet0 and Ethernet4 untagged in VLAN 10, on whose ports frames arrive.
type learning struct {
	*switchtest.Memory
	t    *testing.T
	asic atomic.Pointer[virtual.ASIC]
}

func newLearning(t *testing.T) *learning {
	l := &learning{t: t}
	l.Memory = switchtest.NewMemory(t, switchtest.MemoryOptions{API: func(a *virtual.ASIC) sai.API {
		l.asic.Store(a)
		return a
	}})
	awaitBoot(t, l.Memory)
	l.write(tables.ConfigVlan.Set(10, tables.VlanRow{MTU: 9100}))
	for _, port := range []string{"Ethernet0", "Ethernet4"} {
		l.write(tables.ConfigVlanMember.Set(tables.VlanMemberKey{Vlan: 10, Port: port}, tables.VlanMemberRow{}))
		l.admin(port, "up")
	}
	l.await(db.Appl, "oper_status=up", "PORT_TABLE:Ethernet0")
	l.await(db.Appl, "oper_status=up", "PORT_TABLE:Ethernet4")
	l.await(db.Asic, "PORT_VLAN_ID=10", "PORT(Ethernet0)")
	l.await(db.Asic, "PORT_VLAN_ID=10", "PORT(Ethernet4)")
	l.await(db.Asic, "VLAN_MEMBER(VLAN(10),BRIDGE_PORT(PORT(Ethernet4)))", "VLAN_MEMBER")
	return l
}

func (l *learning) write(w ...db.Write) {
	l.t.Helper()
	if err := l.Keyspace().Write(context.Background(), w); err != nil {
		l.t.Fatal(err)
	}
}

func (l *learning) admin(port, status string) {
	l.t.Helper()
	l.write(db.Write{Table: tables.ConfigPort.Schema, Key: port, Fields: []db.Field{{Name: "admin_status", Value: status}}})
}

// await waits until what a pattern shows of a database has a text in it; "" stands for nothing at all.
func (l *learning) await(id db.ID, want, pattern string) {
	l.t.Helper()
	got := ""
	await(l.t, func() bool {
		got, _ = switchtest.Dump(context.Background(), l.Keyspace(), id, pattern)
		return strings.Contains(got, want) && (want != "" || got == "")
	}, func() { l.t.Errorf("%s %s: %q, not %q", id, pattern, got, want) })
}

// learn has a frame arrive, and waits until all know of it.
func (l *learning) learn(front string, last byte) {
	l.t.Helper()
	mac := sai.MAC{2, 0, 0, 0, 1, last}
	await(l.t, func() bool { return l.asic.Load().Learn(front, 0, mac) }, func() { l.t.Errorf("%s is not learned on %s", mac, front) })
	port := map[string]string{"eth1": "Ethernet0", "eth2": "Ethernet4"}[front]
	l.await(db.State, "FDB_TABLE|Vlan10:"+strings.ToLower(mac.String())+" port="+port+" type=dynamic", "FDB_TABLE")
	l.await(db.Asic, mac.String(), "FDB_ENTRY")
}

// restored waits until a new ASIC has the address that the old one knew: entries are restored last.
func (l *learning) restored() {
	l.t.Helper()
	await(l.t, func() bool {
		n, asic := 0, l.asic.Load()
		if asic == nil {
			return false
		}
		err := asic.List(context.Background(), sai.ObjectTypeFdbEntry, func(sai.Object, []sai.Attribute) error { n++; return nil })
		return err == nil && n > 0
	}, func() { l.t.Error("the address is not restored") })
}

func (l *learning) forgotten() {
	l.t.Helper()
	l.await(db.State, "", "FDB_TABLE")
	l.await(db.Asic, "", "FDB_ENTRY")
}

// TestLearnedAddresses follows addresses that the ASIC learns by itself.
func TestLearnedAddresses(t *testing.T) {
	for name, f := range map[string]func(*learning){
		"the link goes down": func(l *learning) {
			l.learn("eth1", 1)
			_ = l.Front("eth1", false)
			l.forgotten()
		},
		"only that port's": func(l *learning) {
			l.learn("eth1", 1)
			l.learn("eth2", 2)
			_ = l.Front("eth1", false)
			l.await(db.State, "FDB_TABLE|Vlan10:02:00:00:00:01:02 port=Ethernet4 type=dynamic\n", "FDB_TABLE")
			await(l.t, func() bool {
				text, _ := switchtest.Dump(context.Background(), l.Keyspace(), db.State, "FDB_TABLE")
				return !strings.Contains(text, "Ethernet0")
			}, func() { l.t.Error("Ethernet0's address stays") })
		},
		"the membership goes": func(l *learning) {
			l.learn("eth1", 1)
			l.write(tables.ConfigVlanMember.Del(tables.VlanMemberKey{Vlan: 10, Port: "Ethernet0"}))
			l.forgotten()
			await(l.t, func() bool {
				text, _ := switchtest.Dump(context.Background(), l.Keyspace(), db.Asic, "BRIDGE_PORT")
				return !strings.Contains(text, "Ethernet0")
			}, func() { l.t.Error("the bridge port stays") })
		},
		"on request": func(l *learning) {
			for i, request := range []db.Notification{{Op: "ALL", Data: "ALL"}, {Op: "PORT", Data: "Ethernet0"}, {Op: "VLAN", Data: "Vlan10"}, {Op: "VLAN", Data: "10"}, {Op: "PORTVLAN", Data: "Ethernet0|Vlan10"}, {Op: "ALL", Data: "ALL"}} {
				l.learn("eth1", byte(i))
				request.Channel = "FLUSHFDBREQUEST"
				if err := l.Keyspace().Publish(context.Background(), request); err != nil {
					l.t.Fatal(err)
				}
				l.forgotten()
			}
		},
		"orchagent restarts": func(l *learning) {
			l.learn("eth1", 1)
			if err := l.Restart("orchagent"); err != nil {
				l.t.Fatal(err)
			}
			l.learn("eth2", 2)
			l.await(db.State, "FDB_TABLE|Vlan10:02:00:00:00:01:01 port=Ethernet0 type=dynamic", "FDB_TABLE")
		},
		"the link goes down while orchagent is away": func(l *learning) {
			l.learn("eth1", 1)
			if err := l.Halt("orchagent"); err != nil {
				l.t.Fatal(err)
			}
			_ = l.Front("eth1", false)
			if err := l.Restart("orchagent"); err != nil {
				l.t.Fatal(err)
			}
			l.forgotten()
			l.await(db.Appl, "oper_status=down", "PORT_TABLE:Ethernet0")
			l.await(db.Appl, "flap_count=2", "PORT_TABLE:Ethernet0")
		},
		"syncd restarts": func(l *learning) {
			l.learn("eth1", 1)
			if err := l.Halt("syncd"); err != nil {
				l.t.Fatal(err)
			}
			l.asic.Store(nil)
			if err := l.Restart("syncd"); err != nil {
				l.t.Fatal(err)
			}
			l.restored()
			l.learn("eth2", 2)
			_ = l.Front("eth1", false)
			_ = l.Front("eth2", false)
			l.forgotten()
		},
		"a configured address takes its place": func(l *learning) {
			l.learn("eth1", 1)
			k := tables.FdbKey{Vlan: 10, MAC: tables.MAC{2, 0, 0, 0, 1, 1}}
			l.write(tables.ConfigFdb.Set(k, tables.FdbConfigRow{Port: "Ethernet4"}))
			l.await(db.State, "port=Ethernet4 type=static", "FDB_TABLE")
			l.await(db.Asic, "TYPE=SAI_FDB_ENTRY_TYPE_STATIC", "FDB_ENTRY")
			l.write(tables.ConfigFdb.Del(k))
			l.forgotten()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(newLearning(t))
		})
	}
}
