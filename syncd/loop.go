package syncd

import (
	"context"
	"errors"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

const (
	// peekCommands bounds how many commands are read at once, and batchObjects how many objects a commit carries, roughly: one more command
	// is executed while there is room.
	peekCommands = 16
	batchObjects = 1024
	// aheadObjects is from which size on a commit is worth overlapping with the execution of the next commands. Below it, the next commands
	// are not even looked for, because somebody waits for the answers.
	aheadObjects = 256
)

// loop is the executor with its two assistants. The inbox belongs to the executor, and to the committer between commits and done.
type loop struct {
	s     *Server
	inbox db.Inbox
	// listen asks the doorbell to watch the queue; rung tells that it is not empty.
	listen, rung chan struct{}
	listening    bool
	commits      chan *batch
	done         chan error
	ahead        []waiting        // read and not answered yet
	held         sai.Notification // taken from the channel and not reported yet, or nil
	spare        []*batch
}

// ring waits for commands while the executor has none.
func (l *loop) ring(ctx context.Context, doorbell db.Inbox) error {
	for {
		select {
		case <-l.listen:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := doorbell.Wait(ctx); err != nil {
			return err
		}
		select {
		case l.rung <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// commit writes batches.
func (l *loop) commit(ctx context.Context) error {
	for {
		select {
		case b := <-l.commits:
			err := l.inbox.Commit(ctx, b.Commit)
			select {
			case l.done <- err:
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// run executes until something fails. A database that lost its data is no failure: what it held is written anew.
func (l *loop) run(ctx context.Context) error {
	lost, _ := l.s.config.Keyspace.Lost()
	for {
		err := l.serve(ctx, lost)
		now, _ := l.s.config.Keyspace.Lost()
		if now == lost || err != nil && !errors.Is(err, db.ErrTakenAway) {
			return err
		}
		lost, l.ahead = now, nil
		if err := l.republish(ctx); err != nil {
			return err
		}
	}
}

// serve executes until the database has lost its data more often than it had. While a large batch is being written, the next commands are executed
// already; they were read before, past those that the batch takes. Behind a small command that came alone nothing is looked for: its client waits for
// the answer, and the doorbell will ring.
func (l *loop) serve(ctx context.Context, lost int) error {
	var behind *batch // executed, not committed
	alone := false
	for {
		if behind != nil || !alone {
			if err := l.look(ctx, behind); err != nil {
				return err
			}
		}
		if err := l.overtake(ctx, behind); err != nil {
			return err
		}
		alone = len(l.ahead) == 1 && behind == nil
		if len(l.ahead) > 0 || behind != nil {
			var err error
			if behind, err = l.step(ctx, behind); err != nil {
				return err
			}
			if err := l.drain(ctx, &behind); err != nil {
				return err
			}
			continue
		}
		if again, err := l.idle(ctx, lost); !again || err != nil {
			return err
		}
	}
}

// idle waits for commands and reports what the ASIC has to say. It is false if the database has lost its data.
func (l *loop) idle(ctx context.Context, lost int) (bool, error) {
	if !l.listening {
		select {
		case l.listen <- struct{}{}:
			l.listening = true
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	count, next := l.s.config.Keyspace.Lost()
	if count != lost {
		return false, nil
	}
	select {
	case <-l.rung:
		l.listening = false
	case n := <-l.s.config.Notifications:
		l.held = n
		return true, l.report(ctx)
	case <-next:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return true, nil
}

// look reads more commands if there are none left, past those that the batch behind takes.
func (l *loop) look(ctx context.Context, behind *batch) error {
	if len(l.ahead) > 0 {
		return nil
	}
	skip := 0
	if behind != nil {
		skip = behind.Taken
	}
	list, err := l.inbox.Peek(ctx, skip, peekCommands)
	for i := range list {
		l.ahead = append(l.ahead, waiting{Command: list[i]})
	}
	return err
}

// step commits the batch behind while it executes commands, and gives what it executed and did not commit.
func (l *loop) step(ctx context.Context, behind *batch) (*batch, error) {
	if behind != nil {
		select {
		case l.commits <- behind:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	next := l.fresh()
	for len(l.ahead) > 0 && next.size < batchObjects {
		l.s.batch = next
		l.serveOne(ctx, &l.ahead[0])
		next.Taken++
		l.ahead = l.ahead[1:]
	}
	if behind != nil {
		if err := l.committed(ctx); err != nil {
			return nil, err
		}
		l.recycle(behind)
	}
	if err := ctx.Err(); err != nil {
		return nil, err // what was executed with a dead context may have failed for that
	}
	if next.Taken == 0 {
		l.recycle(next)
		return nil, nil
	}
	if next.size >= aheadObjects {
		return next, nil
	}
	err := l.inbox.Commit(ctx, next.Commit)
	l.recycle(next)
	return nil, err
}

func (l *loop) fresh() *batch {
	if n := len(l.spare); n > 0 {
		b := l.spare[n-1]
		l.spare = l.spare[:n-1]
		return b
	}
	return &batch{}
}

func (l *loop) recycle(b *batch) {
	b.reset()
	l.spare = append(l.spare, b)
}
