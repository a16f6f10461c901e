package cli

import (
	"context"
	"io"
	"net/netip"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Switch is the switch that commands work on. Its functions are called when a command needs them, never before its flags are parsed.
type Switch struct {
	// Path is a path of the switch (daemon.Env.Path).
	Path func(elem ...string) string
	// Connect opens the databases.
	Connect func(context.Context) (db.Keyspace, error)
	// Redis sends a command to the server as it is, in a database. A nil reply is Redis's; others are int64, string and []any of these.
	Redis func(ctx context.Context, id db.ID, args []string) (any, error)
	// FRR runs a vty command in one of FRR's daemons (zebra, bgpd) and returns what it prints. With ErrRefused the text is the daemon's too.
	FRR func(ctx context.Context, daemon, command string) (string, error)
	// Addresses and Neighbors are the kernel's.
	Addresses func(context.Context) ([]Address, error)
	Neighbors func(context.Context) ([]Neighbor, error)
	// FlushNeighbors has the kernel forget the neighbours that it has learned: of a family all, or one. It returns how many.
	FlushNeighbors func(v6 bool, one netip.Addr) (int, error)
	// Complete adds to the rows of a configuration file what the switch adds when it boots with it.
	Complete func([]configjson.Row) ([]configjson.Row, error)
	// Keep is told of a configuration that has become the file's, or is made from it: the switch starts with it when a later file is not good.
	Keep func([]configjson.Row) error
	// Try tells what the daemons would do if a configuration became another.
	Try func(ctx context.Context, store db.Keyspace, was, now []configjson.Row) (Plan, error)
	// Cages are the cages of the front panel that can be split; none where the model does not say.
	Cages func() ([]Cage, error)
	// CoppDefaults are the groups and traps of control plane policing (rows of tables.FactCoppGroup and FactCoppTrap) of a switch that nobody has configured
	// any for. An error tells that the switch's own are not understood; the rows are SONiC's then.
	CoppDefaults func() ([]db.Write, error)
	// Machine tells what the switch runs on.
	Machine func() Machine
	// Terminal says that the output is for a person: colours, and questions that are worth asking.
	Terminal bool
	Input    io.Reader
	Now      func() time.Time
}

// Plan is what a change of the configuration would do.
type Plan struct {
	ASIC []string // operations on objects, in order
	FRR  []string // lines of FRR's configuration that come and go, in order
}

// Address is an address of a netdev.
type Address struct {
	Interface   string
	Master      string // the device that it belongs to, a VRF's
	Prefix      netip.Prefix
	Admin, Oper tables.UpDown
}

// Neighbor is a neighbour whose MAC address the kernel knows.
type Neighbor struct {
	IP        netip.Addr
	MAC       tables.MAC
	Interface string
	State     string // the kernel's word, upper-case: REACHABLE, STALE ...
}

// Machine is what the switch runs on. Empty texts are not known.
type Machine struct {
	Build        string // version of this program
	Commit       string
	Date         string
	Distribution string // Debian's version
	Kernel       string
	Uptime       time.Duration
}
