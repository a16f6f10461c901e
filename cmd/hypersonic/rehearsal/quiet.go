package rehearsal

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// A switch is quiet when every engine says that it has done all there is to do, and then nothing in this process has wanted a processor for a while. The
// second holds for what is on its way from one daemon to the next: a goroutine that has work is running or ready to run, however busy the machine is.
const (
	lookEvery = time.Millisecond
	quietFor  = 8 // looks
)

// Quiet returns when the switch has nothing left to do. It is for a process that does nothing else.
func (s *Switch) Quiet(ctx context.Context) error {
	for {
		if err := s.settle(ctx); err != nil {
			return fmt.Errorf("the rehearsed switch does not come to rest: %w", err)
		}
		still, err := resting(ctx)
		if err != nil {
			return fmt.Errorf("the rehearsed switch does not come to rest: %w", err)
		}
		if still {
			return nil
		}
	}
}

// settle waits for all engines. One that has not started yet, or starts anew, is waited for too.
func (s *Switch) settle(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for _, name := range []string{"cfgmgr", "netsync", "orchagent"} {
		for {
			if e := s.engine(name); e != nil {
				if err := e.Settle(ctx); err == nil {
					break
				}
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s: %w", name, ctx.Err())
			case <-tick.C:
			}
		}
	}
	return nil
}

func (s *Switch) engine(name string) *engine.Engine {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.engines[name]
}

// resting looks several times whether any goroutine but this one has something to do. False: one had, at the end.
func resting(ctx context.Context) (bool, error) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	look := []metrics.Sample{{Name: "/sched/goroutines/running:goroutines"}, {Name: "/sched/goroutines/runnable:goroutines"}}
	for range quietFor {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-tick.C:
		}
		metrics.Read(look)
		if look[0].Value.Uint64() > 1 || look[1].Value.Uint64() > 0 {
			return false, nil
		}
	}
	return true, nil
}
