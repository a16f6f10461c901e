package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// processTime is the CPU time of all threads, in nanoseconds.
func processTime() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t) // never fails
	return t.Nano()
}

// pin keeps the calling thread on a CPU, until the result is called. A machine without that CPU does without.
func pin(cpu int) (release func()) {
	var was, set unix.CPUSet
	if unix.SchedGetaffinity(0, &was) != nil {
		return func() {}
	}
	set.Set(cpu)
	_ = unix.SchedSetaffinity(0, &set)
	return func() { _ = unix.SchedSetaffinity(0, &was) }
}

// share is how the machine's CPU time is divided while this runs.
type share struct {
	began time.Time
	own   int64
	busy  float64 // seconds
}

func newShare() share { return share{time.Now(), processTime(), busy()} }

// taken says who had the CPUs since then.
func (s share) taken() string {
	all := time.Since(s.began).Seconds() * float64(runtime.NumCPU())
	own := float64(processTime()-s.own) / 1e9
	others := max(0, busy()-s.busy-own)
	return fmt.Sprintf("%d CPUs, of which this took %.0f %% and everything else %.0f %%", runtime.NumCPU(), 100*own/all, 100*others/all)
}

// busy is the time that the machine's CPUs were not idle.
func busy() (seconds float64) {
	text, _ := os.ReadFile("/proc/stat")
	f := strings.Fields(strings.SplitN(string(text), "\n", 2)[0])
	for i, v := range f {
		if i == 0 || i == 4 || i == 5 || i > 8 { // the word cpu, idle, waiting; guests are in user
			continue
		}
		var ticks float64
		_, _ = fmt.Sscan(v, &ticks)
		seconds += ticks / 100
	}
	return seconds
}
