package flex

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// rateKind is the rates of a type of object: bytes and packets a second, in and out, each the sum of counters.
type rateKind struct {
	name     string // RATES:<name> holds its smoothing
	counters [4][]int32
	columns  [4][]int // where the counters are in the list
	kept     []int    // the columns whose last values are told
}

// ratePhase is how far an object is: rates need two values, and smoothing an earlier rate.
type ratePhase uint8

const (
	rateUnknown ratePhase = iota // nothing is written
	rateCounted                  // the last values are
	rateKnown                    // and the rates
)

// The names of rates in COUNTERS_DB, in the order of rateKind's counters. BPS is bytes a second.
func rateNames() [4]string { return [4]string{"RX_BPS", "RX_PPS", "TX_BPS", "TX_PPS"} }

// rateKinds are what rates are computed of.
func rateKinds() map[sai.ObjectType]rateKind {
	n := func(stats ...sai.PortStat) (out []int32) {
		for _, s := range stats {
			out = append(out, int32(s))
		}
		return out
	}
	return map[sai.ObjectType]rateKind{
		sai.ObjectTypePort: {name: "PORT", counters: [4][]int32{
			n(sai.PortStatIfInOctets), n(sai.PortStatIfInUcastPkts, sai.PortStatIfInNonUcastPkts),
			n(sai.PortStatIfOutOctets), n(sai.PortStatIfOutUcastPkts, sai.PortStatIfOutNonUcastPkts),
		}},
		sai.ObjectTypeRouterInterface: {name: "RIF", counters: [4][]int32{
			{int32(sai.RouterInterfaceStatInOctets)}, {int32(sai.RouterInterfaceStatInPackets)},
			{int32(sai.RouterInterfaceStatOutOctets)}, {int32(sai.RouterInterfaceStatOutPackets)},
		}},
	}
}

// ratesOf are the rates that a list has all counters for; nil: none.
func ratesOf(l *list) *rateKind {
	k, ok := rateKinds()[l.object]
	if !ok {
		return nil
	}
	for i, stats := range k.counters {
		for _, s := range stats {
			at := slices.Index(l.stats, s)
			if at < 0 {
				return nil
			}
			k.columns[i] = append(k.columns[i], at)
			k.kept = append(k.kept, at)
		}
	}
	return &k
}

// measure notes the rates since the last poll. A counter that went back has been cleared, and tells nothing.
func (k *rateKind) measure(o *object, values []uint64, elapsed time.Duration) {
	if elapsed <= 0 {
		return
	}
	o.measured = true
	for i, columns := range k.columns {
		delta := uint64(0)
		for _, c := range columns {
			if values[c] > o.last[c] {
				delta += values[c] - o.last[c]
			}
		}
		o.instant[i] = float64(delta) / elapsed.Seconds()
	}
}

// smoothing is how rates follow: rate = alpha * new + (1 - alpha) * old.
type smoothing struct {
	alpha float64
	on    bool
}

// SONiC's defaults: alpha is 2/(n+1) of an interval of n polls.
const (
	defaultInterval = "10"
	defaultAlpha    = "0.18"
)

// smoothingOf reads the configuration of a type's rates. Where there is none SONiC's defaults are written; where there is one without alpha, no rates
// are computed.
func (r *round) smoothingOf(ctx context.Context, kind string) (smoothing, error) {
	if s, ok := r.smooth[kind]; ok {
		return s, nil
	}
	rows, err := r.store.Raw(db.Counters).Hashes(ctx, []string{"RATES:" + kind})
	if err != nil {
		return smoothing{}, fmt.Errorf("smoothing of rates: %w", err)
	}
	text := ""
	for _, f := range rows[0] {
		if f.Name == kind+"_ALPHA" {
			text = f.Value
		}
	}
	if len(rows[0]) == 0 {
		text = defaultAlpha
		r.writes = append(r.writes, db.Write{Table: r.rates, Key: kind, Fields: []db.Field{
			{Name: kind + "_SMOOTH_INTERVAL", Value: defaultInterval}, {Name: kind + "_ALPHA", Value: defaultAlpha},
		}})
	}
	s := smoothing{}
	if alpha, err := strconv.ParseFloat(text, 64); err == nil && alpha > 0 && alpha <= 1 {
		s = smoothing{alpha, true}
	}
	r.smooth[kind] = s
	return s, nil
}

// rate writes the rates of objects, and the values that they come from.
func (r *round) rate(ctx context.Context, l *list, objects []*object) error {
	s, err := r.smoothingOf(ctx, l.rates.name)
	if err != nil || !s.on {
		return err
	}
	for _, o := range objects {
		if o.last == nil || o.list != l {
			continue
		}
		r.rateOf(o, s)
		if err := r.write(ctx, maxRows); err != nil {
			return err
		}
	}
	return nil
}

// rateOf smooths and writes what has changed. The first rate is as it is, later ones follow.
func (r *round) rateOf(o *object, s smoothing) {
	kind := o.list.rates
	var fields []db.Field
	for i, name := range rateNames() {
		if !o.measured {
			break
		}
		rate := o.instant[i]
		if o.phase == rateKnown {
			rate = s.alpha*rate + (1-s.alpha)*o.rates[i]
		}
		if o.instant[i] == 0 && rate < nothing {
			rate = 0
		}
		if o.phase != rateKnown || rate != o.rates[i] {
			o.rates[i] = rate
			fields = append(fields, db.Field{Name: name, Value: strconv.FormatFloat(rate, 'f', -1, 64)})
		}
	}
	first := o.kept == nil
	if first {
		o.kept = make([]uint64, len(kind.kept))
	}
	for i, c := range kind.kept {
		if v := o.last[c]; first || v != o.kept[i] {
			o.kept[i] = v
			fields = append(fields, db.Field{Name: o.list.names[c] + "_last", Value: strconv.FormatUint(v, 10)})
		}
	}
	if len(fields) > 0 {
		r.writes = append(r.writes, db.Write{Table: r.rates, Key: o.vid, Fields: fields})
	}
	switch {
	case o.phase == rateUnknown:
		o.phase = rateCounted
		r.phase(o, "COUNTERS_LAST")
	case o.phase == rateCounted && o.measured:
		o.phase = rateKnown
		r.phase(o, "DONE")
	}
	o.measured = false
}

// nothing is below what anybody is shown of a rate: without traffic a rate ends there.
const nothing = 0.001

func (r *round) phase(o *object, text string) {
	r.writes = append(r.writes, db.Write{Table: r.rates, Key: o.vid + ":" + o.list.rates.name, Fields: []db.Field{{Name: "INIT_DONE", Value: text}}})
}
