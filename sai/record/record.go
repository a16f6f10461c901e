// Package record writes SAI calls as SONiC's sairedis.rec has them (sonic-contract 2.13), which people read and tools replay:
//
//	2026-01-15.10:30:45.123456|c|SAI_OBJECT_TYPE_VLAN:oid:0x26000000000616|SAI_VLAN_ATTR_VLAN_ID=100
//	2026-01-15.10:30:45.123466|E|SAI_STATUS_ITEM_ALREADY_EXISTS
//
// Calls with one object are written in SONiC's single form, larger ones in its bulk form. Where some objects of a bulk call fail, the E
// line holds the first status, and comment lines tell which objects failed how. Reading counters is not recorded.
package record

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// API passes calls on and records them.
type API struct {
	sai.API
	now func() time.Time

	// mu guards what follows: notifications come from another goroutine than calls.
	mu     sync.Mutex
	out    io.Writer
	buf    []byte
	broken bool // the writer has failed, and that has been logged
}

var _ sai.API = (*API)(nil)

// New makes a decorator of next that writes to out, a whole line or more with each Write. Now is the clock; nil is time.Now. If writing
// fails, calls go on and the failure is logged once.
func New(next sai.API, out io.Writer, now func() time.Time) *API {
	if now == nil {
		now = time.Now
	}
	return &API{API: next, out: out, now: now}
}

const timeFormat = "2006-01-02.15:04:05.000000"

// maxKept bounds the buffer that is kept from one line to the next; the line of a large bulk call is megabytes.
const maxKept = 64 << 10

// maxFailures bounds the comment lines of one bulk call.
const maxFailures = 100

// line writes one line: the letter and what fill appends.
func (a *API) line(letter byte, fill func(dst []byte) []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.buf = a.now().AppendFormat(a.buf[:0], timeFormat)
	a.buf = append(fill(append(a.buf, '|', letter)), '\n')
	_, err := a.out.Write(a.buf)
	if err != nil && !a.broken {
		slog.Error("recording of SAI calls failed", "err", err)
	}
	a.broken = err != nil
	if cap(a.buf) > maxKept {
		a.buf = nil
	}
}

func appendAttrs(dst []byte, attrs []sai.Attribute) []byte {
	if len(attrs) == 0 {
		return append(dst, "|NULL=NULL"...)
	}
	for _, at := range attrs {
		dst = appendAttr(dst, at)
	}
	return dst
}

// appendAttr leaves the value out if it has no text, as in a Get that states no capacity.
func appendAttr(dst []byte, at sai.Attribute) []byte {
	dst, err := at.Append(append(dst, '|'))
	_ = err
	return dst
}

// objects writes a call about n objects: alone as X:id, several as X||id||id.
func (a *API) objects(letter byte, t sai.ObjectType, n int, object func(i int) (sai.Object, []sai.Attribute, bool)) {
	if n == 0 {
		return
	}
	a.line(letterFor(letter, n), func(dst []byte) []byte {
		dst = append(append(dst, '|'), t.String()...)
		for i := range n {
			o, attrs, with := object(i)
			if n == 1 {
				dst = append(dst, ':')
			} else {
				dst = append(dst, "||"...)
			}
			if dst = o.AppendID(dst); with {
				dst = appendAttrs(dst, attrs)
			}
		}
		return dst
	})
}

// letterFor gives the letter of a call: c, r and s in capitals are bulk, and a bulk g is B.
func letterFor(letter byte, n int) byte {
	switch {
	case n == 1:
		return letter
	case letter == 'g':
		return 'B'
	}
	return letter - 'a' + 'A'
}

// failures writes what went wrong; named says that the objects are named even if there is one only.
func (a *API) failures(n int, named bool, result func(i int) (sai.Object, sai.Status)) {
	written := 0
	for i := range n {
		o, s := result(i)
		if s == sai.StatusSuccess {
			continue
		}
		if written == 0 {
			a.line('E', func(dst []byte) []byte { return append(append(dst, '|'), s.String()...) })
		}
		if (named || n > 1) && written < maxFailures {
			a.line('#', func(dst []byte) []byte {
				return append(append(o.Append(append(dst, "|failed: "...)), ' '), s.String()...)
			})
		}
		written++
	}
}

// Create implements sai.API. Objects that the ASIC gives an OID are recorded once they have it, others before the call.
func (a *API) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	named := true
	for i := range r {
		named = named && (r[i].Object.Entry != nil || r[i].Object.OID != 0)
	}
	var results []sai.CreateResult
	object := func(i int) sai.Object {
		o := r[i].Object
		if o.Entry == nil && o.OID == 0 {
			o.OID = results[i].OID
		}
		return o
	}
	write := func() {
		a.objects('c', t, len(r), func(i int) (sai.Object, []sai.Attribute, bool) { return object(i), r[i].Attrs, true })
	}
	if named {
		write()
	}
	results = a.API.Create(ctx, t, r)
	if !named {
		write()
	}
	a.failures(len(r), false, func(i int) (sai.Object, sai.Status) { return object(i), results[i].Status })
	return results
}

// Remove implements sai.API.
func (a *API) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	a.objects('r', t, len(o), func(i int) (sai.Object, []sai.Attribute, bool) { return o[i], nil, false })
	results := a.API.Remove(ctx, t, o)
	a.failures(len(o), false, func(i int) (sai.Object, sai.Status) { return o[i], results[i] })
	return results
}

// Set implements sai.API.
func (a *API) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	a.objects('s', t, len(r), func(i int) (sai.Object, []sai.Attribute, bool) { return r[i].Object, []sai.Attribute{r[i].Attr}, true })
	results := a.API.Set(ctx, t, r)
	a.failures(len(r), false, func(i int) (sai.Object, sai.Status) { return r[i].Object, results[i] })
	return results
}

// Get implements sai.API.
func (a *API) Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	a.objects('g', t, len(r), func(i int) (sai.Object, []sai.Attribute, bool) { return r[i].Object, r[i].Attrs, true })
	results := a.API.Get(ctx, t, r)
	a.line('G', func(dst []byte) []byte {
		for i := range results {
			if i > 0 {
				dst = append(dst, '|')
			}
			dst = append(append(dst, '|'), results[i].Status.String()...)
			for _, at := range results[i].Attrs {
				dst = appendAttr(dst, at)
			}
		}
		return dst
	})
	return results
}

// FlushFdb implements sai.API.
func (a *API) FlushFdb(ctx context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	a.line('f', func(dst []byte) []byte {
		dst = sai.Object{Type: sai.ObjectTypeFdbFlush, OID: sw}.Append(append(dst, '|'))
		return appendAttrs(dst, attrs)
	})
	s := a.API.FlushFdb(ctx, sw, attrs)
	a.line('F', func(dst []byte) []byte { return append(append(dst, '|'), s.String()...) })
	return s
}

// Notification records what the ASIC reported; whoever reads its channel calls it.
func (a *API) Notification(n sai.Notification) {
	a.line('n', func(dst []byte) []byte {
		dst = append(append(append(dst, '|'), n.Op()...), '|')
		data, err := n.AppendData(dst)
		if err != nil {
			data = dst
		}
		return append(data, '|')
	})
}

// Notify records a request to syncd that is about no object, such as INIT_VIEW, and its answer.
func (a *API) Notify(request string, call func() sai.Status) sai.Status {
	a.line('a', func(dst []byte) []byte { return append(append(dst, '|'), request...) })
	s := call()
	a.line('A', func(dst []byte) []byte { return append(append(dst, '|'), s.String()...) })
	return s
}

// Comment records a remark, such as where a recording begins.
func (a *API) Comment(text string) {
	a.line('#', func(dst []byte) []byte { return append(append(dst, '|'), text...) })
}
