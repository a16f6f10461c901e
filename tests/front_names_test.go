package tests

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// frontNames starts a switch whose topology has given its front-panel netdevs the names of ports (lab.md 1.7): it has those ports, frames pass, the
// link's state is the other end's, and all of that also after syncd's death.
func frontNames(t *testing.T, binary string) {
	s := switchtest.NewProcesses(t, binary, "Ethernet4", "eth3")
	s.Beyond().Addr(t, "p1", "10.0.0.2/24")
	awaitBoot(t, s)
	var text string
	dump := func(pattern string) string {
		text, _ = switchtest.Dump(context.Background(), s.Keyspace(), db.Appl, pattern)
		return text
	}
	if got := switchtest.Entries(dump("PORT_TABLE:Ethernet*")); got != 2 || !strings.Contains(text, "Ethernet4 ") || !strings.Contains(text, "Ethernet8 ") {
		t.Fatalf("the ports are\n%s", text)
	}
	err := s.Keyspace().Write(context.Background(), []db.Write{
		{Table: tables.ConfigPort.Schema, Key: "Ethernet4", Fields: []db.Field{{Name: "admin_status", Value: "up"}}},
		tables.ConfigInterface.Set(tables.InterfaceKey{Name: "Ethernet4"}, tables.InterfaceRow{}),
		{Table: tables.ConfigInterface.Schema, Key: "Ethernet4|10.0.0.1/24", Fields: []db.Field{{Name: "NULL", Value: "NULL"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	answers := func() {
		t.Helper()
		await(t, func() bool {
			err = s.Beyond().Do(func() error {
				_, err := net.DialTimeout("tcp", "10.0.0.1:9", time.Second)
				return err
			})
			return errors.Is(err, syscall.ECONNREFUSED)
		}, func() { t.Errorf("10.0.0.1 does not answer: %v", err) })
	}
	oper := func(want string) {
		t.Helper()
		await(t, func() bool { return strings.Contains(dump("PORT_TABLE:Ethernet4"), "oper_status="+want) }, func() { t.Errorf("not %s: %s", want, text) })
	}
	for range 2 {
		oper("up")
		answers()
		if err := s.Front("eth1", false); err != nil {
			t.Fatal(err)
		}
		oper("down")
		if err := errors.Join(s.Restart("syncd"), s.Front("eth1", true)); err != nil {
			t.Fatal(err)
		}
	}
}
