package redis

import (
	"context"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

// question is what a blocked connection was asked.
type question uint8

const (
	nothing question = iota
	isThere          // the server answers when the list has an item, by moving it from the list's end to the list's end
	give             // the server answers with items when there are some, and removes them
)

// Wait implements db.Inbox.
func (b *inbox) Wait(ctx context.Context) error { return b.block(ctx, isThere, 0) }

// block asks and waits for the answer, or for that to a question that was asked before. What is given is stashed.
func (b *inbox) block(ctx context.Context, q question, max int) error {
	for {
		if b.closed {
			return errClosed
		}
		if len(b.stash) > 0 {
			return ctx.Err()
		}
		err := b.wait(ctx, q, max)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		b.dropWaiter()
		if err := wait(ctx, minPause); err != nil {
			return err
		}
	}
}

func (b *inbox) wait(ctx context.Context, q question, max int) error {
	if b.waiter == nil {
		conn, _, err := b.c.redial(ctx)
		if err != nil {
			return err
		}
		b.waiter = conn
	}
	if b.asked == nothing {
		b.waiter.Select(b.id)
		if q == give {
			b.waiter.Cmd("BLMPOP", "0", "1", b.queue, "RIGHT", "COUNT", strconv.Itoa(3*max))
		} else {
			b.waiter.Cmd("BLMOVE", b.queue, b.queue, "RIGHT", "RIGHT", "0")
		}
		if err := b.waiter.Flush(); err != nil {
			return err
		}
		b.asked = q
	}
	if err := b.waiter.Wait(ctx); err != nil {
		return err
	}
	release := b.waiter.Bind(ctx)
	defer release()
	answered := b.asked
	b.asked = nothing
	if answered != give {
		return b.waiter.Skip(1)
	}
	return b.given()
}

// given reads what was given: the list's name and items.
func (b *inbox) given() error {
	_, err := b.waiter.Array()
	if err == nil {
		_, _, err = b.waiter.Bytes()
	}
	if err == nil {
		b.stash, err = readCommands(b.waiter, false)
	}
	if err != nil {
		return b.waiter.Break(err)
	}
	return nil
}

// Take implements db.Inbox. What was on its way when the connection broke is lost.
func (b *inbox) Take(ctx context.Context, max int) ([]db.Command, error) {
	b.known, b.ahead, b.seen = 0, nil, 0
	for {
		if err := b.block(ctx, give, max); err != nil {
			return nil, err
		}
		if n := min(max, len(b.stash)); n > 0 {
			commands := b.stash[:n:n]
			b.stash = b.stash[n:]
			return commands, nil
		}
	}
}
