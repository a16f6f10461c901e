package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// lastWords is how long the output of a program is read after its end, in case processes that it left behind hold the pipe open.
const lastWords = time.Second

// start makes the process: in a group of its own, so that a SIGKILL reaches its children too, and bound to the calling thread, so that it
// does not outlive a supervisor that was killed. (The kernel drops that bond when a program changes its user, as FRR's daemons do: see sweep.)
func (c *child) start() error {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir, cmd.Env = c.Dir, append(append(os.Environ(), c.Env...), c.supervisor.mark)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("pipe: %w", err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if c.log == nil {
		c.log = c.supervisor.openLog(c.Spec)
	}
	err = cmd.Start()
	_ = w.Close() // the child has its own
	if err != nil {
		_ = r.Close()
		return err
	}
	c.cmd = cmd
	c.supervisor.group.Go(func() error {
		c.attend(cmd, r)
		return nil
	})
	return nil
}

// attend collects a process's output and end.
func (c *child) attend(cmd *exec.Cmd, output *os.File) {
	copied := make(chan struct{})
	c.supervisor.group.Go(func() error {
		defer close(copied)
		c.log.copy(output)
		return nil
	})
	err := cmd.Wait()
	if err != nil || !c.Once {
		// What is left of the group would be in the next run's way.
		if kerr := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); kerr != nil && !errors.Is(kerr, syscall.ESRCH) && !errors.Is(kerr, syscall.EPERM) {
			err = errors.Join(err, fmt.Errorf("killing the process group: %w", kerr))
		}
	}
	_ = output.SetReadDeadline(time.Now().Add(lastWords))
	<-copied
	_ = output.Close()
	c.supervisor.calls <- func() { c.exited(err) } // Run goes on until it has all of these
}
