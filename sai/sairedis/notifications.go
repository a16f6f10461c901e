package sairedis

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Subscription delivers what the ASIC reports by itself, with VIDs. One goroutine reads it, which may be another than the client's.
type Subscription struct {
	in  db.Notifications
	log *slog.Logger
}

// Subscribe opens a subscription. What is reported before is missed: it is opened before the switch is created.
func (c *Client) Subscribe(ctx context.Context) (*Subscription, error) {
	in, err := c.ks.Subscribe(ctx, wire.Notifications)
	if err != nil {
		return nil, fmt.Errorf("sairedis: notifications: %w", err)
	}
	return &Subscription{in, c.log}, nil
}

// Next blocks for at least one notification. Those that cannot be read are logged and passed over.
func (s *Subscription) Next(ctx context.Context) ([]sai.Notification, error) {
	for {
		messages, err := s.in.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("sairedis: notifications: %w", err)
		}
		out := make([]sai.Notification, 0, len(messages))
		for _, m := range messages {
			n, err := sai.ParseNotification(m.Op, m.Data)
			if err != nil {
				s.log.Warn("notification ignored", "error", err)
				continue
			}
			out = append(out, n)
		}
		if len(out) > 0 {
			return out, nil
		}
	}
}

// Close ends the subscription.
func (s *Subscription) Close() error { return s.in.Close() }
