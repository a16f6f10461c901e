package redis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
)

// proxy stands between a client and its server, and cuts a connection when its client sends a certain command: before or after the server got it.
type proxy struct {
	socket   string
	listener net.Listener
	target   string
	command  []byte
	after    bool
	cuts     atomic.Int32 // how many are still to be made
	group    errgroup.Group
}

func newProxy(t *testing.T, target, command string, after bool) *proxy {
	p := &proxy{socket: filepath.Join(t.TempDir(), "p"), target: target, command: []byte(command), after: after}
	var err error
	if p.listener, err = net.Listen("unix", p.socket); err != nil {
		t.Fatal(err)
	}
	p.group.Go(func() error {
		for {
			conn, err := p.listener.Accept()
			if err != nil {
				return nil
			}
			p.group.Go(func() error { p.serve(conn); return nil })
		}
	})
	t.Cleanup(func() {
		_ = p.listener.Close()
		_ = p.group.Wait()
	})
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	replies := make(chan struct{})
	var mute atomic.Bool
	go func() {
		defer close(replies)
		b := make([]byte, 64<<10)
		for {
			n, err := server.Read(b)
			if err != nil || mute.Load() {
				return // whoever reads has the proof that the server executed what it was sent
			}
			if _, err := client.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 1<<20)
	for {
		n, err := client.Read(b)
		if err != nil {
			break
		}
		if bytes.Contains(b[:n], p.command) && p.cuts.Add(-1) >= 0 {
			if p.after {
				mute.Store(true)
				_, _ = server.Write(b[:n])
				<-replies
			}
			break
		}
		if _, err := server.Write(b[:n]); err != nil {
			break
		}
	}
	_ = client.Close()
	_ = server.(*net.UnixConn).CloseWrite()
	_, _ = io.Copy(io.Discard, server)
	_ = server.Close()
	<-replies
}

// TestCommitOnce has the connection break before and after the server executed a commit.
func TestCommitOnce(t *testing.T) {
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprint("after=", after), func(t *testing.T) {
			socket := dbtest.Redis(t)
			p := newProxy(t, socket, "\r\nEXEC\r\n", after)
			c := newClient(t, p.socket, nil)
			direct := newClient(t, socket, nil)
			sender, err := direct.Inbox(t.Context(), db.Asic, "B", "A")
			if err != nil {
				t.Fatal(err)
			}
			defer sender.Close()
			in, err := c.Inbox(t.Context(), db.Asic, "A", "B")
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			for i := range 4 {
				if err := sender.Commit(t.Context(), db.Commit{Answers: []db.Command{{Key: "first", Op: "x"}, {Key: "second", Op: "x"}}}); err != nil {
					t.Fatal(err)
				}
				if got, err := in.Peek(t.Context(), 0, 1); err != nil || len(got) != 1 || got[0].Key != "first" {
					t.Fatal(got, err)
				}
				p.cuts.Store(1)
				if err := in.Commit(t.Context(), db.Commit{Taken: 1, Answers: []db.Command{{Key: fmt.Sprint(i), Op: "getresponse"}}}); err != nil {
					t.Fatal(err)
				}
				if got, err := sender.Take(t.Context(), 10); err != nil || len(got) != 1 || got[0].Key != fmt.Sprint(i) {
					t.Fatal(got, err)
				}
				if got, err := in.Take(t.Context(), 10); err != nil || len(got) != 1 || got[0].Key != "second" {
					t.Fatal(got, err)
				}
			}
		})
	}
}

// TestCommitAfterLoss has the data vanish between a peek and its commit; other commands have come since.
func TestCommitAfterLoss(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, nil)
	in, err := c.Inbox(t.Context(), db.Asic, "A", "B")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.Inbox(t.Context(), db.Asic, "B", "A")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	send := func() {
		t.Helper()
		if err := out.Commit(t.Context(), db.Commit{Answers: []db.Command{{Key: "k", Op: "x"}}}); err != nil {
			t.Fatal(err)
		}
	}
	send()
	if got, err := in.Peek(t.Context(), 0, 1); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	s.Stop()
	s.Start()
	send()
	write := db.Commit{Taken: 1, Writes: []db.RawWrite{{Key: "ASIC_STATE:x", Fields: []db.Field{{Name: "a", Value: "b"}}}}}
	if err := in.Commit(t.Context(), write); !errors.Is(err, db.ErrTakenAway) {
		t.Fatal(err)
	}
	if got, err := in.Peek(t.Context(), 0, 10); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	if err := in.Commit(t.Context(), write); err != nil {
		t.Fatal(err)
	}
}

// TestInboxWaitsForServer restarts the server under a waiting inbox.
func TestInboxWaitsForServer(t *testing.T) {
	s := dbtest.NewServer(t)
	c := newClient(t, s.Socket, nil)
	in, err := c.Inbox(t.Context(), db.Asic, "A", "B")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	done := make(chan error, 1)
	go func() {
		got, err := in.Take(t.Context(), 5)
		if err == nil && (len(got) != 1 || got[0].Key != "k") {
			err = fmt.Errorf("got %v", got)
		}
		done <- err
	}()
	s.Stop()
	s.Start()
	out, err := newClient(t, s.Socket, nil).Inbox(context.Background(), db.Asic, "B", "A")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := out.Commit(t.Context(), db.Commit{Answers: []db.Command{{Key: "k", Op: "x"}}}); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
