package gnmi

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// BenchmarkGNMI measures the server of a whole switch (make bench-gnmi). Each figure is taken once; what is timed is the client's view.
func BenchmarkGNMI(b *testing.B) {
	p := switchtest.NewProcesses(b, switchtest.Build(b))
	w := &bench{B: b, p: p, store: p.Keyspace()}
	w.client = w.dial()
	eventually(b, "the switch", func() error { return w.set(untilASIC(), rowUpdate(b, "PORT/Ethernet0", `{"mtu":"9000"}`)) })
	w.rows()
	b.Logf("%-58s %s", "memory of the idle server (PSS)", pss(w.pid()))
	for _, part := range []struct {
		name string
		f    func(*bench)
	}{
		{"sets", (*bench).sets}, {"thousand", (*bench).thousand}, {"get", (*bench).bigGet}, {"latency", (*bench).latency},
		{"fanout", (*bench).fanOut}, {"stalled", (*bench).stalled}, {"counters", (*bench).counters},
	} {
		b.Run(part.name, func(b *testing.B) {
			if b.N > 1 {
				b.Skip("once")
			}
			w := *w
			w.B = b
			part.f(&w)
		})
	}
}

type bench struct {
	*testing.B
	p      *switchtest.Processes
	store  db.Keyspace
	client gnmi.GNMIClient
}

func (w *bench) dial() gnmi.GNMIClient {
	conn, err := grpc.NewClient("unix:"+w.p.Env.GnmiSocket(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(256<<20)))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = conn.Close() })
	return gnmi.NewGNMIClient(conn)
}

func (w *bench) set(ext []*gnmi_ext.Extension, updates ...*gnmi.Update) error {
	_, err := w.client.Set(w.Context(), &gnmi.SetRequest{Update: updates, Extension: ext}, grpc.WaitForReady(true))
	return err
}

func percentiles(d []time.Duration) string {
	slices.Sort(d)
	return fmt.Sprintf("p50 %.2f ms, p99 %.2f ms (%d)", ms(d[len(d)/2]), ms(d[len(d)*99/100]), len(d))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (w *bench) sets() {
	for _, c := range []struct {
		name string
		ext  []*gnmi_ext.Extension
		n    int
	}{{"one-leaf Set until committed", nil, 300}, {"one-leaf Set until in the ASIC", untilASIC(), 300}} {
		var took []time.Duration
		for i := range c.n {
			start := time.Now()
			if err := w.set(c.ext, rowUpdate(w, "PORT/Ethernet0", fmt.Sprintf(`{"mtu":"%d"}`, 8000+i%2))); err != nil {
				w.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		w.Logf("%-58s %s", c.name, percentiles(took))
	}
}

func (w *bench) thousand() {
	var updates []*gnmi.Update
	for i := range 1000 {
		updates = append(updates, rowUpdate(w, fmt.Sprintf("VLAN/Vlan%d", 1000+i), fmt.Sprintf(`{"vlanid":"%d"}`, 1000+i)))
	}
	start := time.Now()
	if err := w.set(nil, updates...); err != nil {
		w.Fatal(err)
	}
	w.Logf("%-58s %.0f ms", "Set of 1,000 VLANs until committed", ms(time.Since(start)))
	var deletes []*gnmi.Path
	for _, u := range updates {
		deletes = append(deletes, u.GetPath())
	}
	start = time.Now()
	if _, err := w.client.Set(w.Context(), &gnmi.SetRequest{Delete: deletes, Extension: untilASIC()}); err != nil {
		w.Log(err)
	}
	w.Logf("%-58s %.0f ms", "their removal until the ASIC has removed them", ms(time.Since(start)))
}

// rows makes 10,000 leaves that nobody else looks at.
func (w *bench) rows() {
	var writes []db.RawWrite
	for i := range 1000 {
		row := db.RawWrite{Key: fmt.Sprintf("BENCH|row%d", i)}
		for f := range 10 {
			row.Fields = append(row.Fields, db.Field{Name: fmt.Sprintf("field%d", f), Value: "value"})
		}
		writes = append(writes, row)
	}
	if err := w.store.Raw(db.State).Write(w.Context(), writes); err != nil {
		w.Fatal(err)
	}
}

func (w *bench) bigGet() {
	for _, e := range []gnmi.Encoding{gnmi.Encoding_JSON_IETF, gnmi.Encoding_PROTO} {
		var took []time.Duration
		for range 20 {
			start := time.Now()
			_, err := w.client.Get(w.Context(), &gnmi.GetRequest{Path: []*gnmi.Path{path(w, "sonic-db:/STATE_DB/localhost/BENCH")}, Encoding: e})
			if err != nil {
				w.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		w.Logf("%-58s %s", "Get of 10,000 leaves, "+e.String(), percentiles(took))
	}
}

func (w *bench) follow(client gnmi.GNMIClient, l *gnmi.SubscriptionList) gnmi.GNMI_SubscribeClient {
	ctx, cancel := context.WithCancel(w.Context())
	w.Cleanup(cancel)
	stream, err := client.Subscribe(ctx)
	if err != nil {
		w.Fatal(err)
	}
	if err := stream.Send(&gnmi.SubscribeRequest{Request: &gnmi.SubscribeRequest_Subscribe{Subscribe: l}}); err != nil {
		w.Fatal(err)
	}
	return stream
}

func (w *bench) synced(s gnmi.GNMI_SubscribeClient) {
	for {
		r, err := s.Recv()
		if err != nil {
			w.Fatal(err)
		}
		if r.GetSyncResponse() {
			return
		}
	}
}

// latency is from before the HSET until the client has the update.
func (w *bench) latency() {
	s := w.follow(w.client, list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(w, "sonic-db:/STATE_DB/localhost/BENCH/row7/field7")))
	w.synced(s)
	var took []time.Duration
	for i := range 500 {
		start := time.Now()
		w.touch(7, i)
		if _, err := s.Recv(); err != nil {
			w.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	w.Logf("%-58s %s", "ON_CHANGE, from HSET to the client", percentiles(took))
}

func (w *bench) touch(row, value int) {
	err := w.store.Raw(db.State).Write(w.Context(), []db.RawWrite{{Key: fmt.Sprintf("BENCH|row%d", row), Fields: []db.Field{{Name: "field7", Value: strconv.Itoa(value)}}}})
	if err != nil {
		w.Fatal(err)
	}
}

// fanOut changes 1,000 rows ten times, and has 50 subscribers hear of it.
func (w *bench) fanOut() {
	const subscribers, rounds = 50, 10
	counts := make(chan int, subscribers)
	for range subscribers {
		s := w.follow(w.client, list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(w, "sonic-db:/STATE_DB/localhost/BENCH/*/field7")))
		w.synced(s)
		go func() {
			last, n := map[string]bool{}, 0
			for len(last) < 1000 {
				r, err := s.Recv()
				if err != nil {
					break
				}
				for _, u := range r.GetUpdate().GetUpdate() {
					n += 1 + int(u.GetDuplicates())
					if u.GetVal().GetStringVal() == strconv.Itoa(1_000_000+rounds-1) {
						last[u.GetPath().String()] = true
					}
				}
			}
			counts <- n
		}()
	}
	start := time.Now()
	for round := range rounds {
		var writes []db.RawWrite
		for i := range 1000 {
			writes = append(writes, db.RawWrite{Key: fmt.Sprintf("BENCH|row%d", i), Fields: []db.Field{{Name: "field7", Value: strconv.Itoa(1_000_000 + round)}}})
		}
		if err := w.store.Raw(db.State).Write(w.Context(), writes); err != nil {
			w.Fatal(err)
		}
	}
	total := 0
	for range subscribers {
		total += <-counts
	}
	w.Logf("%-58s %.0f updates/s (%d)", "to 50 subscribers", float64(total)/time.Since(start).Seconds(), total)
}

// stalled has 50 clients on their own connections that read nothing, while rows change.
func (w *bench) stalled() {
	pid := w.pid()
	before := pss(pid)
	for range 50 {
		w.synced(w.follow(w.dial(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(w, "sonic-db:/STATE_DB/localhost/BENCH"))))
	}
	attached := pss(pid)
	for round := range 200 {
		var writes []db.RawWrite
		for i := range 1000 {
			writes = append(writes, db.RawWrite{Key: fmt.Sprintf("BENCH|row%d", i), Fields: []db.Field{{Name: "field7", Value: strconv.Itoa(2_000_000 + round)}}})
		}
		if err := w.store.Raw(db.State).Write(w.Context(), writes); err != nil {
			w.Fatal(err)
		}
	}
	w.Logf("%-58s %s before, %s attached, %s after 200,000 changes", "memory with 50 stalled clients (PSS)", before, attached, pss(pid))
}

// counters samples those of 128 ports once a second.
func (w *bench) counters() {
	pid := w.pid()
	var writes []db.RawWrite
	names := db.RawWrite{Key: "COUNTERS_PORT_NAME_MAP"}
	for i := range 128 {
		oid := fmt.Sprintf("oid:0xbe%04x", i)
		names.Fields = append(names.Fields, db.Field{Name: fmt.Sprintf("Ethernet%d", 4*i), Value: oid})
		row := db.RawWrite{Key: "COUNTERS:" + oid}
		for f := range 106 {
			row.Fields = append(row.Fields, db.Field{Name: fmt.Sprintf("SAI_PORT_STAT_%d", f), Value: strconv.Itoa(f * 1234567)})
		}
		writes = append(writes, row)
	}
	if err := w.store.Raw(db.Counters).Write(w.Context(), append(writes, names)); err != nil {
		w.Fatal(err)
	}
	l := list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_JSON_IETF, &gnmi.Subscription{
		Path: path(w, "/COUNTERS/Ethernet*"), Mode: gnmi.SubscriptionMode_SAMPLE, SampleInterval: uint64(time.Second),
	})
	l.Prefix = &gnmi.Path{Target: "COUNTERS_DB"}
	s := w.follow(w.client, l)
	w.synced(s)
	const samples = 10
	start, cpu := time.Now(), ticks(pid)
	for range samples {
		if _, err := s.Recv(); err != nil {
			w.Fatal(err)
		}
	}
	used := float64(ticks(pid)-cpu) / 100 // USER_HZ
	w.Logf("%-58s %.1f %% of a core", "128 ports x 106 counters every second", 100*used/time.Since(start).Seconds())
}

// pid is the server's process.
func (w *bench) pid() int {
	rows, err := w.store.Get(w.Context(), tables.StateProcess.Schema, []string{"gnmi-native"})
	if err != nil {
		w.Fatal(err)
	}
	_, r, err := tables.StateProcess.Decode(rows[0].Key, rows[0].Fields)
	if err != nil || r.PID == 0 {
		w.Fatalf("no process of the server: %v %v", r, err)
	}
	return r.PID
}

func pss(pid int) string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(string(text)) {
		if kb, ok := strings.CutPrefix(line, "Pss:"); ok {
			n, _ := strconv.Atoi(strings.Fields(kb)[0])
			return fmt.Sprintf("%.1f MB", float64(n)/1024)
		}
	}
	return "?"
}

// ticks are user and system time of a process.
func ticks(pid int) int {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return user + system
}
