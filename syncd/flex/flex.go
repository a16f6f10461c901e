package flex

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// API is what polling needs of an ASIC.
type API interface {
	GetStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult
	ClearStats(ctx context.Context, t sai.ObjectType, r []sai.StatsRequest) []sai.Status
	Get(ctx context.Context, t sai.ObjectType, r []sai.GetRequest) []sai.GetResult
}

// Clock is the time; tests have their own.
type Clock interface {
	Now() time.Time
	// After is a channel that gets a value after d.
	After(d time.Duration) <-chan time.Time
}

type machineClock struct{}

func (machineClock) Now() time.Time                         { return time.Now() }
func (machineClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Config is what Run needs.
type Config struct {
	Store db.Keyspace
	API   API
	Clock Clock        // nil: the machine's
	Log   *slog.Logger // nil: slog's default
}

// The tables. Their rows have whatever fields their objects have.
func schemas() (groups, objects *db.Schema) {
	return &db.Schema{Database: db.FlexCounter, Name: "FLEX_COUNTER_GROUP_TABLE", Transport: db.Plain},
		&db.Schema{Database: db.FlexCounter, Name: "FLEX_COUNTER_TABLE", Transport: db.Plain}
}

// Run polls until its context ends. It is started when the ASIC is what ASIC_DB says.
func Run(ctx context.Context, c Config) error {
	if c.Clock == nil {
		c.Clock = machineClock{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	groups, objects := schemas()
	feed, err := c.Store.Watch(ctx, groups, objects)
	if err != nil {
		return fmt.Errorf("flex counters: %w", err)
	}
	defer feed.Close()
	changes := make(chan db.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			b, err := feed.Next(ctx, 0)
			if err != nil {
				return err
			}
			select {
			case changes <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	g.Go(func() error { return newPoller(c, groups).run(ctx, changes) })
	return g.Wait()
}

// retry is the time after which what could not be written is tried again, and after which objects without a known id are looked for again.
const retry = time.Second

// run owns everything. A poll that fails because the databases are away is repeated.
func (p *poller) run(ctx context.Context, changes <-chan db.Batch) error {
	for {
		var due <-chan time.Time
		if next, ok := p.next(); ok {
			due = p.clock.After(next.Sub(p.clock.Now()))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-changes:
			p.take(b)
		case <-due:
			if err := p.poll(ctx); err != nil && ctx.Err() == nil {
				p.log.Warn("polling counters", "err", err)
				p.forget()
			}
		}
	}
}
