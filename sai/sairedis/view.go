package sairedis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// InitView starts a new view: what is created, set and removed until ApplyView is compared with what exists, and only differences reach the ASIC. On
// syncd's very first run it is applied directly (sonic-contract 4.13).
func (c *Client) InitView(ctx context.Context) sai.Status { return c.notify(ctx, wire.InitView) }

// ApplyView makes the view that InitView started the ASIC's.
func (c *Client) ApplyView(ctx context.Context) sai.Status { return c.notify(ctx, wire.ApplyView) }

// InvokeDump has syncd write its diagnostics.
func (c *Client) InvokeDump(ctx context.Context) sai.Status { return c.notify(ctx, wire.InvokeDump) }

func (c *Client) notify(ctx context.Context, key string) sai.Status {
	return c.one(ctx, db.Command{Key: key, Op: wire.Notify}).status
}

// stale bounds how many answers to a predecessor are read at once.
const stale = 100

// barrier drains the answers to a predecessor's commands: those that are in the queue, and those that are still to come. Commands are answered in
// order, so the answer to a last one ends them; its operation tells it from those of other commands. A predecessor may have sent such a
// command itself, so the commands must be gone, too.
func (c *Client) barrier(ctx context.Context) error {
	commands, err := c.ks.Inbox(ctx, db.Asic, wire.Commands, wire.Answers)
	if err != nil {
		return err
	}
	defer func() { _ = commands.Close() }()
	answers, err := c.ks.Inbox(ctx, db.Asic, wire.Answers, wire.Commands)
	if err != nil {
		return err
	}
	defer func() { _ = answers.Close() }()
	inspect := db.Command{Key: wire.Inspect, Op: wire.Notify}
	if err := answers.Commit(ctx, db.Commit{Answers: []db.Command{inspect}}); err != nil {
		return fmt.Errorf("sending %s %s: %w", inspect.Op, inspect.Key, err)
	}
	for {
		got, err := c.awaitOne(ctx, answers, inspect)
		if err != nil {
			return err
		}
		if got[len(got)-1].Op != wire.Notify {
			continue
		}
		asked, err := commands.Peek(ctx, 0, 1)
		if err != nil {
			return err
		}
		late, err := answers.Peek(ctx, 0, 1)
		if err != nil {
			return err
		}
		if len(asked)+len(late) == 0 {
			return nil
		}
	}
}

// awaitOne blocks for at least one answer. Waiting can be given up at any time without loss; taking cannot.
func (c *Client) awaitOne(ctx context.Context, from db.Inbox, asked db.Command) ([]db.Command, error) {
	losses, _ := c.ks.Lost()
	for waited := time.Duration(0); waited < c.config.Timeout; waited += min(patience, c.config.Timeout) {
		if now, _ := c.ks.Lost(); now != losses {
			return nil, errLost
		}
		slice, cancel := context.WithTimeout(ctx, min(patience, c.config.Timeout))
		err := from.Wait(slice)
		cancel()
		switch {
		case err == nil:
			return from.Take(ctx, stale)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		}
	}
	return nil, &TimeoutError{Op: asked.Op, Key: asked.Key, After: c.config.Timeout}
}
