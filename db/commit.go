package db

import (
	"context"
	"errors"
)

// ErrTakenAway is what Commit returns when the commands it would take are no longer in the queue: the server lost its data, or
// somebody else reads the queue. What the commit stood for was not written.
var ErrTakenAway = errors.New("the commands to take are not in the queue")

// Commit is what a server of commands changes at once: everything or nothing.
type Commit struct {
	Writes  []RawWrite     // in order
	Taken   int            // so many of the oldest commands leave the queue
	Answers []Command      // appended to the answers' queue, with one publish
	Publish []Notification // sent last
}

// Inbox is the serving end of a queue of commands for a server that may be killed at any moment: a command stays in the queue until it is
// committed together with all that it changed, so no command is lost, and none is committed twice. A client uses one the other way round: it
// takes answers and commits commands. Commands come with Key, Op and Value, the JSON text of their fields, and without Fields; a caller may write
// into Value. Lost connections are waited out. One goroutine uses an Inbox at a time.
type Inbox interface {
	// Wait blocks until the queue is not empty.
	Wait(ctx context.Context) error
	// Peek returns at most max commands after the first skip ones, oldest first. It does not wait.
	Peek(ctx context.Context, skip, max int) ([]Command, error)
	// Take blocks for at least one command and removes what it returns, at most max commands.
	Take(ctx context.Context, max int) ([]Command, error)
	// Commit applies c in one transaction, and only once whatever happens to the connection. It keeps nothing of c.
	Commit(ctx context.Context, c Commit) error
	Close() error
}

// Server opens inboxes. Implementations: redis.Client and mem.Client.
type Server interface {
	// Inbox opens the serving end of the queue of a table; answers go to the queue of another table of the same database.
	Inbox(ctx context.Context, id ID, table, answers string) (Inbox, error)
}
