package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/hypersonic-nos/hypersonic/gnmi/gnoi"
	"github.com/hypersonic-nos/hypersonic/platform/process/control"
)

// GnmiProgram is the server's name under the supervisor, as SONiC's.
const GnmiProgram = "gnmi-native"

// redisProgram is the supervisor's name of the databases.
const redisProgram = "redis-server"

// warmPrograms are begun again by a warm reboot: what they need is in the databases and in the kernel, and forwarding goes on.
var warmPrograms = []string{"cfgmgr", "netsync", "orchagent", "syncd"}

// supervisorTime bounds what the supervisor is asked.
const supervisorTime = 60 * time.Second

func (p *gnmiParts) gnoi() gnoi.Config {
	return gnoi.Config{
		Store: p.store, Root: func() (*os.Root, error) { return os.OpenRoot(p.env.Root) }, Group: p.group, Ctx: p.ctx, Now: time.Now,
		Actions: gnoi.Actions{Restart: p.restart, Kill: p.kill, Reset: p.reset, Version: softwareVersion},
	}
}

// supervise asks the supervisor to do something with programs.
func (p *gnmiParts) supervise(ctx context.Context, verb string, names ...string) error {
	client := control.NewClient(p.env.ControlSocket(), supervisorTime)
	defer client.Close()
	answers, err := client.Do(ctx, verb, names)
	if err != nil {
		return fmt.Errorf("the supervisor does not answer: %w", err)
	}
	var errs []error
	for _, a := range answers {
		if a.Error != "" {
			errs = append(errs, fmt.Errorf("%s %s: %s", verb, a.Name, a.Error))
		}
	}
	return errors.Join(errs...)
}

// restart begins the programs again. The server itself goes on: it would not see the end of what it began. Cold, the databases go, and come back with the
// configuration of the file, upon which every daemon makes what it says.
func (p *gnmiParts) restart(ctx context.Context, cold bool) error {
	if !cold {
		return p.supervise(ctx, "restart", warmPrograms...)
	}
	return errors.Join(p.supervise(ctx, "stop", warmPrograms...), p.supervise(ctx, "restart", redisProgram), p.supervise(ctx, "start", warmPrograms...))
}

func (p *gnmiParts) kill(ctx context.Context, name string, restart bool) error {
	client := control.NewClient(p.env.ControlSocket(), supervisorTime)
	defer client.Close()
	programs, err := client.Programs(ctx)
	if err != nil {
		return fmt.Errorf("the supervisor does not answer: %w", err)
	}
	if !slices.ContainsFunc(programs, func(c control.Program) bool { return c.Name == name }) {
		return errors.New("there is no such program")
	}
	if restart {
		return p.supervise(ctx, "restart", name)
	}
	return p.supervise(ctx, "stop", name)
}

// reset removes what people configured. keepCerts leaves the server's users and certificates; those of other directories are left anyway.
func (p *gnmiParts) reset(_ context.Context, keepCerts bool) error {
	files := []string{p.env.ConfigDB(), p.env.Path("var/lib/hypersonic/gnmi/pending.json")}
	if !keepCerts {
		files = append(files, p.env.GnmiUsers())
	}
	var errs []error
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// softwareVersion is what the program was built from.
func softwareVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return info.Main.Version + " " + s.Value
		}
	}
	return info.Main.Version
}
