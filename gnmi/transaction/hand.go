package transaction

import (
	"context"
	"errors"
	"slices"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// handedOf are the rows of a Set that are no configuration. A Set has either the ones or the others.
func handedOf(s Set) ([]origin.Handed, error) {
	var out []origin.Handed
	config := 0
	for _, step := range s.Steps {
		h, can := step.Origin.(origin.Handing)
		if !can {
			config++
			continue
		}
		rows, err := h.Hand(step.Ops)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			config++
		}
		out = append(out, rows...)
	}
	switch {
	case len(out) == 0:
		return nil, nil
	case config > 0:
		return nil, refuse(Invalid, "rows of APPL_DB and configuration are in one request: they cannot be all or nothing together")
	case s.Commit != nil || s.Union:
		return nil, refuse(Invalid, "rows of APPL_DB are no configuration: they are neither confirmed nor replaced as a whole")
	}
	return out, nil
}

// hand gives rows to the daemon whose they are: each table's in one script, as SONiC's producers do. What the daemon makes of them is waited for, and undone, as of
// configuration.
func (e *Engine) hand(ctx, client context.Context, s Set, handed []origin.Handed) error {
	why := &causes{of: map[row]*origin.Operation{}}
	var writes, back []db.Write
	var changes []candidate.Change
	for _, h := range handed {
		w := h.Write
		rows, err := e.Store.Get(ctx, w.Table, []string{w.Key})
		if err != nil {
			return err
		}
		was := db.Write{Table: w.Table, Key: w.Key, Delete: true}
		if !rows[0].Gone {
			was.Fields = slices.Clone(rows[0].Fields)
		}
		writes, back = append(writes, w), append(back, was)
		changes = append(changes, candidate.Change{Table: w.Table.Name, Key: w.Key})
		why.of[row{w.Table.Name, w.Key}] = h.Cause
		why.all = append(why.all, h.Cause)
	}
	if s.DryRun {
		return nil
	}
	var wait Wait
	if s.Wait {
		var err error
		if wait, err = e.Waiter(ctx); err != nil {
			return err
		}
	}
	if err := e.Store.Write(ctx, writes); err != nil {
		return errors.Join(err, e.Store.Write(ctx, back))
	}
	if wait == nil {
		return nil
	}
	return e.await(client, wait, why, changes, func() error {
		slices.Reverse(back) // a row that was set twice is as before the first
		return e.Store.Write(ctx, back)
	})
}
