package syncd_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/syncd"
)

var errKilled = errors.New("killed")

// mortal is a database whose n-th commit kills syncd: what the ASIC has executed is not written.
type mortal struct {
	db.Keyspace
	left int
}

type mortalInbox struct {
	db.Inbox
	m *mortal
}

func (m *mortal) Inbox(ctx context.Context, id db.ID, table, answers string) (db.Inbox, error) {
	in, err := m.Keyspace.Inbox(ctx, id, table, answers)
	return mortalInbox{in, m}, err
}

func (i mortalInbox) Commit(ctx context.Context, c db.Commit) error {
	if i.m.left--; i.m.left == 0 {
		return errKilled
	}
	return i.Inbox.Commit(ctx, c)
}

// outcome is what a run leaves: the ASIC without object ids, and the rows by type.
type outcome struct {
	ASIC    []string
	Rows    map[string]int
	Commits int
}

var oidText = regexp.MustCompile(`oid:0x[0-9a-f]+`)

// live runs an orchagent against a syncd that dies at its n-th commit, and is started again.
func live(t *testing.T, n int, powerCycle bool) outcome {
	_, ks := memKeyspace()
	b := newBench(t, ks, 2)
	ctx, cancel := context.WithCancel(t.Context())
	g, ctx := errgroup.WithContext(ctx)
	m := &mortal{Keyspace: ks, left: n}
	g.Go(func() error {
		for {
			err := oneLife(ctx, m, b.asic, b.events)
			if !errors.Is(err, errKilled) {
				return err
			}
			if powerCycle {
				b.freshASIC(2)
			}
		}
	})
	c := b.client()
	initView(t, c)
	o := populate(t, c)
	if st := applyView(t, c); st != sai.StatusSuccess {
		t.Fatal("APPLY_VIEW:", st)
	}
	v := o.create("VLAN", "VLAN_ATTR_VLAN_ID=200")
	o.remove(object(sai.ObjectTypeVlan, v))
	cancel()
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	lines := content(t, ks, b.asic)
	for i := range lines {
		lines[i] = oidText.ReplaceAllString(lines[i], "oid")
	}
	slices.Sort(lines)
	if len(hash(t, ks, db.Asic, "VIDTORID")) != len(hash(t, ks, db.Asic, "RIDTOVID")) {
		t.Error("VIDTORID and RIDTOVID differ")
	}
	return outcome{lines, rows(t, ks), m.left - n}
}

func oneLife(ctx context.Context, ks db.Keyspace, asic *virtual.ASIC, events <-chan sai.Notification) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return asic.Run(ctx) })
	g.Go(func() error {
		return syncd.New(syncd.Config{Keyspace: ks, API: asic, Notifications: events, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
	})
	return g.Wait()
}

// TestKilled kills syncd between the execution of a command and its commit, at every commit there is, with an ASIC that goes on and with one that
// dies with it. The client never notices, and the end is always the same.
func TestKilled(t *testing.T) {
	want := live(t, 0, false)
	t.Log(-want.Commits, "commits")
	for n := 1; n <= -want.Commits; n++ {
		for _, powerCycle := range []bool{false, true} {
			t.Run(fmt.Sprint(n, powerCycle), func(t *testing.T) {
				got := live(t, n, powerCycle)
				if diff := cmp.Diff(want.Rows, got.Rows); diff != "" {
					t.Errorf("ASIC_STATE\n%s", diff)
				}
				if diff := cmp.Diff(want.ASIC, got.ASIC); diff != "" {
					t.Errorf("ASIC\n%s", diff)
				}
			})
		}
	}
}
