package sairedis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/vidcounter"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Config is what a Client is built with.
type Config struct {
	Keyspace db.Keyspace
	// Timeout is how long an answer may take; 0 means SONiC's 60 s.
	Timeout time.Duration
	// Window is how many commands of a call are in flight at most; 0 means 4. Calls that were started and not waited for share it. One that is
	// waited for does not queue behind their window: it is sent at once.
	Window int
	Log    *slog.Logger // nil: slog's default
}

// Client implements sai.API, objects.Names, objects.Allocator and objects.Lister. Calls are made from one goroutine; Notifications may be read
// by another.
//
// A call that fails for the connection, and not for the ASIC, answers SAI_STATUS_UNINITIALIZED, which the engine takes as fatal; Err tells why.
// From then on every call does, since an answer that comes too late could be taken for another one's.
type Client struct {
	ks     db.Keyspace
	raw    db.Raw
	link   *link
	config Config
	log    *slog.Logger
	err    error

	vids    *vidcounter.Counter
	names   []db.RawWrite // go out with the next command
	flights []flight      // sent and not answered, oldest first
	sent    int           // since the beginning
	started []int         // sent, as it was behind each call that was started and not waited for
	encoder encoder
	fields  []db.Field
	listing *listing
}

// New connects to ASIC_DB, and waits until syncd has answered all that a predecessor asked and did not live to read.
func New(ctx context.Context, config Config) (*Client, error) {
	if config.Timeout == 0 {
		config.Timeout = 60 * time.Second
	}
	if config.Window == 0 {
		config.Window = 4
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	raw := config.Keyspace.Raw(db.Asic)
	c := &Client{ks: config.Keyspace, raw: raw, config: config, log: config.Log, vids: vidcounter.New(raw)}
	if err := c.barrier(ctx); err != nil {
		return nil, fmt.Errorf("sairedis: waiting for syncd: %w", err)
	}
	var err error
	if c.link, err = openLink(ctx, config.Keyspace, 2*config.Window); err != nil {
		return nil, fmt.Errorf("sairedis: %w", err)
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.link.close() }

// Err tells why calls answer SAI_STATUS_UNINITIALIZED: a *ConnectionError; nil if they do not.
func (c *Client) Err() error { return c.err }

func (c *Client) fail(err error) {
	if c.err == nil {
		c.err = &ConnectionError{err}
		c.log.Error("no connection to syncd", "error", err)
	}
}

// ConnectionError is a client that cannot be used any more. It is fatal: the process starts again, and adopts what exists.
type ConnectionError struct{ Err error }

func (e *ConnectionError) Error() string { return "sairedis: " + e.Err.Error() }
func (e *ConnectionError) Unwrap() error { return e.Err }

// TimeoutError is a command that syncd did not answer in time.
type TimeoutError struct {
	Op, Key string
	After   time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("no answer to %s %s after %v", e.Op, e.Key, e.After)
}

// answer is what syncd answered to a command. Fields hold until the next one.
type answer struct {
	status sai.Status
	fields []db.Field
}

// flight is a command under way.
type flight struct {
	op, key  string
	value    []byte // for the next one
	losses   int    // of data, when it was sent
	answered func(answer)
}

// exchange sends n commands, several in flight, and hands over their answers. It returns false if the connection failed; then some answers are
// missing.
func (c *Client) exchange(ctx context.Context, n int, command func(i int) db.Command, answered func(i int, a answer)) bool {
	c.start(ctx, c.ahead(), n, command, answered)
	return c.finish(ctx, c.sent)
}

// ahead is room for a call that will be waited for: what is in flight already takes none of it.
func (c *Client) ahead() int { return min(len(c.flights), c.config.Window) + c.config.Window }

// start sends n commands, and waits for answers only as far as more than room would be in flight. What commands are made of is free when start
// returns. Answers come in order, in any later call.
func (c *Client) start(ctx context.Context, room, n int, command func(i int) db.Command, answered func(i int, a answer)) {
	losses, _ := c.ks.Lost()
	for i := 0; i < n && c.err == nil; {
		out := outgoing{names: c.names}
		for ; i < n && len(c.flights) < room; i++ {
			at, cmd := i, command(i)
			c.flights = append(c.flights, flight{cmd.Op, cmd.Key, cmd.Value, losses, func(a answer) { answered(at, a) }})
			out.commands = append(out.commands, cmd)
		}
		if len(out.commands) > 0 {
			c.names, c.sent = nil, c.sent+len(out.commands)
			c.link.send(out)
		}
		if i < n {
			c.receive(ctx)
		}
	}
}

// finish waits until as many commands as last have been answered since the beginning.
func (c *Client) finish(ctx context.Context, last int) bool {
	for c.err == nil && c.sent-len(c.flights) < last {
		c.receive(ctx)
	}
	return c.err == nil
}

// receive waits for at least one answer, and takes those that are there.
func (c *Client) receive(ctx context.Context) {
	for before := len(c.flights); len(c.flights) == before && c.err == nil; {
		first := c.flights[0]
		messages, err := c.await(ctx, first)
		if err != nil {
			c.fail(fmt.Errorf("answer to %s %s: %w", first.op, first.key, err))
		}
		c.takeAll(messages)
	}
}

// Ready implements sai.Hearer.
func (c *Client) Ready() (n int) {
	for n < len(c.started) && (c.err != nil || c.sent-len(c.flights) >= c.started[n]) {
		n++
	}
	return n
}

// Answers implements sai.Hearer.
func (c *Client) Answers() <-chan any { return c.link.in }

// Hear implements sai.Hearer.
func (c *Client) Hear(answers any) {
	if list, ours := answers.([]db.Command); ours {
		c.takeAll(list)
	}
}

func (c *Client) takeAll(messages []db.Command) {
	for i := 0; c.err == nil && i < len(messages); i++ {
		if err := c.take(messages[i]); err != nil {
			c.fail(fmt.Errorf("answer %s %s: %w", messages[i].Op, messages[i].Key, err))
		}
	}
}

// take hands an answer to the command that asked.
func (c *Client) take(m db.Command) error {
	want := ""
	if len(c.flights) > 0 {
		want = wire.AnswerOp(c.flights[0].op)
	}
	if m.Op != want {
		c.log.Warn("unexpected answer ignored", "op", m.Op, "status", m.Key, "expected", want)
		return nil
	}
	a, err := c.parse(m)
	if err != nil {
		return err
	}
	asked := c.flights[0]
	c.flights = slices.Delete(c.flights, 0, 1)
	c.encoder.free(asked.value)
	asked.answered(a)
	return nil
}

// errLost ends the wait for an answer that cannot come any more.
var errLost = errors.New("the database lost its data, and the command with it")

// patience is how often the wait for an answer looks whether it may still come.
const patience = time.Second

// await blocks for at least one answer.
func (c *Client) await(ctx context.Context, asked flight) ([]db.Command, error) {
	late := time.NewTimer(c.config.Timeout)
	defer late.Stop()
	look := time.NewTicker(min(patience, c.config.Timeout))
	defer look.Stop()
	for {
		select {
		case m := <-c.link.in:
			return m.([]db.Command), nil
		case err := <-c.link.broken:
			return nil, err
		case <-look.C:
			if now, _ := c.ks.Lost(); now != asked.losses {
				return nil, errLost
			}
		case <-late.C:
			return nil, &TimeoutError{Op: asked.op, Key: asked.key, After: c.config.Timeout}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *Client) parse(m db.Command) (answer, error) {
	status, err := sai.ParseStatus(m.Key)
	if err != nil {
		return answer{}, err
	}
	c.fields, err = wire.DecodeFields(c.fields[:0], m.Value)
	return answer{status, c.fields}, err
}

// one sends a single command; its answer's status is Uninitialized if the connection failed.
func (c *Client) one(ctx context.Context, cmd db.Command) answer {
	out := answer{status: sai.StatusUninitialized}
	c.exchange(ctx, 1, func(int) db.Command { return cmd }, func(_ int, a answer) { out = a })
	return out
}
