// Package fault makes SAI calls fail on purpose, for tests and drills: the n-th operation that fits a rule, or a share of them chosen by
// a seeded generator. Of a bulk call only the chosen operations fail; they do not reach the ASIC, and the others do.
package fault

import (
	"context"
	"math/rand/v2"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// Op is a set of operations.
type Op uint8

// The operations that can fail. Create, Remove and Set are Write.
const (
	Create Op = 1 << iota
	Remove
	Set
	Get
	Flush

	Write = Create | Remove | Set
)

// Rule chooses operations, one for each object in a bulk call, and says how they fail.
type Rule struct {
	Ops    Op             // any of these; 0 is Write
	Type   sai.ObjectType // objects of this type; 0 is every type
	Nth    uint64         // the n-th operation that fits the rule, counted from 1
	Rate   float64        // or this share of them, from 0 to 1
	Status sai.Status     // how they fail; SAI_STATUS_FAILURE if it is success
}

// API fails what its rules choose and passes on the rest. It is used from one goroutine at a time, like every sai.API.
type API struct {
	sai.API
	rules []rule
	rand  *rand.Rand
}

var _ sai.API = (*API)(nil)

type rule struct {
	Rule
	seen uint64
}

// New makes a decorator of next. Equal seeds and equal calls give equal failures.
func New(next sai.API, seed uint64, rules ...Rule) *API {
	a := &API{API: next, rand: rand.New(rand.NewPCG(seed, seed))}
	a.SetRules(rules...)
	return a
}

// SetRules replaces the rules; counts begin anew. Without rules nothing fails.
func (a *API) SetRules(rules ...Rule) {
	a.rules = nil
	for _, r := range rules {
		if r.Ops == 0 {
			r.Ops = Write
		}
		if r.Status == sai.StatusSuccess {
			r.Status = sai.StatusFailure
		}
		a.rules = append(a.rules, rule{Rule: r})
	}
}

// fail asks the rules about one operation. All rules count it, the first that chooses it says how it fails.
func (a *API) fail(op Op, t sai.ObjectType) (sai.Status, bool) {
	s := sai.StatusSuccess
	for i := range a.rules {
		r := &a.rules[i]
		if r.Ops&op == 0 || r.Type != 0 && r.Type != t {
			continue
		}
		r.seen++
		if chosen := r.seen == r.Nth || r.Rate > 0 && a.rand.Float64() < r.Rate; chosen && s == sai.StatusSuccess {
			s = r.Status
		}
	}
	return s, s != sai.StatusSuccess
}

// Create implements sai.API.
func (a *API) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	return sai.Partial(r, func(*sai.CreateRequest) (sai.CreateResult, bool) {
		s, failed := a.fail(Create, t)
		return sai.CreateResult{Status: s}, failed
	}, func(r []sai.CreateRequest) []sai.CreateResult { return a.API.Create(ctx, t, r) })
}

// Remove implements sai.API.
func (a *API) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	return sai.Partial(o, func(*sai.Object) (sai.Status, bool) { return a.fail(Remove, t) },
		func(o []sai.Object) []sai.Status { return a.API.Remove(ctx, t, o) })
}

// Set implements sai.API.
func (a *API) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return sai.Partial(r, func(*sai.SetRequest) (sai.Status, bool) { return a.fail(Set, t) },
		func(r []sai.SetRequest) []sai.Status { return a.API.Set(ctx, t, r) })
}

// Get implements sai.API.
func (a *API) Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	return sai.Partial(r, func(*sai.GetRequest) (sai.GetResult, bool) {
		s, failed := a.fail(Get, t)
		return sai.GetResult{Status: s}, failed
	}, func(r []sai.GetRequest) []sai.GetResult { return a.API.Get(ctx, t, r) })
}

// FlushFdb implements sai.API.
func (a *API) FlushFdb(ctx context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	if s, failed := a.fail(Flush, sai.ObjectTypeFdbFlush); failed {
		return s
	}
	return a.API.FlushFdb(ctx, sw, attrs)
}
