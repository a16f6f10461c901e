package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Client asks the supervisor behind a socket.
type Client struct {
	http http.Client
	// patience is how long a supervisor that is not there yet is waited for by who wants programs started: containerlab calls supervisorctl right behind
	// supervisord. Whoever only asks, or stops something, is told at once.
	patience time.Duration
}

// NewClient makes a client; nothing is connected yet.
func NewClient(socket string, patience time.Duration) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	return &Client{http: http.Client{Transport: &http.Transport{DialContext: dial}}, patience: patience}
}

// Close ends its connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Programs are all programs, by name.
func (c *Client) Programs(ctx context.Context) (list []Program, err error) {
	return list, c.call(ctx, 0, http.MethodGet, "programs", nil, &list)
}

// Do has a verb (start, stop, restart) done with programs, and waits for the outcome.
func (c *Client) Do(ctx context.Context, verb string, names []string) (answers []Answer, err error) {
	patience := c.patience
	if verb == "stop" {
		patience = 0
	}
	return answers, c.call(ctx, patience, http.MethodPost, "programs/"+verb, names, &answers)
}

// Shutdown ends the supervisor and its programs.
func (c *Client) Shutdown(ctx context.Context) error {
	return c.call(ctx, 0, http.MethodPost, "shutdown", nil, nil)
}

func (c *Client) call(ctx context.Context, patience time.Duration, method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); ; {
		err := c.try(ctx, method, path, text, answer)
		var absent *net.OpError
		if !errors.As(err, &absent) || absent.Op != "dial" || time.Now().After(deadline) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *Client) try(ctx context.Context, method, path string, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://supervisor/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("supervisor: %s", strings.TrimSpace(string(text)))
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
