package netsync

import (
	"log/slog"
	"net/netip"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

type announced []string

func (a *announced) Announce(addrs []linux.AddrKey) []error {
	for _, k := range addrs {
		*a = append(*a, k.String())
	}
	slices.Sort(*a)
	return make([]error, len(addrs))
}

func TestAnnounce(t *testing.T) {
	store, kernel := enginetest.NewStore(), &announced{}
	a := announcer{store: store, kernel: kernel, log: slog.New(slog.DiscardHandler), ages: map[tables.InterfaceKey]int{}}
	row := func(name, prefix string) db.Write {
		return tables.StateAddress.Set(tables.InterfaceKey{Name: name, Prefix: netip.MustParsePrefix(prefix)}, tables.AddressStateRow{})
	}
	rows := []db.Write{
		row("Vlan10", "10.0.0.1/24"), row("Vlan20", "10.0.1.1/24"), row("Vlan10", "2001:db8::1/64"),
		tables.StateInterface.Set(tables.InterfaceKey{Name: "Vlan10"}, tables.InterfaceStateRow{}),
	}
	if err := store.Write(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	b := db.Batch{}
	for _, w := range rows {
		b.Changes = append(b.Changes, db.Change{Table: w.Table, Key: w.Key, Fields: w.Fields})
	}
	if !a.take(b) || a.take(b) {
		t.Error("the ticker starts with the first addresses only")
	}
	a.step(t.Context())
	if want := []string{"ADDRESS:Vlan10:10.0.0.1/24", "ADDRESS:Vlan20:10.0.1.1/24"}; !slices.Equal(*kernel, want) {
		t.Errorf("announced %v", *kernel)
	}
	*kernel = nil
	// Vlan20's address has gone, and nobody said so yet.
	if err := store.Write(t.Context(), []db.Write{tables.StateAddress.Del(tables.InterfaceKey{Name: "Vlan20", Prefix: netip.MustParsePrefix("10.0.1.1/24")})}); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		a.step(t.Context())
	}
	if want := []string{"ADDRESS:Vlan10:10.0.0.1/24", "ADDRESS:Vlan10:10.0.0.1/24"}; !slices.Equal(*kernel, want) || len(a.ages) > 0 {
		t.Errorf("announced %v, %d left", *kernel, len(a.ages))
	}
}
