package tests

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/fault"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// Environment variables of TestConvergence: how many worlds are tried, and from which seed on.
const (
	runsVariable = "HYPERSONIC_CONVERGENCE_RUNS"
	seedVariable = "HYPERSONIC_CONVERGENCE_SEED"
)

// TestConvergence is the property that everything rests on: rows in whatever order and batches, with rows that come and go meanwhile, SAI calls that
// fail and daemons that are ended by force, lead to the ASIC's state of one clean run.
func TestConvergence(t *testing.T) {
	runs, seed := number(t, runsVariable, 3), uint64(number(t, seedVariable, int(time.Now().UnixNano()%1e6)))
	for i := range runs {
		seed := seed + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			converge(t, seed)
		})
	}
}

func number(t *testing.T, variable string, standard int) int {
	text := os.Getenv(variable)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// converge compares a clean run with a troubled one.
func converge(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(r, false)
	clean := switchtest.NewMemory(t, switchtest.MemoryOptions{})
	awaitBoot(t, clean)
	run(t, clean, [][]action{w.final()})
	await(t, func() bool { // a busy machine may look quiet before its switch has begun
		awaitQuiet(t, clean)
		return !strings.Contains(state(t, clean), "state=BLOCKED")
	}, func() { t.Errorf("a clean run waits for something:\n%s", state(t, clean)) })

	calls := &faults{seed: seed, rules: []fault.Rule{{Rate: 0.1, Status: sai.StatusObjectInUse}, {Rate: 0.05, Status: sai.StatusNotExecuted}}}
	final := r.IntN(2) == 0
	if final {
		calls.rules = append(calls.rules, fault.Rule{Rate: 0.05, Status: sai.StatusTableFull}, fault.Rule{Rate: 0.05, Status: sai.StatusFailure})
	}
	troubled := switchtest.NewMemory(t, switchtest.MemoryOptions{API: calls.wrap, Wrap: calls.watch})
	awaitBoot(t, troubled)
	hidden := hiddenObjects(t, troubled, calls.asic.Load())
	calls.on.Store(true)
	run(t, troubled, w.history(r, 1+r.IntN(3)))
	calls.on.Store(false)
	if final { // what was refused for good is not tried again without a reason
		run(t, troubled, [][]action{{{restart: "orchagent"}}})
	}
	awaitSame(t, clean, troubled)
	awaitTrue(t, troubled, calls.asic.Load(), hidden)
}

// faults lets SAI calls fail while it is on. Two are spared: the creation of the switch, without which syncd ends, and removals while syncd starts, because
// what the ASIC makes for itself and does not let go of stays for ever.
type faults struct {
	seed  uint64
	rules []fault.Rule
	// The test turns it on and looks at the ASIC, syncd's goroutines do the rest.
	on, serving atomic.Bool
	asic        atomic.Pointer[virtual.ASIC]
}

func (f *faults) wrap(a *virtual.ASIC) sai.API {
	f.serving.Store(false)
	f.asic.Store(a)
	return &faulty{ASIC: a, fails: fault.New(a, f.seed, f.rules...), faults: f}
}

// watch sees when syncd has answered its first command.
func (f *faults) watch(daemon string, k db.Keyspace) db.Keyspace {
	if daemon != "syncd" {
		return k
	}
	return watchedKeyspace{k, f}
}

type watchedKeyspace struct {
	db.Keyspace
	faults *faults
}

func (k watchedKeyspace) Inbox(ctx context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	in, err := k.Keyspace.Inbox(ctx, id, table, answers)
	return watchedInbox{in, k.faults}, err
}

type watchedInbox struct {
	db.Inbox
	faults *faults
}

func (b watchedInbox) Commit(ctx context.Context, c db.Commit) error {
	if c.Taken > 0 {
		b.faults.serving.Store(true)
	}
	return b.Inbox.Commit(ctx, c)
}

type faulty struct {
	*virtual.ASIC
	fails  *fault.API
	faults *faults
}

func (f *faulty) api() sai.API {
	if f.faults.on.Load() {
		return f.fails
	}
	return f.ASIC
}

func (f *faulty) Create(ctx context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	if t == sai.ObjectTypeSwitch {
		return f.ASIC.Create(ctx, t, r)
	}
	return f.api().Create(ctx, t, r)
}

func (f *faulty) Remove(ctx context.Context, t sai.ObjectType, o []sai.Object) []sai.Status {
	if !f.faults.serving.Load() {
		return f.ASIC.Remove(ctx, t, o)
	}
	return f.api().Remove(ctx, t, o)
}

func (f *faulty) Set(ctx context.Context, t sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return f.api().Set(ctx, t, r)
}

// action is one thing that happens to a switch.
type action struct {
	write   *db.Write
	front   string // plugged or unplugged
	up      bool
	restart string
}

// run lets batches of actions happen: the writes of a batch at once.
func run(t *testing.T, m switchtest.Switch, batches [][]action) {
	t.Helper()
	for _, b := range batches {
		var writes []db.Write
		for _, a := range b {
			switch {
			case a.write != nil:
				writes = append(writes, *a.write)
			case a.front != "":
				if err := m.Front(a.front, a.up); err != nil {
					t.Fatal(err)
				}
			default:
				if err := m.Restart(a.restart); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := m.Keyspace().Write(context.Background(), writes); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	patience = 30 * time.Second
	poll     = 10 * time.Millisecond
)

// await polls until done, or calls late.
func await(t *testing.T, done func() bool, late func()) {
	t.Helper()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !done(); <-tick.C {
		if time.Now().After(deadline) {
			late()
			t.FailNow()
		}
	}
}

func awaitBoot(t *testing.T, m switchtest.Switch) {
	t.Helper()
	await(t, func() bool {
		text, _ := switchtest.Dump(context.Background(), m.Keyspace(), db.Appl, "PORT_TABLE:PortInitDone")
		return text != ""
	}, func() { t.Error("the switch does not start") })
}

// state is what converges: the ASIC, and the status of what is not as wanted.
func state(t *testing.T, m switchtest.Switch) string {
	t.Helper()
	asic, err := switchtest.Canonical(context.Background(), m.Keyspace())
	if err != nil {
		t.Fatal(err)
	}
	status, err := switchtest.Dump(context.Background(), m.Keyspace(), db.State, "OBJECT_STATUS", "VLAN_TABLE", "VLAN_MEMBER_TABLE", "INTERFACE_TABLE", "VRF_TABLE", "VRF_OBJECT_TABLE", "LAG_TABLE", "FDB_TABLE")
	if err != nil {
		t.Fatal(err)
	}
	return asic + "\n" + status
}

// awaitQuiet waits until nothing has changed for a while.
func awaitQuiet(t *testing.T, m switchtest.Switch) {
	t.Helper()
	last, since := "", time.Now()
	await(t, func() bool {
		now := state(t, m)
		if now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > 300*time.Millisecond
	}, func() { t.Error("the switch does not come to rest") })
}

func awaitSame(t *testing.T, clean, troubled switchtest.Switch) {
	t.Helper()
	var want, got string
	await(t, func() bool {
		want, got = state(t, clean), state(t, troubled)
		return want == got
	}, func() {
		t.Errorf("states (-clean +troubled):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		for _, id := range []db.ID{db.Config, db.Appl} { // where they part
			want, _ := switchtest.Dump(context.Background(), clean.Keyspace(), id, "*")
			got, _ := switchtest.Dump(context.Background(), troubled.Keyspace(), id, "*")
			t.Errorf("%s:\n%s", id, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	})
}

// checked are the types of objects that are counted.
func checked() []sai.ObjectType {
	return []sai.ObjectType{
		sai.ObjectTypeVlan, sai.ObjectTypeVlanMember, sai.ObjectTypeBridgePort, sai.ObjectTypeLag, sai.ObjectTypeLagMember, sai.ObjectTypeHostif,
		sai.ObjectTypeVirtualRouter, sai.ObjectTypeRouterInterface, sai.ObjectTypeNeighborEntry, sai.ObjectTypeNextHop, sai.ObjectTypePort,
		sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember, sai.ObjectTypeRouteEntry, sai.ObjectTypeFdbEntry,
	}
}

// count tells how many objects of a type the ASIC holds, and how many ASIC_STATE tells of.
func count(t *testing.T, m *switchtest.Memory, asic *virtual.ASIC, typ sai.ObjectType) (held, told int) {
	t.Helper()
	err := asic.List(context.Background(), typ, func(sai.Object, []sai.Attribute) error { held++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	text, err := switchtest.Dump(context.Background(), m.Keyspace(), db.Asic, strings.TrimPrefix(typ.String(), "SAI_OBJECT_TYPE_"))
	if err != nil {
		t.Fatal(err)
	}
	return held, switchtest.Entries(text)
}

// hiddenObjects are those that the ASIC has for itself and nobody hears of.
func hiddenObjects(t *testing.T, m *switchtest.Memory, asic *virtual.ASIC) map[sai.ObjectType]int {
	hidden := map[sai.ObjectType]int{}
	for _, typ := range checked() {
		held, told := count(t, m, asic, typ)
		hidden[typ] = held - told
	}
	return hidden
}

// awaitTrue compares what the ASIC holds with what ASIC_STATE tells.
func awaitTrue(t *testing.T, m *switchtest.Memory, asic *virtual.ASIC, hidden map[sai.ObjectType]int) {
	t.Helper()
	for _, typ := range checked() {
		var held, told int
		await(t, func() bool {
			held, told = count(t, m, asic, typ)
			return held == told+hidden[typ]
		}, func() {
			t.Errorf("the ASIC holds %d of %s, ASIC_STATE tells of %d, and %d are hidden", held, typ, told, hidden[typ])
		})
	}
}
