// Package dbtest holds the conformance suite of the stores, and a private redis-server for tests.
package dbtest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience is how long tests wait for what must happen.
const patience = 20 * time.Second

// Server is a redis-server of a test's own, set up as SONiC needs it (sonic-contract 2.1).
type Server struct {
	t      testing.TB
	dir    string
	Socket string
	cmd    *exec.Cmd
}

// Redis starts a server that ends with the test, and returns the path of its socket. It skips the test if there is no redis-server.
func Redis(t testing.TB) (socket string) {
	t.Helper()
	return NewServer(t).Socket
}

// NewServer is Redis for tests that restart their server.
func NewServer(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("redis-server is not installed")
	}
	// Not t.TempDir: a socket's path is limited to 107 bytes.
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, Socket: filepath.Join(dir, "redis.sock")}
	t.Cleanup(func() {
		s.Stop()
		_ = os.RemoveAll(dir)
	})
	s.Start()
	return s
}

// Start starts a stopped server, with the data of a Save since the last Start, and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.Socket, "--dir", s.dir, "--save", "", "--databases", "100",
		"--notify-keyspace-events", "AKE", "--client-output-buffer-limit", "pubsub 0 0 0", "--loglevel", "warning")
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	Until(s.t, "redis-server answers", func() bool { return s.command("PING") == "+PONG" })
	_ = os.Remove(filepath.Join(s.dir, "dump.rdb"))
}

// Stop kills the server. Its data is lost, but for what Save left.
func (s *Server) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Save makes the next Start find the present data.
func (s *Server) Save() {
	s.t.Helper()
	if got := s.command("SAVE"); got != "+OK" {
		s.t.Fatalf("SAVE: %s", got)
	}
}

// Pid is the server's process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// command sends an inline command and returns the first line of the reply.
func (s *Server) command(line string) string {
	conn, err := net.Dial("unix", s.Socket)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
		return err.Error()
	}
	var reply []byte
	for b := make([]byte, 1); len(reply) < 1000; reply = append(reply, b[0]) {
		if _, err := conn.Read(b); err != nil || b[0] == '\r' {
			break
		}
	}
	return string(reply)
}

// Until waits for a condition.
func Until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not in %v: %s", patience, what)
		case <-tick.C:
		}
	}
}
