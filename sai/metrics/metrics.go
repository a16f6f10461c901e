// Package metrics counts SAI operations and times the calls that carry them.
package metrics

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// API passes calls on and counts them: hypersonic_sai_operations_total for each object type, operation and status, and
// hypersonic_sai_call_seconds for each bulk call. It is used from one goroutine at a time, like every sai.API.
type API struct {
	sai.API
	operations *prometheus.CounterVec
	calls      *prometheus.HistogramVec
	now        func() time.Time
	counters   map[series]prometheus.Counter // spares the label look-up of each operation
	timers     map[series]prometheus.Observer
}

var _ sai.API = (*API)(nil)

type series struct {
	t      sai.ObjectType
	op     string
	status sai.Status
}

// New makes a decorator of next, whose metrics are collected by r. Now is the clock; nil is time.Now.
func New(next sai.API, r prometheus.Registerer, now func() time.Time) (*API, error) {
	if now == nil {
		now = time.Now
	}
	a := &API{
		API: next, now: now, counters: map[series]prometheus.Counter{}, timers: map[series]prometheus.Observer{},
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hypersonic_sai_operations_total", Help: "Operations on SAI objects, by their result.",
		}, []string{"object_type", "op", "status"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hypersonic_sai_call_seconds", Help: "Duration of bulk calls to the ASIC.", Buckets: prometheus.ExponentialBuckets(1e-5, 10, 6),
		}, []string{"object_type", "op"}),
	}
	if err := r.Register(a.operations); err != nil {
		return nil, err
	}
	return a, r.Register(a.calls)
}

func label(t sai.ObjectType) string {
	return strings.ToLower(strings.TrimPrefix(t.String(), "SAI_OBJECT_TYPE_"))
}

// count adds n operations. Attributes at fault are told apart by family only.
func (a *API) count(t sai.ObjectType, op string, s sai.Status, n int) {
	s, _, _ = s.Family()
	k := series{t, op, s}
	c := a.counters[k]
	if c == nil {
		status := strings.TrimSuffix(strings.TrimPrefix(s.String(), "SAI_STATUS_"), "_0")
		c = a.operations.WithLabelValues(label(t), op, strings.ToLower(status))
		a.counters[k] = c
	}
	c.Add(float64(n))
}

func (a *API) timed(t sai.ObjectType, op string, since time.Time) {
	k := series{t: t, op: op}
	o := a.timers[k]
	if o == nil {
		o = a.calls.WithLabelValues(label(t), op)
		a.timers[k] = o
	}
	o.Observe(a.now().Sub(since).Seconds())
}

// counted runs a bulk call. Most results are alike, so runs of them are added at once.
func counted[R any](a *API, t sai.ObjectType, op string, call func() []R, status func(*R) sai.Status) []R {
	defer a.timed(t, op, a.now())
	results := call()
	for i := 0; i < len(results); {
		s, from := status(&results[i]), i
		for i < len(results) && status(&results[i]) == s {
			i++
		}
		a.count(t, op, s, i-from)
	}
	return results
}

func self(s *sai.Status) sai.Status { return *s }

// Create implements sai.API.
func (a *API) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	return counted(a, t, "create", func() []sai.CreateResult { return a.API.Create(ctx, t, r) }, func(r *sai.CreateResult) sai.Status { return r.Status })
}

// Remove implements sai.API.
func (a *API) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	return counted(a, t, "remove", func() []sai.Status { return a.API.Remove(ctx, t, o) }, self)
}

// Set implements sai.API.
func (a *API) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return counted(a, t, "set", func() []sai.Status { return a.API.Set(ctx, t, r) }, self)
}

// Get implements sai.API.
func (a *API) Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	return counted(a, t, "get", func() []sai.GetResult { return a.API.Get(ctx, t, r) }, func(r *sai.GetResult) sai.Status { return r.Status })
}

// GetStats implements sai.API.
func (a *API) GetStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	return counted(a, t, "get_stats", func() []sai.StatsResult { return a.API.GetStats(ctx, t, r) }, func(r *sai.StatsResult) sai.Status { return r.Status })
}

// ClearStats implements sai.API.
func (a *API) ClearStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	return counted(a, t, "clear_stats", func() []sai.Status { return a.API.ClearStats(ctx, t, r) }, self)
}

// FlushFdb implements sai.API.
func (a *API) FlushFdb(ctx context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	call := func() []sai.Status { return []sai.Status{a.API.FlushFdb(ctx, sw, attrs)} }
	return counted(a, sai.ObjectTypeFdbFlush, "flush", call, self)[0]
}
