package gnmi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmic/pkg/api"
	"github.com/openconfig/gnmic/pkg/api/target"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis"
)

// patience is how long anything may take on a busy machine.
const patience = 30 * time.Second

// service is the server over a Redis of its own.
type service struct {
	t     testing.TB
	env   daemon.Env
	store *redis.Client
	port  int
	stop  func()
}

// startRedis runs a server that listens where the switch's would.
func startRedis(t testing.TB, env daemon.Env) *redis.Client {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skipf("redis-server is not installed: %v", err)
	}
	socket := env.RedisSocket()
	if err := os.MkdirAll(filepath.Dir(socket), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--databases", "32", "--notify-keyspace-events", "AKE")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	store, err := redis.New(redis.Options{Socket: socket, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	eventually(t, "redis-server", func() error {
		_, _, err := store.Raw(db.Config).Get(t.Context(), "x")
		return err
	})
	return store
}

// eventually repeats until there is no error.
func eventually(t testing.TB, what string, f func() error) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", what, err)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// start runs the server over a Redis with a configuration of two ports. Rows are "TABLE|key field value field value".
func start(t testing.TB, rows ...string) *service {
	t.Helper()
	root, err := os.MkdirTemp("", "hg-") // t.TempDir's name is too long for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	s := &service{t: t, env: daemon.Env{Root: root, Log: slog.New(slog.DiscardHandler)}, port: freePort(t)}
	if testing.Verbose() {
		s.env.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	s.store = startRedis(t, s.env)
	s.config(append([]string{
		"PORT|Ethernet0 lanes 0,1,2,3 speed 100000 mtu 9100 admin_status up alias etp1",
		"PORT|Ethernet4 lanes 4,5,6,7 speed 100000 mtu 9100 admin_status up alias etp2",
		fmt.Sprintf("GNMI|gnmi port %d", s.port),
	}, rows...)...)
	if err := s.store.Raw(db.Config).Set(t.Context(), "CONFIG_DB_INITIALIZED", "1"); err != nil {
		t.Fatal(err)
	}
	s.run()
	t.Cleanup(func() { s.stop() })
	return s
}

// run starts the server, until stop.
func (s *service) run() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	store, err := redis.New(redis.Options{Socket: s.env.RedisSocket(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	go func() { done <- daemon.RunGnmi(ctx, s.env, store) }()
	s.stop = func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			s.t.Errorf("the server ended: %v", err)
		}
		_ = store.Close()
		s.stop = func() {}
	}
	eventually(s.t, "the server's socket", func() error {
		c, err := net.Dial("unix", s.env.GnmiSocket())
		if err != nil {
			return err
		}
		return c.Close()
	})
}

func freePort(t testing.TB) int {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// config writes rows of CONFIG_DB; put writes those of another database.
func (s *service) config(rows ...string) { s.t.Helper(); s.put(db.Config, rows...) }

func (s *service) put(id db.ID, rows ...string) {
	s.t.Helper()
	var writes []db.RawWrite
	for _, r := range rows {
		words := strings.Fields(r)
		w := db.RawWrite{Key: words[0], Delete: len(words) == 1}
		for i := 1; i+1 < len(words); i += 2 {
			w.Fields = append(w.Fields, db.Field{Name: words[i], Value: words[i+1]})
		}
		writes = append(writes, w)
	}
	if err := s.store.Raw(id).Write(s.t.Context(), writes); err != nil {
		s.t.Fatal(err)
	}
}

// row is a row of CONFIG_DB as text, its fields sorted: "a=1 b=2".
func (s *service) row(key string) string { return s.rowOf(db.Config, key) }

func (s *service) rowOf(id db.ID, key string) string {
	s.t.Helper()
	rows, err := s.store.Raw(id).Hashes(s.t.Context(), []string{key})
	if err != nil {
		s.t.Fatal(err)
	}
	return fieldsText(rows[0])
}

// target is a client by gnmic's API, on the server's socket.
func (s *service) target(options ...api.TargetOption) *target.Target {
	s.t.Helper()
	if len(options) == 0 {
		options = []api.TargetOption{api.Address("unix://" + s.env.GnmiSocket()), api.Insecure(true)}
	}
	tg, err := api.NewTarget(append([]api.TargetOption{api.Name("switch"), api.Timeout(patience)}, options...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := tg.CreateGNMIClient(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = tg.Close() })
	return tg
}

// get asks for one path, and returns the values of the answer, in its order.
func get(t testing.TB, tg *target.Target, options ...api.GNMIOption) *gnmi.GetResponse {
	t.Helper()
	req, err := api.NewGetRequest(options...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := tg.Get(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// set sends a Set; the error is the server's.
func set(t testing.TB, tg *target.Target, options ...api.GNMIOption) error {
	t.Helper()
	req, err := api.NewSetRequest(options...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tg.Set(t.Context(), req)
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused holds that an error has a code, and that its message names what it is about.
func refused(t testing.TB, err error, code codes.Code, parts ...string) {
	t.Helper()
	if status.Code(err) != code {
		t.Errorf("code %s, not %s: %v", status.Code(err), code, err)
	}
	for _, p := range parts {
		if err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("%q is not in: %v", p, err)
		}
	}
}
