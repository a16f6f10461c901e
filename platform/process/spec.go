package process

import (
	"context"
	"io"
	"syscall"
	"time"
)

// Spec is a program to supervise.
type Spec struct {
	Name string
	Path string   // of the executable; looked up in PATH if it has no slash
	Args []string // without the program's name
	Env  []string // NAME=value, added to the supervisor's own environment
	Dir  string
	// Ready is asked again and again until it returns nil: from then on the program is RUNNING, and those that depend on it start. Its
	// context ends with the program. Without it, a program is RUNNING when it has been started.
	Ready func(context.Context) error
	// DependsOn names programs that must be RUNNING (or EXITED well, if they run once) before this one starts, and that outlive it
	// when all stop. A dependency that dies later restarts alone.
	DependsOn []string
	AutoStart bool // start with the supervisor; otherwise by Start
	// Once is for a program that ends by itself: an end without error is EXITED and final. Others are restarted whatever their end.
	Once        bool
	StopSignal  syscall.Signal // default SIGTERM
	StopTimeout time.Duration  // until SIGKILL to the process group; default 10 s
	// LogFile receives standard output and error. Without it they go to Config.Output, line by line with the name before each.
	LogFile string
}

// State is the state of a supervised program, with supervisord's names.
type State string

// The states.
const (
	Stopped  State = "STOPPED"  // not wanted, or not yet
	Starting State = "STARTING" // waits for its dependencies (then it has no pid), or is not ready yet
	Running  State = "RUNNING"
	Backoff  State = "BACKOFF" // died, and is restarted after a while
	Stopping State = "STOPPING"
	Exited   State = "EXITED" // ran once, to its good end
	Fatal    State = "FATAL"  // cannot be started at all; Start tries again
)

// Status is what a program is up to.
type Status struct {
	Name     string
	State    State
	Pid      int // 0: none
	Restarts int // since the supervisor's start or the last Start by hand
	Since    time.Time
	Waits    []string // Starting: dependencies that are not there
	Exit     string   // how the last run ended: "exit status 1", "signal: killed", or why it could not be started
}

// Config is what a Supervisor is built with. Zero values mean the defaults.
type Config struct {
	// Mark tells this supervisor's programs from those of others on the machine, for example the switch's root directory. Run begins by
	// killing programs that a supervisor of the same mark left behind when it was killed itself; without a mark it kills nothing.
	Mark string
	// Status receives what changed, from Run's goroutine; it must not block for long, nor call the Supervisor.
	Status func([]Status)
	Output io.Writer // of programs without a log file; default: discarded

	BackoffMin time.Duration // before the first restart; doubles with each; default 100 ms
	BackoffMax time.Duration // default 10 s
	Health     time.Duration // running that long clears the back-off; default 10 s
	Probe      time.Duration // between two questions to Ready; default 20 ms

	LogMax  int64 // bytes of a log file before it is rotated; default 10 MiB
	LogKeep int   // rotated files kept beside it (.1 is the newest); default 2
}

func (c Config) withDefaults() Config {
	if c.Status == nil {
		c.Status = func([]Status) {}
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.BackoffMin, 100 * time.Millisecond}, {&c.BackoffMax, 10 * time.Second}, {&c.Health, 10 * time.Second}, {&c.Probe, 20 * time.Millisecond},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if c.LogMax == 0 {
		c.LogMax = 10 << 20
	}
	if c.LogKeep == 0 {
		c.LogKeep = 2
	}
	return c
}

func (s Spec) withDefaults() Spec {
	if s.StopSignal == 0 {
		s.StopSignal = syscall.SIGTERM
	}
	if s.StopTimeout == 0 {
		s.StopTimeout = 10 * time.Second
	}
	return s
}
