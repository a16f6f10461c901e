// Package redis moves rows in and out of a Redis server by SONiC's protocols (sonic-contract 2.3 to 2.8), so that programs written for SONiC
// may stand at the other end. Redis's one thread is the limit of the whole system: batches go in one pipeline, rows that move from a temporary
// hash to the final one are renamed, and no script runs for a single row.
//
// A server that is down, slow, restarted or empty is no error to a feed: it waits and lists again. Writers get errors and repeat.
package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// Options says where the server is.
type Options struct {
	Socket string // the path of its unix socket
	Addr   string // or its TCP address, host:port
	// WaitFor names the publishers (Client.Republished) of a database whose rows must be back before a feed tells its reader what is left of
	// the database after it was lost. CONFIG_DB waits for CONFIG_DB_INITIALIZED.
	WaitFor map[db.ID][]string
	Log     *slog.Logger // nil: slog's default
}

// Client implements db.Keyspace.
type Client struct {
	options Options
	log     *slog.Logger
	idle    chan *wire.Conn
	group   *errgroup.Group
	stop    context.CancelFunc

	// mu guards what connections find out about the server, because they are made in any goroutine.
	mu    sync.Mutex
	epoch string
	lost  int
	next  chan struct{} // closed at the next loss
}

var _ db.Keyspace = (*Client)(nil)

// maxIdle is how many connections are kept for later.
const maxIdle = 4

// New makes a client. The server need not be up yet.
func New(o Options) (*Client, error) {
	if (o.Socket == "") == (o.Addr == "") {
		return nil, errors.New("redis: either Socket or Addr")
	}
	c := &Client{options: o, log: o.Log, idle: make(chan *wire.Conn, maxIdle), next: make(chan struct{})}
	if c.log == nil {
		c.log = slog.Default()
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.group, ctx = errgroup.WithContext(ctx)
	c.group.Go(func() error { return c.monitor(ctx) })
	return c, nil
}

// Close ends the client's own goroutine and its idle connections. Feeds, subscriptions and inboxes have their own Close.
func (c *Client) Close() error {
	c.stop()
	err := c.group.Wait()
	for {
		select {
		case conn := <-c.idle:
			_ = conn.Close()
		default:
			return err
		}
	}
}

// epochKey holds a random text, written by whoever finds the server without one: another text means that the data was lost.
const epochKey = "HYPERSONIC_EPOCH"

// dial makes a connection and learns which data the server has.
func (c *Client) dial(ctx context.Context) (conn *wire.Conn, epoch string, err error) {
	network, addr := "unix", c.options.Socket
	if addr == "" {
		network, addr = "tcp", c.options.Addr
	}
	var d net.Dialer
	nc, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, "", fmt.Errorf("redis: %w", err)
	}
	conn = wire.New(nc)
	release := conn.Bind(ctx)
	epoch, err = readEpoch(conn)
	release()
	if err != nil {
		_ = conn.Close()
		return nil, "", err
	}
	c.seen(epoch)
	return conn, epoch, nil
}

func readEpoch(conn *wire.Conn) (string, error) {
	conn.Select(db.State)
	conn.Cmd("SET", epochKey, strconv.FormatUint(rand.Uint64(), 36), "NX")
	conn.Cmd("GET", epochKey)
	if err := conn.Flush(); err != nil {
		return "", err
	}
	if err := conn.Skip(1); err != nil {
		return "", errors.Join(err, conn.Skip(1))
	}
	b, _, err := conn.Bytes()
	return string(b), err
}

func (c *Client) seen(epoch string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.epoch != "" && c.epoch != epoch {
		c.lost++
		close(c.next)
		c.next = make(chan struct{})
		c.log.Warn("the databases were lost", "losses", c.lost)
	}
	c.epoch = epoch
}

// Lost implements db.Store.
func (c *Client) Lost() (int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lost, c.next
}

// monitor keeps a connection of which nothing is asked, so that the client learns of a restart although it has nothing to do.
func (c *Client) monitor(ctx context.Context) error {
	for {
		conn, _, err := c.redial(ctx)
		if err != nil {
			return nil // only the end of ctx ends redial
		}
		err = conn.Wait(ctx)
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil
		}
		c.log.Warn("redis went away", "err", err)
	}
}

// The pause between attempts to reach the server grows from one to the other.
const (
	minPause = 5 * time.Millisecond
	maxPause = 500 * time.Millisecond
)

// redial waits for the server. The error is that of ctx.
func (c *Client) redial(ctx context.Context) (*wire.Conn, string, error) {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		conn, epoch, err := c.dial(ctx)
		if err == nil {
			return conn, epoch, nil
		}
		c.log.Debug("waiting for redis", "err", err)
		if err := wait(ctx, pause); err != nil {
			return nil, "", err
		}
	}
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}

// do lends f a connection in database id. f leaves it without outstanding replies. If a connection from before turns out to be dead, f runs
// again on a new one.
func (c *Client) do(ctx context.Context, id db.ID, f func(*wire.Conn) error) error {
	for {
		conn, used, err := c.take(ctx)
		if err != nil {
			return err
		}
		release := conn.Bind(ctx)
		conn.Select(id)
		err = f(conn)
		release()
		if !conn.Broken() {
			c.put(conn)
			return err
		}
		_ = conn.Close()
		if ctx.Err() != nil || !used {
			return errors.Join(err, ctx.Err())
		}
	}
}

func (c *Client) take(ctx context.Context) (conn *wire.Conn, used bool, err error) {
	select {
	case conn := <-c.idle:
		return conn, true, nil
	default:
		conn, _, err := c.dial(ctx)
		return conn, false, err
	}
}

func (c *Client) put(conn *wire.Conn) {
	select {
	case c.idle <- conn:
	default:
		_ = conn.Close()
	}
}
