package syncd

import (
	"context"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// reportNotifications bounds how many notifications go into one commit, so that a flood of them does not keep commands waiting.
const reportNotifications = 64

// committed waits until the batch that is being committed is. News of links does not wait with it: it changes no row, and somebody has a port to
// take out of use.
func (l *loop) committed(ctx context.Context) error {
	for {
		notifications := l.s.config.Notifications
		if l.held != nil {
			notifications = nil // it is told first
		}
		select {
		case err := <-l.done:
			return err
		case n := <-notifications:
			if !l.tell(ctx, n) {
				l.held = n
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tell publishes news of links at once. It is false if n is something else, or nobody could be told.
func (l *loop) tell(ctx context.Context, n sai.Notification) bool {
	if _, links := n.(sai.PortStateChange); !links {
		return false
	}
	b := l.fresh()
	defer l.recycle(b)
	l.s.batch = b
	l.s.notify(n)
	return l.s.config.Keyspace.Publish(ctx, b.Publish...) == nil
}

// drain reports what the ASIC has to say between commands. Changes of rows go in order, so a batch behind is written first, but not before news of
// links.
func (l *loop) drain(ctx context.Context, behind **batch) error {
	if l.held == nil {
		select {
		case l.held = <-l.s.config.Notifications:
		default:
			return nil
		}
	}
	if *behind != nil {
		if l.tell(ctx, l.held) {
			l.held = nil
			return nil
		}
		if err := l.inbox.Commit(ctx, (*behind).Commit); err != nil {
			return err
		}
		l.recycle(*behind)
		*behind = nil
	}
	return l.report(ctx)
}

// report publishes what is held, and what waits behind it.
func (l *loop) report(ctx context.Context) error {
	b := l.fresh()
	l.s.batch = b
	l.s.notify(l.held)
	l.held = nil
	for more := len(l.s.config.Notifications); more > 0 && len(b.Publish) < reportNotifications; more-- {
		l.s.notify(<-l.s.config.Notifications)
	}
	err := l.inbox.Commit(ctx, b.Commit)
	l.recycle(b)
	return err
}
