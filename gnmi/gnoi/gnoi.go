// Package gnoi is the operations that gNOI has beside gNMI: System, File, Healthz, FactoryReset, and of OS what a container has. What acts on the switch comes
// from outside (Actions), since the processes and files are the daemons' business.
package gnoi

import (
	"context"
	"os"
	"time"

	"github.com/openconfig/gnoi/factory_reset"
	"github.com/openconfig/gnoi/file"
	"github.com/openconfig/gnoi/healthz"
	gos "github.com/openconfig/gnoi/os"
	"github.com/openconfig/gnoi/system"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Actions are what the services do to the switch.
type Actions struct {
	// Restart begins the switch's programs again: warm leaves the databases and what forwards alone, cold loads the configuration anew.
	Restart func(ctx context.Context, cold bool) error
	// Kill ends a program, which the supervisor starts again if restart says so.
	Kill func(ctx context.Context, name string, restart bool) error
	// Reset removes what was configured: the next cold start begins as a new switch does.
	Reset func(ctx context.Context, keepCerts bool) error
	// Version is the software's.
	Version func() string
}

// Config is what the services work with.
type Config struct {
	Store db.Store
	Root  func() (*os.Root, error) // what File serves; nothing outside is reached
	Actions
	Group *errgroup.Group
	Ctx   context.Context // of what goes on after its RPC: a reboot that was asked for
	Now   func() time.Time
}

// Register adds the services.
func Register(s grpc.ServiceRegistrar, c Config) {
	system.RegisterSystemServer(s, newSystem(c))
	file.RegisterFileServer(s, &files{Config: c})
	healthz.RegisterHealthzServer(s, &health{Config: c})
	factory_reset.RegisterFactoryResetServer(s, &reset{Config: c})
	gos.RegisterOSServer(s, &software{Config: c})
}
