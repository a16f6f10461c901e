package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// asSupervisor, in the environment, makes the test binary a supervisor of the shell command in it, which waits to be killed.
const (
	asSupervisor = "PROCESS_TEST_SUPERVISOR"
	asMark       = "PROCESS_TEST_MARK"
)

func TestMain(m *testing.M) {
	if script := os.Getenv(asSupervisor); script != "" {
		s, err := New(Config{Output: os.Stdout, Mark: os.Getenv(asMark)}, sh("child", script))
		if err == nil {
			err = s.Run(context.Background())
		}
		fmt.Fprintln(os.Stdout, err)
		return
	}
	goleak.VerifyTestMain(m)
}

// sh is a program that runs a shell script.
func sh(name, script string) Spec {
	return Spec{Name: name, Path: "/bin/sh", Args: []string{"-c", script}, AutoStart: true}
}

const forever = "exec sleep 1000"

// rig runs a supervisor and sees all its status changes.
type rig struct {
	*Supervisor
	t      *testing.T
	events chan Status
	cancel context.CancelFunc
	group  errgroup.Group
	output bytes.Buffer
}

func run(t *testing.T, c Config, specs ...Spec) *rig {
	t.Helper()
	r := &rig{t: t, events: make(chan Status, 10000)}
	c.Status = func(list []Status) {
		for _, s := range list {
			r.events <- s
		}
	}
	if c.BackoffMin == 0 {
		c.BackoffMin = time.Millisecond
	}
	if c.Probe == 0 {
		c.Probe = time.Millisecond
	}
	c.Output = &r.output
	var err error
	if r.Supervisor, err = New(c, specs...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.group.Go(func() error { return r.Run(ctx) })
	t.Cleanup(r.stop)
	return r
}

func (r *rig) stop() {
	r.cancel()
	if err := r.group.Wait(); err != nil {
		r.t.Error(err)
	}
}

// until waits for a program's state and returns it.
func (r *rig) until(name string, state State) Status {
	r.t.Helper()
	return r.when(func(s Status) bool { return s.Name == name && s.State == state })
}

func (r *rig) when(ok func(Status) bool) Status {
	r.t.Helper()
	timeout := time.After(20 * time.Second)
	var seen []Status
	for {
		select {
		case s := <-r.events:
			if seen = append(seen, s); ok(s) {
				return s
			}
		case <-timeout:
			r.t.Fatalf("only %+v", seen)
		}
	}
}

// rest returns the changes that nobody waited for.
func (r *rig) rest() (names []string) {
	for {
		select {
		case s := <-r.events:
			names = append(names, s.Name+" "+string(s.State))
		default:
			return names
		}
	}
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	steady := sh("steady", forever)
	// dies at once, twice, and then stays
	flaky := sh("flaky", "echo x >>count; [ $(wc -l <count) -gt 2 ] && "+forever+"; exit 3")
	flaky.Dir = dir
	r := run(t, Config{}, steady, flaky)
	first := r.until("steady", Running)
	for i := range 2 {
		if s := r.until("flaky", Backoff); s.Exit != "exit status 3" || s.Restarts != i || s.Pid != 0 {
			t.Errorf("%+v", s)
		}
	}
	if s := r.until("flaky", Running); s.Restarts != 2 || s.Pid == 0 {
		t.Errorf("%+v", s)
	}
	list, err := r.Status(t.Context())
	if err != nil || len(list) != 2 || list[0].Pid != first.Pid {
		t.Errorf("%+v, %v", list, err)
	}
	if err := unix.Kill(first.Pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if s := r.until("steady", Backoff); s.Exit != "signal: killed" {
		t.Errorf("%+v", s)
	}
	if s := r.until("steady", Running); s.Pid == first.Pid {
		t.Errorf("%+v", s)
	}
}

func TestBackoffDoublesAndIsForgotten(t *testing.T) {
	c := &child{supervisor: &Supervisor{config: Config{}.withDefaults(), changed: map[*child]struct{}{}}}
	now := time.Now()
	var got []time.Duration
	for range 9 {
		c.retry(now)
		got = append(got, c.due.Sub(now)/time.Millisecond)
	}
	if want := []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	r := run(t, Config{Health: time.Millisecond, BackoffMin: time.Millisecond, BackoffMax: time.Hour}, sh("x", "sleep 0.05"))
	for range 15 { // doubled each time, it would be 16 s by now
		r.until("x", Backoff)
	}
}

func TestOrder(t *testing.T) {
	dir := t.TempDir()
	spec := func(name string, needs ...string) Spec {
		s := sh(name, "trap 'echo "+name+" >>stopped; exit 0' TERM; touch "+name+".ready; while :; do sleep 0.01; done")
		s.Dir, s.DependsOn = dir, needs
		s.Ready = func(context.Context) error {
			_, err := os.Stat(filepath.Join(dir, name+".ready"))
			return err
		}
		return s
	}
	r := run(t, Config{}, spec("orchagent", "redis", "syncd"), spec("syncd", "redis"), spec("redis"))
	if s := r.when(func(s Status) bool { return s.Name == "orchagent" && len(s.Waits) == 2 }); s.State != Starting || s.Pid != 0 {
		t.Errorf("%+v", s)
	}
	var up []string
	for len(up) < 3 {
		up = append(up, r.when(func(s Status) bool { return s.State == Running }).Name)
	}
	if want := []string{"redis", "syncd", "orchagent"}; !slices.Equal(up, want) {
		t.Errorf("started %v", up)
	}
	r.stop()
	down, err := os.ReadFile(filepath.Join(dir, "stopped"))
	if err != nil || string(down) != "orchagent\nsyncd\nredis\n" {
		t.Errorf("stopped %q, %v", down, err)
	}
	if got := r.rest(); len(got) != 6 || got[0] != "orchagent STOPPING" || got[5] != "redis STOPPED" {
		t.Errorf("%v", got)
	}
	if errs := r.Start(t.Context(), "redis"); !errors.Is(errs[0], ErrEnded) {
		t.Error(errs)
	}
}

func TestByHand(t *testing.T) {
	idle := sh("bgpd", forever)
	idle.AutoStart = false
	idle.Ready = func(context.Context) error { return nil }
	r := run(t, Config{}, sh("zebra", forever), idle, Spec{Name: "ghost", Path: "/no/such/program"}, Spec{Name: "nothing", Path: "no-such-program"})
	zebra := r.until("zebra", Running)
	errs := r.Start(t.Context(), "bgpd", "ghost", "nothing", "unknown", "zebra")
	if errs[0] != nil || errs[1] == nil || errs[2] == nil || errs[3] == nil || errs[4] != nil {
		t.Error(errs)
	}
	if s := r.until("ghost", Fatal); !strings.Contains(s.Exit, "no such file") {
		t.Errorf("%+v", s)
	}
	if errs := r.Restart(t.Context(), "zebra"); errs[0] != nil {
		t.Error(errs)
	}
	if s := r.when(func(s Status) bool { return s.Name == "zebra" && s.State == Running }); s.Pid == zebra.Pid || s.Restarts != 0 {
		t.Errorf("%+v", s)
	}
	if errs := r.Stop(t.Context(), "zebra", "ghost"); errors.Join(errs...) != nil {
		t.Error(errs)
	}
	list, err := r.Status(t.Context())
	if err != nil || list[0].State != Stopped || list[1].State != Running || list[2].State != Fatal {
		t.Errorf("%+v, %v", list, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if errs := r.Start(ctx, "zebra"); errs[0] == nil {
		t.Error("a cancelled call succeeded")
	}
}

// TestStartWaits starts what depends on something that nobody started.
func TestStartWaits(t *testing.T) {
	a, b := sh("a", forever), sh("b", forever)
	a.AutoStart, b.AutoStart, b.DependsOn = false, false, []string{"a"}
	r := run(t, Config{}, a, b)
	var g errgroup.Group
	g.Go(func() error { return r.Start(context.Background(), "b")[0] })
	r.when(func(s Status) bool { return s.Name == "b" && slices.Equal(s.Waits, []string{"a"}) })
	g.Go(func() error { return r.Start(context.Background(), "a")[0] })
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	g = errgroup.Group{}
	if errs := r.Stop(t.Context(), "a", "b"); errors.Join(errs...) != nil {
		t.Error(errs)
	}
	g.Go(func() error { return r.Start(context.Background(), "b")[0] })
	r.when(func(s Status) bool { return s.Name == "b" && slices.Equal(s.Waits, []string{"a"}) })
	if errs := r.Stop(t.Context(), "b"); errs[0] != nil {
		t.Error(errs)
	}
	if err := g.Wait(); err == nil {
		t.Error("started, says Start")
	}
}

func TestOnce(t *testing.T) {
	once := sh("start.sh", "exit 0")
	once.Once = true
	after := sh("after", forever)
	after.DependsOn = []string{"start.sh"}
	failing := sh("failing", "exit 1")
	failing.Once = true
	r := run(t, Config{}, after, once, failing)
	r.until("start.sh", Exited)
	r.until("after", Running)
	for range 2 {
		r.until("failing", Backoff)
	}
	if errs := r.Start(t.Context(), "start.sh"); errs[0] != nil {
		t.Error(errs)
	}
}

// TestStubborn: a program that ignores SIGTERM is killed after a while, and with it the children that it made.
func TestStubborn(t *testing.T) {
	dir := t.TempDir()
	s := sh("stubborn", "trap '' TERM; sleep 1000 & echo $! >grandchild; touch ready; wait; while :; do sleep 1; done")
	s.Dir, s.StopTimeout = dir, 50*time.Millisecond
	s.Ready = func(context.Context) error {
		_, err := os.Stat(filepath.Join(dir, "ready"))
		return err
	}
	r := run(t, Config{}, s)
	r.until("stubborn", Running)
	text, err := os.ReadFile(filepath.Join(dir, "grandchild"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	fd := pidfd(t, pid)
	if errs := r.Stop(t.Context(), "stubborn"); errs[0] != nil {
		t.Fatal(errs)
	}
	if s := r.until("stubborn", Stopped); s.Exit != "signal: killed" {
		t.Errorf("%+v", s)
	}
	awaitEnd(t, fd)
}

// pidfd refers to a process so that its end can be waited for.
func pidfd(t *testing.T, pid int) int {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

func awaitEnd(t *testing.T, fd int) {
	t.Helper()
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 20000)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if n != 1 || err != nil {
			t.Fatalf("the process lives: %d, %v", n, err)
		}
		return
	}
}

// TestKilledSupervisor kills a supervisor with SIGKILL; another supervisor stands above it.
func TestKilledSupervisor(t *testing.T) {
	pids := make(chan int, 100)
	lines := writer(func(b []byte) {
		if pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(string(b), "super: child:"))); err == nil {
			pids <- pid
		}
	})
	s, err := New(Config{Output: lines}, Spec{Name: "super", Path: os.Args[0], Env: []string{asSupervisor + "=echo $$; " + forever}, AutoStart: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return s.Run(ctx) })
	child := pidfd(t, <-pids)
	list, err := s.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(list[0].Pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, child)
	again := pidfd(t, <-pids) // restarted, with its child
	cancel()                  // SIGTERM kills the restarted one, which takes no care of it, and its child with it
	awaitEnd(t, again)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func TestOrderErrors(t *testing.T) {
	for name, specs := range map[string][]Spec{
		"twice": {sh("a", "x"), sh("a", "x")},
		"cycle": {{Name: "a", Path: "x", DependsOn: []string{"b"}}, {Name: "b", Path: "x", DependsOn: []string{"a"}}},
		"self":  {{Name: "a", Path: "x", DependsOn: []string{"a"}}},
		"ghost": {{Name: "a", Path: "x", DependsOn: []string{"b"}}},
		"path":  {{Name: "a"}},
	} {
		if _, err := New(Config{}, specs...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
