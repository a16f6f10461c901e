package lacp

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
)

// saveEvery bounds how often the file is written. What it says may be that old, which is well below the shortest timeout.
const saveEvery = time.Second

// saved is where a port was: its partner, and when that was heard last, since the machine has started.
type saved struct {
	Partner machine.Info
	Heard   time.Duration
	Fast    bool
	Carried bool
}

func (s saved) timeout() time.Duration { return machine.Timeout(s.Fast) }

// save writes the file aside and puts it in place at once. A file that cannot be written costs a flap at the next start, and is said once.
func (a *Agent) save(now time.Duration) {
	a.savedAt = now
	if a.State == "" || !a.dirty {
		a.dirty = false
		return
	}
	a.dirty = false
	all := map[string]saved{}
	for k, p := range a.ports {
		g := a.groups[k.Lag]
		if partner, heard, ok := g.Heard(k.Port); ok {
			all[k.Lag+"|"+k.Port] = saved{partner, heard, p.settings.Group.Fast, a.told[k].Carries}
		}
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(a.State), 0o755)
	}
	if err == nil {
		err = os.WriteFile(a.State+".new", text, 0o644)
	}
	if err == nil {
		err = os.Rename(a.State+".new", a.State)
	}
	if err != nil {
		a.Log.Warn("the state of LACP is not kept", "err", err)
		a.State = ""
	}
}

func (a *Agent) load() error {
	if a.State == "" {
		return nil
	}
	text, err := os.ReadFile(a.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	all := map[string]saved{}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return err
	}
	now := sinceBoot()
	for name, s := range all {
		// A time to come is of another run of the machine.
		if lag, port, ok := strings.Cut(name, "|"); ok && s.Heard <= now {
			a.before[PortKey{lag, port}] = s
		}
	}
	return nil
}
