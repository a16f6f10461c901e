package engine

import "slices"

// doubt is the value of an attribute after an update of several that failed: some may have been set, and nobody knows which. It equals nothing, so the
// next plan sets the attribute to what is wanted then, or back to its default; and it holds whatever it may refer to.
type doubt struct{ values []any }

// Refs yields all that the attribute may refer to.
func (d doubt) Refs(yield func(Key) bool) {
	for _, v := range d.values {
		eachRef(v, yield)
	}
}

// Equal is never true.
func (d doubt) Equal(any) bool { return false }

func (d doubt) String() string { return "unknown" }

// doubtful is attrs with a doubt for each of tried.
func doubtful(attrs, tried []AttrValue) []AttrValue {
	doubts := make([]AttrValue, len(tried))
	for i, a := range tried {
		d := doubt{values: []any{a.Value}}
		switch old, had := find(attrs, a.ID); v := old.(type) {
		case doubt:
			d.values = append(d.values, v.values...)
		default:
			if had {
				d.values = append(d.values, old)
			}
		}
		doubts[i] = AttrValue{a.ID, d}
	}
	return with(attrs, doubts)
}

// partly notes that an update may have been carried out in part. Of one attribute a refusal says that it is as before.
func (e *Engine) partly(n *node, tried []AttrValue) {
	if len(tried) > 1 {
		n.attrs = doubtful(n.attrs, tried)
		e.relink(n)
	}
}

// partly does it for a dense object, whose value is then known by its attributes only, like an adopted one's.
func (d *dense[K, R, O, V]) partly(i uint32, en *entry[O, V], tried []AttrValue) {
	if len(tried) < 2 {
		return
	}
	old := d.foreign[i]
	if en.flags&entryForeign == 0 {
		_, attrs := d.keyFor(en.object, en.have, en.slot)
		old = sortInPlace(slices.Clone(attrs))
	}
	d.take(i, doubtful(old, tried))
}
