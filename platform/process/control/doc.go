// Package control lets other processes ask a process.Supervisor what runs and have it start and stop programs: HTTP with JSON on a unix socket
// between the two, and supervisorctl's commands and wording in front, since scripts and people know those.
package control

import (
	"context"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// Supervisor is what is controlled. All slices have one element for each name.
type Supervisor interface {
	Start(ctx context.Context, names ...string) []error
	Stop(ctx context.Context, names ...string) []error
	Restart(ctx context.Context, names ...string) []error
	Status(ctx context.Context) ([]process.Status, error)
}

// Program is a program as supervisorctl lists it.
type Program struct {
	Name   string
	Of     string // the program of ours that does its work; the same as Name for a process of its own
	State  process.State
	Pid    int
	Since  time.Time
	Exit   string // how it ended last
	Uptime time.Duration
}

// Answer is what became of a verb for one name.
type Answer struct {
	Name string
	// Error is empty when it was done, or one of supervisorctl's words: "no such process", "already started", "not running", or the reason.
	Error string
}

// Supervisorctl's words for what was not done.
const (
	NoSuchProcess  = "no such process"
	AlreadyStarted = "already started"
	NotRunning     = "not running"
)
