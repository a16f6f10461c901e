package switchtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// events counts writes to ASIC_STATE by keyspace events: syncd writes an object when the ASIC has accepted the operation.
type events struct {
	client *redis.Client
	sub    *redis.PubSub
	seen   []string
	asked  int
}

const (
	asicEvents = "__keyspace@1__:" + wire.State
	barrier    = "hypersonic-test-barrier"
)

func listen(t testing.TB, socket string) (*events, error) {
	ctx := context.Background()
	e := &events{client: redis.NewClient(&redis.Options{Network: "unix", Addr: socket})}
	t.Cleanup(func() { _ = e.client.Close() })
	e.sub = e.client.PSubscribe(ctx, asicEvents+"*", barrier)
	t.Cleanup(func() { _ = e.sub.Close() })
	_, err := e.sub.Receive(ctx)
	return e, err
}

// look gathers the events until now: a message to itself comes behind them.
func (e *events) look() ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	e.asked++
	token := fmt.Sprint(e.asked)
	if err := e.client.Publish(ctx, barrier, token).Err(); err != nil {
		return nil, err
	}
	for {
		m, err := e.sub.ReceiveMessage(ctx)
		if err != nil {
			return nil, err
		}
		if m.Channel == barrier {
			if m.Payload == token {
				return e.seen, nil
			}
			continue
		}
		e.seen = append(e.seen, m.Payload+" "+strings.TrimPrefix(m.Channel, asicEvents))
	}
}

// take is look, and begins anew.
func (e *events) take() ([]string, error) {
	seen, err := e.look()
	e.seen = nil
	return seen, err
}
