package sairedis

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// link carries commands and answers in goroutines of its own, so that nobody waits for the way to the server and back: it is long while the
// server is busy.
type link struct {
	out    chan outgoing
	in     chan any   // answers: []db.Command
	broken chan error // why nothing is carried any more
	stop   context.CancelFunc
	group  *errgroup.Group
}

// outgoing are commands that are sent together, and names that must be kept with them.
type outgoing struct {
	names    []db.RawWrite
	commands []db.Command
}

// openLink opens a link for as many commands in flight as window.
func openLink(ctx context.Context, ks db.Keyspace, window int) (*link, error) {
	commands, err := ks.Inbox(ctx, db.Asic, wire.Answers, wire.Commands)
	if err != nil {
		return nil, err
	}
	answers, err := ks.Inbox(ctx, db.Asic, wire.Answers, wire.Commands)
	if err != nil {
		_ = commands.Close()
		return nil, err
	}
	l := &link{out: make(chan outgoing, window), in: make(chan any, window), broken: make(chan error, 2)}
	ctx, l.stop = context.WithCancel(ctx)
	l.group, ctx = errgroup.WithContext(ctx)
	l.group.Go(func() error { return l.run(commands, func() error { return l.post(ctx, commands) }) })
	l.group.Go(func() error { return l.run(answers, func() error { return l.collect(ctx, answers, window) }) })
	return l, nil
}

// run tells why f ended.
func (l *link) run(inbox db.Inbox, f func() error) error {
	err := f()
	l.broken <- err // has room for both
	_ = inbox.Close()
	return err
}

// send has commands sent. There is room for as many as may be in flight.
func (l *link) send(o outgoing) { l.out <- o }

// post sends what has gathered, in order.
func (l *link) post(ctx context.Context, to db.Inbox) error {
	for {
		select {
		case o := <-l.out:
			c := db.Commit{Writes: o.names, Answers: o.commands}
			for more := len(l.out); more > 0; more-- {
				o = <-l.out
				c.Writes, c.Answers = append(c.Writes, o.names...), append(c.Answers, o.commands...)
			}
			if err := to.Commit(ctx, c); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// collect takes answers.
func (l *link) collect(ctx context.Context, from db.Inbox, window int) error {
	for {
		m, err := from.Take(ctx, window)
		if err != nil {
			return err
		}
		select {
		case l.in <- m:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *link) close() error {
	l.stop()
	_ = l.group.Wait() // told by broken
	return nil
}
