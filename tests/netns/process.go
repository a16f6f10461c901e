package netns

import (
	"bytes"
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"github.com/vishvananda/netns"
	"golang.org/x/sync/errgroup"
)

// Process is a program that runs inside a namespace. It is killed when the test ends, or with the test process if that dies.
type Process struct {
	cmd    *exec.Cmd
	output buffer
	g      errgroup.Group
	done   chan struct{}
	err    error
}

// Start runs cmd inside the namespace. Output goes to Process.Output unless cmd has its own; a failing test logs it.
func (n *NS) Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	p := &Process{cmd: cmd, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = &p.output
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.output
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	p.g.Go(func() error {
		// The child belongs to this thread: it enters its namespace, and dies with it (Pdeathsig), so the thread waits for it and is
		// thrown away afterwards.
		runtime.LockOSThread()
		err := netns.Set(n.ns)
		if err == nil {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
		close(p.done)
		return nil
	})
	if err := <-started; err != nil {
		t.Fatalf("network namespace %s: %s: %v", n.name, cmd.Path, err)
	}
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("%s:\n%s", cmd, p.Output())
		}
	})
	return p
}

// Run runs cmd to its end and returns its output. A failure ends the test.
func (n *NS) Run(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	p := n.Start(t, cmd)
	if err := p.Wait(); err != nil {
		t.Fatalf("network namespace %s: %s: %v\n%s", n.name, cmd, err, p.Output())
	}
	return p.Output()
}

// Pid is the process's number.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the end and says how it came, as exec.Cmd.Wait does.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// Signal sends a signal. A process that has ended already is not an error.
func (p *Process) Signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, syscall.ESRCH) {
		select {
		case <-p.done:
		default:
			return err
		}
	}
	return nil
}

// Kill ends the process by force and waits for it.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	_ = p.g.Wait()
}

// Output is what the process has written so far.
func (p *Process) Output() string { return p.output.String() }

// buffer is written by the process's copier while the test reads it, hence the lock.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
