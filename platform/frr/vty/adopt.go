package vty

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// Adopt implements engine.Adopter: the lines that we wrote before and that are still there. As long as the daemon is not there they are taken as noted;
// Observe puts it right when it comes.
func (t *Lines) Adopt(ctx context.Context, _ []*engine.Kind) ([]engine.Actual, error) {
	if err := t.record.load(); err != nil {
		t.log.Error("lines written before may stay for ever", "error", err)
	}
	now, err := t.read(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t.log.Info("lines are adopted as noted", "lines", len(t.record.all()), "reason", err)
	}
	var found []engine.Actual
	for _, e := range t.record.all() {
		if now != nil && !t.confirm(&e, now) {
			t.record.drop(e.Key)
			continue
		}
		t.record.put(e)
		found = append(found, engine.Actual{Key: e.Key, Attrs: attrs(e)})
	}
	if err := t.record.save(); err != nil {
		t.log.Error("the record of our lines is not written", "error", err)
	}
	return found, nil
}

func attrs(e entry) []engine.AttrValue {
	if e.Fixed {
		return []engine.AttrValue{{ID: frr.LineAttrFixed, Value: e.Text}}
	}
	return []engine.AttrValue{{ID: frr.LineAttrText, Value: e.Text}}
}

// confirm tells whether a noted line is there, and notes its value if somebody has changed it.
func (t *Lines) confirm(e *entry, now *tree) bool {
	switch {
	case !now.open(e.Key.Context):
		return false
	case e.Shown != "" && now.has(e.Key.Context, e.Shown):
		e.Unsure = false
		return true
	case e.Shown == "" && !e.Unsure:
		return true // the default
	}
	line, ok := now.find(e.Key)
	if !ok {
		return false
	}
	e.Text, _ = e.Key.Read(line)
	e.Shown, e.Unsure = line, false
	return true
}

// open tells whether the blocks of a context are there.
func (t *tree) open(c frr.Context) bool {
	at := frr.Context("")
	for _, b := range c.Blocks() {
		at = at.In(b)
		if _, there := t.begin[at]; !there && !frr.IsImplicit(b) {
			return false
		}
	}
	return true
}

// Observe implements engine.Observer: lines go when the daemon does.
func (t *Lines) Observe(ctx context.Context) <-chan []engine.Actual {
	events := make(chan []engine.Actual)
	t.observe.Go(func() error {
		defer close(events)
		tell := func(gone []engine.Actual) {
			if len(gone) == 0 {
				return
			}
			t.log.Warn("FRR lost lines of its configuration, they are made again", "lines", len(gone))
			select {
			case events <- gone:
			case <-ctx.Done():
			}
		}
		for ctx.Err() == nil {
			if !t.lifetime(ctx, tell) {
				pause(ctx, redial)
			}
		}
		return nil
	})
	return events
}

// lifetime follows one life of the daemon, from a connection to its end; false if there is no connection. What is missing is found at its beginning:
// while the daemon is away nothing can be made, and what it reads from its own file it has when it answers.
func (t *Lines) lifetime(ctx context.Context, tell func([]engine.Actual)) bool {
	c, err := Dial(ctx, t.socket)
	if err != nil {
		return false
	}
	defer c.Close()
	made := t.record.all() // what is written from now on is not in question
	out, err := c.Run(ctx, "show running-config")
	if err != nil {
		return false
	}
	now := parseTree(out)
	var gone []engine.Actual
	for _, e := range made {
		if !e.Unsure && (!now.open(e.Key.Context) || e.Shown != "" && !now.has(e.Key.Context, e.Shown)) {
			gone = append(gone, engine.Actual{Key: e.Key, Gone: true})
		}
	}
	tell(gone)
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	// It says nothing by itself: a read ends when the daemon does.
	_, _ = c.nc.Read(make([]byte, 1))
	return true
}
