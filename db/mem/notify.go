package mem

import (
	"context"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// publish hands a message to whoever listens. The caller holds mu.
func (s *Server) publish(channel, message string) {
	for f := range s.feeds {
		f.published(channel, message)
	}
	for sub := range s.subs {
		sub.published(channel, message)
	}
}

// published wakes a feed that consumes the table of the channel.
func (f *feed) published(ch, message string) {
	if n, err := db.ParseNotification(ch, message); f.marked && ch == db.MarkChannel && err == nil {
		f.marks = append(f.marks, n.Op)
		notify(f.wake)
	}
	for _, t := range f.state {
		if strings.HasPrefix(ch, t.Name) && ch == db.Channel(t.Database, t.Name) {
			notify(f.wake)
		}
	}
}

// subscription is guarded by its server's mutex.
type subscription struct {
	s        *Server
	wake     chan struct{}
	channels map[string]struct{}
	messages []db.Notification
	closed   bool
}

// Publish implements db.Store.
func (c *Client) Publish(ctx context.Context, notifications ...db.Notification) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for i := range notifications {
		c.s.publish(notifications[i].Channel, string(db.AppendNotification(nil, &notifications[i])))
	}
	return ctx.Err()
}

// Subscribe implements db.Store.
func (c *Client) Subscribe(ctx context.Context, channels ...string) (db.Notifications, error) {
	sub := &subscription{s: c.s, wake: make(chan struct{}, 1), channels: map[string]struct{}{}}
	for _, ch := range channels {
		sub.channels[ch] = struct{}{}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.subs[sub] = struct{}{}
	return sub, ctx.Err()
}

// published drops what is not a notification.
func (sub *subscription) published(ch, message string) {
	if _, ok := sub.channels[ch]; !ok {
		return
	}
	if n, err := db.ParseNotification(ch, message); err == nil {
		sub.messages = append(sub.messages, n)
		notify(sub.wake)
	}
}

// Next implements db.Notifications.
func (sub *subscription) Next(ctx context.Context) ([]db.Notification, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		messages, closed := sub.take()
		switch {
		case closed:
			return nil, errClosed
		case len(messages) > 0:
			return messages, nil
		}
		select {
		case <-ctx.Done():
		case <-sub.wake:
		}
	}
}

func (sub *subscription) take() (messages []db.Notification, closed bool) {
	sub.s.mu.Lock()
	defer sub.s.mu.Unlock()
	messages, sub.messages = sub.messages, nil
	return messages, sub.closed
}

// Close implements db.Notifications.
func (sub *subscription) Close() error {
	sub.s.mu.Lock()
	defer sub.s.mu.Unlock()
	sub.closed = true
	delete(sub.s.subs, sub)
	notify(sub.wake)
	return nil
}
