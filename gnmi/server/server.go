package server

import (
	"context"
	"log/slog"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
	"github.com/hypersonic-nos/hypersonic/gnmi/transaction"
)

// Version is the specification's that the service follows.
const Version = "0.10.0"

// Config is what a Server works with.
type Config struct {
	Store   db.Keyspace
	Origins []origin.Origin // the first serves paths that name neither an origin nor a known target
	// Target is the origin that a prefix's target names (CONFIG_DB), where no origin is named.
	Target   func(name string) (origin.Origin, bool)
	Sets     *transaction.Engine
	Hub      *subscribe.Hub
	Wait     func() bool // every Set answers when the ASIC has it
	Limits   Limits
	Now      func() time.Time
	Log      *slog.Logger
	Counters *Counters
}

// Limits bound what one client can take.
type Limits struct {
	Queue         int // paths that may wait for a client of Subscribe
	Subscriptions int // of one Subscribe
	Paths         int // of one Get or Set
	Streams       int // of Subscribe at a time, of all clients
}

// DefaultLimits are enough for a collector that takes everything.
func DefaultLimits() Limits {
	return Limits{Queue: 1 << 16, Subscriptions: 1024, Paths: 1 << 14, Streams: 4096}
}

// Server implements gpb.GNMIServer.
type Server struct {
	gpb.UnimplementedGNMIServer
	Config
	group   *errgroup.Group
	streams chan struct{} // a token each
}

// New makes a server, whose goroutines run in the group.
func New(g *errgroup.Group, c Config) *Server {
	return &Server{Config: c, group: g, streams: make(chan struct{}, c.Limits.Streams)}
}

// Capabilities implements gpb.GNMIServer.
func (s *Server) Capabilities(context.Context, *gpb.CapabilityRequest) (*gpb.CapabilityResponse, error) {
	out := &gpb.CapabilityResponse{GNMIVersion: Version, SupportedEncodings: []gpb.Encoding{
		gpb.Encoding_JSON, gpb.Encoding_JSON_IETF, gpb.Encoding_PROTO, gpb.Encoding_ASCII,
	}}
	for _, o := range s.Origins {
		out.SupportedModels = append(out.SupportedModels, o.Models()...)
	}
	return out, nil
}
