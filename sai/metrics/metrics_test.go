package metrics

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/internal/fake"
)

func TestOperationsAreCounted(t *testing.T) {
	r := prometheus.NewRegistry()
	bad := sai.Object{Type: sai.ObjectTypeVlan, OID: 7}
	now := time.Unix(0, 0)
	tick := func() time.Time { now = now.Add(50 * time.Microsecond); return now }
	a, err := New(&fake.API{Refuse: map[sai.Object]sai.Status{bad: sai.StatusInvalidAttrValue0.At(3)}}, r, tick)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	a.Create(ctx, sai.ObjectTypeVlan, make([]sai.CreateRequest, 3))
	a.Remove(ctx, sai.ObjectTypeVlan, []sai.Object{{Type: sai.ObjectTypeVlan, OID: 1}, bad, bad})
	a.Set(ctx, sai.ObjectTypePort, make([]sai.SetRequest, 1))
	a.Get(ctx, sai.ObjectTypePort, make([]sai.GetRequest, 1))
	a.GetStats(ctx, sai.ObjectTypePort, make([]sai.StatsRequest, 2))
	a.ClearStats(ctx, sai.ObjectTypePort, make([]sai.StatsRequest, 2))
	a.FlushFdb(ctx, 1, nil)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range families {
		for _, m := range f.GetMetric() {
			line := ""
			for _, l := range m.GetLabel() {
				line += l.GetValue() + " "
			}
			if h := m.GetHistogram(); h != nil {
				got = append(got, fmt.Sprintf("%s%d call", line, h.GetSampleCount()))
			} else {
				got = append(got, fmt.Sprintf("%s%v", line, m.GetCounter().GetValue()))
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"fdb_flush flush 1 call", "fdb_flush flush success 1", "port clear_stats 1 call", "port clear_stats success 2", "port get 1 call",
		"port get success 1", "port get_stats 1 call", "port get_stats success 2", "port set 1 call", "port set success 1", "vlan create 1 call",
		"vlan create success 3", "vlan remove 1 call", "vlan remove invalid_attr_value 2", "vlan remove success 1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("metrics (-want +got):\n%s", d)
	}
	if _, err := New(nil, r, nil); err == nil {
		t.Error("registered twice")
	}
}
