package daemon

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/transaction"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// asicWaiter finds out when a change of CONFIG_DB is in the ASIC: it sends marks through all daemons until none has done anything between two of them, and nothing of
// the change waits. What came of routes is not waited for.
type asicWaiter struct{ store db.Store }

// carriers are the daemons that a change of CONFIG_DB goes through.
var carriers = []string{"cfgmgr", "netsync", "orchagent"}

const (
	carryTime = 10 * time.Second       // for a change to get through, unless the client has less
	markTime  = 500 * time.Millisecond // for an answer, before the mark is sent again: a daemon may just have started
	waitPause = 2 * time.Millisecond   // between marks while something of the change waits
)

// Begin notes what is not as wanted before the change: that is not its fault.
func (w asicWaiter) Begin(ctx context.Context) (transaction.Wait, error) {
	before, err := w.statuses(ctx)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, changed []candidate.Change) ([]transaction.Trouble, error) {
		ctx, cancel := context.WithTimeout(ctx, carryTime)
		defer cancel()
		return w.await(ctx, before, changed)
	}, nil
}

func (w asicWaiter) await(ctx context.Context, before map[string]tables.StatusRow, changed []candidate.Change) ([]transaction.Trouble, error) {
	answers, err := w.store.Subscribe(ctx, MarksPassed)
	if err != nil {
		return nil, err
	}
	defer answers.Close()
	var last string
	var waits []transaction.Trouble
	for {
		sums, err := w.mark(ctx, answers)
		if err != nil {
			if len(waits) > 0 {
				return waits, nil
			}
			return nil, fmt.Errorf("the daemons have not carried it out: %w", err)
		}
		if sums != last {
			last = sums
			continue
		}
		now, err := w.statuses(ctx)
		if err != nil {
			return nil, err
		}
		var refused []transaction.Trouble
		refused, waits = sort(before, now, changed)
		if len(refused) > 0 || len(waits) == 0 {
			return refused, nil
		}
		timer := time.NewTimer(waitPause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return waits, nil
		case <-timer.C:
		}
	}
}

// mark sends a mark and waits until all daemons have answered. The text is how much each has done.
func (w asicWaiter) mark(ctx context.Context, answers db.Notifications) (string, error) {
	passed := make(map[string]string, len(carriers))
	for {
		id := strconv.FormatUint(rand.Uint64(), 36)
		if err := w.store.Publish(ctx, db.Notification{Channel: db.MarkChannel, Op: id}); err != nil {
			return "", err
		}
		clear(passed)
		once, cancel := context.WithTimeout(ctx, markTime)
		for len(passed) < len(carriers) {
			list, err := answers.Next(once)
			if err != nil {
				break
			}
			for _, n := range list {
				if n.Op == id && len(n.Fields) > 0 {
					passed[n.Data] = n.Fields[0].Value
				}
			}
		}
		cancel()
		if len(passed) >= len(carriers) {
			break
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	for _, c := range carriers {
		b.WriteString(passed[c] + " ")
	}
	return b.String(), nil
}

func (w asicWaiter) statuses(ctx context.Context) (map[string]tables.StatusRow, error) {
	rows, err := w.store.Read(ctx, tables.StateStatus.Schema)
	if err != nil {
		return nil, err
	}
	out := make(map[string]tables.StatusRow, len(rows))
	for _, row := range rows {
		if _, r, err := tables.StateStatus.Decode(row.Key, row.Fields); err == nil {
			out[row.Key] = r
		}
	}
	return out, nil
}

// sort finds what has come up about the changed rows: what refuses them, and what keeps them waiting.
func sort(before, now map[string]tables.StatusRow, changed []candidate.Change) (refused, waits []transaction.Trouble) {
	for key, r := range now {
		if old, known := before[key]; known && old.State == r.State && old.Reason == r.Reason && old.WaitsFor == r.WaitsFor {
			continue
		}
		row, ours := rowOf(r, changed)
		if !ours {
			continue
		}
		t := transaction.Trouble{Table: row.Table, Key: row.Key, Reason: describeStatus(key, r)}
		if r.State == "BLOCKED" {
			waits = append(waits, t)
		} else {
			refused = append(refused, t)
		}
	}
	return refused, waits
}

func describeStatus(key string, r tables.StatusRow) string {
	daemon, object, _ := strings.Cut(key, db.State.Separator())
	switch {
	case r.WaitsFor != "":
		return fmt.Sprintf("%s: %s waits for %s", daemon, object, r.WaitsFor)
	case r.Field != "":
		return fmt.Sprintf("%s: %s: field %s: %q %s", daemon, object, r.Field, r.Value, r.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", daemon, object, r.Reason)
}

// rowOf is the changed row that a status is about: the one it names, or one that wants the object. APPL_DB's rows have the keys of CONFIG_DB's, with another
// separator.
func rowOf(r tables.StatusRow, changed []candidate.Change) (candidate.Change, bool) {
	keys := []string{r.Key}
	for _, owner := range strings.Fields(r.Owners) {
		if i := strings.IndexAny(owner, "|:"); i > 0 {
			keys = append(keys, owner[i+1:])
		}
	}
	for _, x := range changed {
		for _, k := range keys {
			if k != "" && strings.ReplaceAll(k, ":", "|") == strings.ReplaceAll(x.Key, ":", "|") {
				return x, true
			}
		}
	}
	return candidate.Change{}, false
}
