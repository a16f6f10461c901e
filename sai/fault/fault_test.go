package fault

import (
	"fmt"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/internal/fake"
)

func vlans(n int) []sai.Object {
	o := make([]sai.Object, n)
	for i := range o {
		o[i] = sai.Object{Type: sai.ObjectTypeVlan, OID: sai.OID(i + 1)}
	}
	return o
}

func TestNth(t *testing.T) {
	next := &fake.API{}
	a := New(next, 1, Rule{Ops: Remove, Type: sai.ObjectTypeVlan, Nth: 3, Status: sai.StatusObjectInUse})
	a.Remove(t.Context(), sai.ObjectTypeLag, []sai.Object{{Type: sai.ObjectTypeLag, OID: 1}}) // does not count
	got := fmt.Sprint(a.Remove(t.Context(), sai.ObjectTypeVlan, vlans(2)), a.Remove(t.Context(), sai.ObjectTypeVlan, vlans(3)))
	if want := "[SAI_STATUS_SUCCESS SAI_STATUS_SUCCESS] [SAI_STATUS_OBJECT_IN_USE SAI_STATUS_SUCCESS SAI_STATUS_SUCCESS]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(next.Calls), "[remove SAI_OBJECT_TYPE_LAG 1 remove SAI_OBJECT_TYPE_VLAN 2 remove SAI_OBJECT_TYPE_VLAN 2]"; got != want {
		t.Errorf("the ASIC saw %s, want %s", got, want)
	}
}

func TestRateIsSeeded(t *testing.T) {
	run := func(seed uint64) (s string, failed int) {
		a := New(&fake.API{}, seed, Rule{Rate: 0.2})
		for _, r := range a.Create(t.Context(), sai.ObjectTypeVlan, make([]sai.CreateRequest, 1000)) {
			if r.Status != sai.StatusSuccess {
				failed++
			}
			s += fmt.Sprint(r.Status)
		}
		return s, failed
	}
	one, failed := run(1)
	again, _ := run(1)
	other, _ := run(2)
	if one != again || one == other || failed < 150 || failed > 250 {
		t.Errorf("%d of 1000 failed; same seed alike: %v; other seed alike: %v", failed, one == again, one == other)
	}
}

func TestAllFailAndNothingFails(t *testing.T) {
	next := &fake.API{}
	a := New(next, 1, Rule{Ops: Write | Get | Flush, Rate: 1, Status: sai.StatusNoMemory})
	ctx := t.Context()
	call := func() string {
		return fmt.Sprint(a.Create(ctx, sai.ObjectTypeVlan, make([]sai.CreateRequest, 1))[0].Status, a.Set(ctx, sai.ObjectTypeVlan, make([]sai.SetRequest, 1))[0],
			a.Get(ctx, sai.ObjectTypeVlan, make([]sai.GetRequest, 1))[0].Status, a.FlushFdb(ctx, 1, nil))
	}
	if got, want := call(), "SAI_STATUS_NO_MEMORY SAI_STATUS_NO_MEMORY SAI_STATUS_NO_MEMORY SAI_STATUS_NO_MEMORY"; got != want || len(next.Calls) > 0 {
		t.Errorf("got %s, calls %v", got, next.Calls)
	}
	a.SetRules()
	if got, want := call(), "SAI_STATUS_SUCCESS SAI_STATUS_SUCCESS SAI_STATUS_SUCCESS SAI_STATUS_SUCCESS"; got != want || len(next.Calls) != 4 {
		t.Errorf("got %s, calls %v", got, next.Calls)
	}
}
