package syncd

import (
	"context"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// waiting is a command that was read and has not been answered.
type waiting struct {
	db.Command
	answers []db.Command // if it has overtaken those before it, and is executed already
}

// overtake executes what takes a member out of use before the routes ahead of it: thousands of routes may be on their way when a port goes down, and
// all that goes over it is lost until it has left its groups. Routes refer to groups and LAGs, not to members, so the order between the two
// makes no difference to what comes of them. Answers keep the order of commands.
//
// What was changed is written at once, while the command stays in the queue until it is answered; should syncd die in between, it is executed once
// more, and finds nothing to remove or the attribute as it is to be.
func (l *loop) overtake(ctx context.Context, behind *batch) error {
	if l.s.view.active || l.s.replay > 0 || behind == nil && len(l.ahead) < 2 || behind != nil && behind.mixed {
		return nil
	}
	var b *batch
	for i := range l.ahead {
		w := &l.ahead[i]
		if w.answers != nil || ofRoutes(w.Command) {
			continue
		}
		if !takesOut(w.Command) {
			break // what follows may need it
		}
		if b == nil {
			b = l.fresh()
			defer l.recycle(b)
		}
		l.s.batch = b
		l.s.execute(ctx, w.Command)
		w.answers = append(w.answers, b.Answers...)
		b.Answers = b.Answers[:0]
	}
	if b == nil || len(b.Writes) == 0 {
		return nil
	}
	return l.inbox.Commit(ctx, b.Commit)
}

// serveOne executes a command, if it has not been, and answers it.
func (l *loop) serveOne(ctx context.Context, w *waiting) {
	b := l.s.batch
	b.mixed = b.mixed || !ofRoutes(w.Command)
	if w.answers != nil {
		b.Answers = append(b.Answers, w.answers...)
		return
	}
	l.s.execute(ctx, w.Command)
}

// ofRoutes tells commands that change routes and nothing else.
func ofRoutes(c db.Command) bool {
	if !strings.HasPrefix(c.Key, "SAI_OBJECT_TYPE_ROUTE_ENTRY:") {
		return false
	}
	switch c.Op {
	case wire.Create, wire.Remove, wire.Set, wire.BulkCreate, wire.BulkRemove, wire.BulkSet:
		return true
	}
	return false
}

// takesOut tells commands that remove members of groups or LAGs, or close members of LAGs.
func takesOut(c db.Command) bool {
	name, _, _ := strings.Cut(c.Key, ":")
	t, err := sai.ParseObjectType(name)
	if err != nil {
		return false
	}
	switch c.Op {
	case wire.Remove, wire.BulkRemove:
		return t == sai.ObjectTypeNextHopGroupMember || t == sai.ObjectTypeLagMember
	case wire.Set, wire.BulkSet:
		return t == sai.ObjectTypeLagMember
	}
	return false
}
