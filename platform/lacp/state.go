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

// saveEvery bounds how often the file is written for nothing but a partner that was heard again. It is well below the shortest timeout.
const saveEvery = time.Second

// saved is where a port was. Times are since the machine has started.
type saved struct {
	machine.Past
	Fast    bool
	Carried bool
}

// holds tells whether the partner has not been silent for too long.
func (s saved) holds(now time.Duration) bool {
	return s.Defaulted || now-s.Heard < machine.Timeout(s.Fast)
}

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
		if past, ok := g.Past(k.Port); ok {
			all[k.Lag+"|"+k.Port] = saved{past, p.settings.Group.Fast, a.told[k].Carries}
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
