package engine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/engine/enginetest"
)

// benchID and benchRow decode in no time, so that the engine is what is measured. The text of the key is four bytes.
type (
	benchID  uint32
	benchRow struct {
		Via uint32 `db:"-"`
	}
	benchRoute struct {
		vrf  engine.Handle
		addr [16]byte
		bits uint8
		v6   bool
	}
	benchVia struct {
		via   engine.Handle
		proto uint8
		drop  bool
	}
)

func (k benchID) MarshalKey(string) string {
	return string([]byte{byte(k >> 24), byte(k >> 16), byte(k >> 8), byte(k)})
}

func (k *benchID) UnmarshalKey(text, _ string) error {
	if len(text) != 4 {
		return errors.New("is not four bytes")
	}
	*k = benchID(text[0])<<24 | benchID(text[1])<<16 | benchID(text[2])<<8 | benchID(text[3])
	return nil
}

func (r *benchRow) DecodeRow(f []db.Field) error {
	r.Via = 0
	for _, c := range []byte(f[0].Value) {
		r.Via = r.Via<<8 | uint32(c)
	}
	return nil
}

func (r *benchRow) AppendRow(to []db.Field) []db.Field { return to }

var tBench = db.Define[benchID, benchRow](db.Appl, "BENCH")

// benchStore delivers batches that are handed to it.
type benchStore struct {
	*enginetest.Store
	in chan db.Batch
}

func (s benchStore) Watch(context.Context, ...*db.Schema) (db.Feed, error) { return s, nil }
func (s benchStore) Close() error                                          { return nil }
func (s benchStore) Next(ctx context.Context, _ int) (db.Batch, error) {
	select {
	case b := <-s.in:
		return b, nil
	case <-ctx.Done():
		return db.Batch{}, ctx.Err()
	}
}

// nullTarget does nothing, and counts.
type nullTarget struct{ ops, updates atomic.Int64 }

func (t *nullTarget) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	if ops[0].Verb == engine.Update {
		t.updates.Add(int64(len(ops)))
	}
	t.ops.Add(int64(len(ops)))
	return make([]error, len(ops))
}

type bench struct {
	b      *testing.B
	e      *engine.Engine
	store  benchStore
	target *nullTarget
	ctx    context.Context
	stop   func()
}

func newBench(b *testing.B, register func(*engine.Engine)) *bench {
	x := &bench{b: b, store: benchStore{enginetest.NewStore(), make(chan db.Batch)}, target: &nullTarget{}}
	x.e = engine.New(engine.Config{Name: "bench"})
	x.e.Bind(x.target, allKinds...)
	x.e.Source(x.store, engine.Bulk, tBench.Schema)
	register(x.e)
	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	x.ctx = ctx
	g.Go(func() error { return x.e.Run(ctx) })
	x.stop = func() {
		cancel()
		if err := g.Wait(); err != nil {
			b.Error(err)
		}
	}
	return x
}

// changes are rows from to to; each value of via is one byte of the row.
func changes(from, to int, via func(i int) byte) []db.Change {
	out := make([]db.Change, 0, to-from)
	fields := map[byte][]db.Field{}
	for i := from; i < to; i++ {
		v := via(i)
		if fields[v] == nil {
			fields[v] = []db.Field{{Name: "via", Value: string([]byte{v})}}
		}
		out = append(out, db.Change{Table: tBench.Schema, Key: benchID(i).MarshalKey(""), Fields: fields[v]})
	}
	return out
}

func (x *bench) send(c []db.Change, listed bool) {
	for first := true; len(c) > 0 || first; first = false {
		n := min(8192, len(c))
		x.store.in <- db.Batch{Changes: c[:n], Listing: listed && first, Listed: listed && n == len(c)}
		c = c[n:]
	}
}

func (x *bench) waitOps(n int64) {
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for x.target.ops.Load() < n {
		<-tick.C
	}
	if err := x.e.Settle(x.ctx); err != nil {
		x.b.Fatal(err)
	}
}

// cpu is the CPU time that the process has used, which a busy machine changes less than the time on the wall.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func registerBenchDense(e *engine.Engine) {
	vrf := e.Handle(portKey{"E0"})
	sets := engine.OnSet(e, "set", func(tx *engine.Tx, id byte) error {
		h := hopKey{"E0", fmt.Sprint(id)}
		engine.Want(tx, portKey{"E0"})
		engine.Want(tx, h, engine.Attr[hopKey]{ID: 1, Value: "x"})
		engine.Resolve(tx, h)
		return nil
	})
	engine.OnDense(e, tBench, benchDense(vrf, sets))
}

func benchDense(vrf engine.Handle, sets *engine.Sets[byte]) engine.Dense[benchID, benchRow, benchRoute, benchVia] {
	return engine.Dense[benchID, benchRow, benchRoute, benchVia]{
		Kind: kindRoute,
		Object: func(k benchID) (benchRoute, error) {
			return benchRoute{vrf: vrf, addr: [16]byte{byte(k >> 24), byte(k >> 16), byte(k >> 8), byte(k)}, bits: 32}, nil
		},
		Value: func(_ benchID, r benchRow) (benchVia, bool, error) {
			return benchVia{via: sets.Handle(byte(r.Via))}, true, nil
		},
		Handles: func(o benchRoute, v benchVia, yield func(engine.Handle)) { yield(o.vrf); yield(v.via) },
		Encode: func(o benchRoute, v benchVia, key func(engine.Handle) engine.Key, attrs []engine.AttrValue) (engine.Key, []engine.AttrValue) {
			return benchKey{o.addr, o.bits}, append(attrs, engine.AttrValue{ID: 2, Value: key(v.via)})
		},
		Decode: func(k engine.Key) (benchRoute, bool) {
			b, ok := k.(benchKey)
			return benchRoute{vrf: vrf, addr: b.addr, bits: b.bits}, ok
		},
	}
}

type benchKey struct {
	addr [16]byte
	bits uint8
}

func (benchKey) Kind() *engine.Kind         { return kindRoute }
func (benchKey) Refs(func(engine.Key) bool) {}
func (k benchKey) String() string           { return fmt.Sprint("ROUTE:", k.addr, "/", k.bits) }

// BenchmarkDenseLoad loads a million rows over 64 sets into the dense store and reports rows a second, bytes a row, and the time of one more row.
func BenchmarkDenseLoad(b *testing.B) {
	const rows = 1_000_000
	list := changes(0, rows, func(i int) byte { return byte(i % 64) })
	for b.Loop() {
		before := heap()
		x := newBench(b, registerBenchDense)
		start, used := time.Now(), cpu()
		x.send(list, true)
		x.waitOps(rows)
		took := time.Since(start)
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/rows, "cpu-ns/row")
		b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
		b.ReportMetric(float64(heap()-before)/rows, "B/row")
		start = time.Now()
		const single = 1000
		for i := range single {
			x.send(changes(rows+i, rows+i+1, func(int) byte { return 1 }), false)
			x.waitOps(rows + int64(i) + 1)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/single, "us/one")
		list2 := changes(0, rows, func(i int) byte { return byte(i%64 + 1) })
		start, used = time.Now(), cpu()
		x.send(list2, false)
		x.waitOps(2*rows + single)
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/rows, "cpu-ns/update")
		b.ReportMetric(float64(rows)/time.Since(start).Seconds(), "updates/s")
		x.stop()
	}
}

// BenchmarkGenericLoad loads rows that each want one object, and reports objects a second and bytes an object.
func BenchmarkGenericLoad(b *testing.B) {
	const rows = 200_000
	list := changes(0, rows, func(i int) byte { return byte(i % 64) })
	for b.Loop() {
		before := heap()
		x := newBench(b, func(e *engine.Engine) {
			engine.On(e, tBench, func(tx *engine.Tx, k benchID, r benchRow) error {
				engine.Want(tx, vlanKey{int(k)}, engine.Attr[vlanKey]{ID: 1, Value: "a"}, engine.Attr[vlanKey]{ID: 2, Value: r.Via != 0})
				return nil
			})
		})
		start, used := time.Now(), cpu()
		x.send(list, true)
		x.waitOps(rows)
		took := time.Since(start)
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/rows, "cpu-ns/row")
		b.ReportMetric(float64(rows)/took.Seconds(), "objects/s")
		b.ReportMetric(float64(heap()-before)/rows, "B/object")
		x.stop()
	}
}

// BenchmarkVlans loads 4,093 VLANs with 32 members each: shared bridge ports, references, tracked reads.
func BenchmarkVlans(b *testing.B) {
	for b.Loop() {
		x := newBench(b, func(e *engine.Engine) {
			engine.On(e, tBench, func(tx *engine.Tx, k benchID, _ benchRow) error {
				v := vlanKey{int(k)}
				engine.Want(tx, v, engine.Attr[vlanKey]{ID: 1, Value: "a"})
				for p := range 32 {
					bp := bpKey{portKey{fmt.Sprint("E", p)}}
					engine.Want(tx, bp.Port)
					engine.Want(tx, bp, engine.Attr[bpKey]{ID: 1, Value: true})
					engine.Want(tx, memberKey{v, bp}, engine.Attr[memberKey]{ID: 1, Value: "tagged"})
				}
				return nil
			})
		})
		start := time.Now()
		x.send(changes(1, 4094, func(int) byte { return 0 }), true)
		x.waitOps(4093 * 33)
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms")
		x.stop()
	}
}

// nullStore takes rows, and counts.
type nullStore struct {
	*enginetest.Store
	rows *atomic.Int64
}

func (s nullStore) Write(_ context.Context, w []db.Write) error {
	s.rows.Add(int64(len(w)))
	return nil
}

// BenchmarkPublish publishes a row of three fields for each row.
func BenchmarkPublish(b *testing.B) {
	type out struct {
		State string `db:"state"`
		Via   uint32 `db:"via"`
		Speed uint32 `db:"speed"`
	}
	table := db.Define[benchID, out](db.State, "OUT")
	const rows = 100_000
	list := changes(0, rows, func(i int) byte { return byte(i % 64) })
	for b.Loop() {
		var written atomic.Int64
		x := newBench(b, func(e *engine.Engine) {
			e.Sink(nullStore{enginetest.NewStore(), &written}, table.Schema)
			engine.On(e, tBench, func(tx *engine.Tx, k benchID, r benchRow) error {
				engine.Publish(tx, table, k, out{"ok", r.Via, 100_000})
				return nil
			})
		})
		start, used := time.Now(), cpu()
		x.send(list, true)
		x.waitOps(0)
		if got := written.Load(); got != rows {
			b.Fatalf("%d rows written", got)
		}
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/rows, "cpu-ns/row")
		b.ReportMetric(rows/time.Since(start).Seconds(), "rows/s")
		x.stop()
	}
}

// adopted is a target that has everything already.
type adopted struct {
	nullTarget
	found []engine.Actual
}

func (t *adopted) Adopt(context.Context, []*engine.Kind) ([]engine.Actual, error) {
	return t.found, nil
}

// BenchmarkDenseRestart starts over a million routes that are programmed as wanted: no operation.
func BenchmarkDenseRestart(b *testing.B) {
	const rows = 1_000_000
	list := changes(0, rows, func(i int) byte { return byte(i % 64) })
	for b.Loop() {
		t := &adopted{found: []engine.Actual{{Key: portKey{"E0"}}}}
		for i := range 64 {
			t.found = append(t.found, engine.Actual{Key: hopKey{"E0", fmt.Sprint(i)}, Attrs: []engine.AttrValue{{ID: 1, Value: "x"}}})
		}
		for i := range rows {
			k := benchKey{[16]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}, 32}
			t.found = append(t.found, engine.Actual{Key: k, Attrs: []engine.AttrValue{{ID: 2, Value: t.found[1+i%64].Key}}})
		}
		store := benchStore{enginetest.NewStore(), make(chan db.Batch)}
		e := engine.New(engine.Config{Name: "bench"})
		e.Bind(t, allKinds...)
		e.Source(store, engine.Bulk, tBench.Schema)
		registerBenchDense(e)
		ctx, cancel := context.WithCancel(context.Background())
		g, ctx := errgroup.WithContext(ctx)
		start, used := time.Now(), cpu()
		g.Go(func() error { return e.Run(ctx) })
		x := &bench{b: b, e: e, store: store, target: &t.nullTarget, ctx: ctx}
		x.send(list, true)
		x.waitOps(0)
		b.ReportMetric(float64((cpu()-used).Nanoseconds())/rows, "cpu-ns/row")
		b.ReportMetric(rows/time.Since(start).Seconds(), "rows/s")
		cancel()
		if err := g.Wait(); err != nil {
			b.Fatal(err)
		}
		if n := t.ops.Load(); n > 0 {
			b.Fatalf("%d operations", n)
		}
	}
}
