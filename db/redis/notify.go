package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis/internal/wire"
)

// Publish implements db.Store.
func (c *Client) Publish(ctx context.Context, notifications ...db.Notification) error {
	err := c.do(ctx, db.Appl, func(conn *wire.Conn) error {
		p := &pipe{Conn: conn}
		if err := p.publish(notifications); err != nil {
			return err
		}
		return p.finish()
	})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

func (p *pipe) publish(notifications []db.Notification) error {
	var message []byte
	for i := range notifications {
		message = db.AppendNotification(message[:0], &notifications[i])
		p.Begin(3)
		p.Arg("PUBLISH")
		p.Arg(notifications[i].Channel)
		p.ArgBytes(message)
		if err := p.sent(1); err != nil {
			return err
		}
	}
	return nil
}

// subscribe makes conn receive what is published on channels.
func subscribe(conn *wire.Conn, channels []string) error {
	conn.Begin(1 + len(channels))
	conn.Arg("SUBSCRIBE")
	for _, ch := range channels {
		conn.Arg(ch)
	}
	if err := conn.Flush(); err != nil {
		return err
	}
	return conn.Skip(len(channels))
}

// message reads one published message. The payload holds until the next read.
func message(conn *wire.Conn) (channel string, payload []byte, err error) {
	n, err := conn.Array()
	if err == nil && n != 3 {
		err = fmt.Errorf("a message of %d parts", n)
	}
	if err != nil {
		return "", nil, err
	}
	if _, _, err = conn.Bytes(); err != nil {
		return "", nil, err
	}
	if channel, _, err = conn.String(); err != nil {
		return "", nil, err
	}
	payload, _, err = conn.Bytes()
	return channel, payload, err
}

type notifications struct {
	c        *Client
	channels []string
	conn     *wire.Conn // nil: to be made again
	closed   bool
}

var errClosed = errors.New("closed")

// Subscribe implements db.Store. It waits for the server.
func (c *Client) Subscribe(ctx context.Context, channels ...string) (db.Notifications, error) {
	n := &notifications{c: c, channels: channels}
	if err := n.connect(ctx); err != nil {
		return nil, fmt.Errorf("subscribe: %w", err)
	}
	return n, nil
}

func (n *notifications) connect(ctx context.Context) error {
	for {
		conn, _, err := n.c.redial(ctx)
		if err != nil {
			return err
		}
		release := conn.Bind(ctx)
		err = subscribe(conn, n.channels)
		release()
		if err == nil && !conn.Broken() {
			n.conn = conn
			return nil
		}
		_ = conn.Close()
		if err := wait(ctx, minPause); err != nil {
			return err
		}
	}
}

// Next implements db.Notifications.
func (n *notifications) Next(ctx context.Context) ([]db.Notification, error) {
	var list []db.Notification
	for len(list) == 0 {
		if n.closed {
			return nil, errClosed
		}
		if n.conn == nil {
			if err := n.connect(ctx); err != nil {
				return nil, err
			}
		}
		err := n.conn.Wait(ctx)
		for err == nil && n.conn.Poll() {
			list, err = n.receive(list)
		}
		if err != nil && ctx.Err() == nil {
			_ = n.conn.Close()
			n.conn = nil
		}
		if err := ctx.Err(); err != nil && len(list) == 0 {
			return nil, err
		}
	}
	return list, nil
}

// receive drops what is not a notification.
func (n *notifications) receive(list []db.Notification) ([]db.Notification, error) {
	channel, payload, err := message(n.conn)
	if err != nil {
		return list, err
	}
	m, err := db.ParseNotification(channel, string(payload))
	if err != nil {
		n.c.log.Warn("malformed notification", "channel", channel, "err", err)
		return list, nil
	}
	return append(list, m), nil
}

// Close implements db.Notifications. It does not interrupt Next; the end of Next's context does.
func (n *notifications) Close() error {
	n.closed = true
	if n.conn == nil {
		return nil
	}
	return n.conn.Close()
}
