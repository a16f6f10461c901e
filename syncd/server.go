package syncd

import (
	"context"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/vidcounter"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Lister is a sai.API that can tell which objects it has, default ones included. With it, an ASIC that outlived the last syncd is adopted, and
// only differences are touched; without it, an ASIC is taken for empty at start.
type Lister interface {
	// List yields the objects of a type. What it yields may be removed meanwhile.
	List(ctx context.Context, t sai.ObjectType, yield func(o sai.Object, attrs []sai.Attribute) error) error
}

// Typer is a sai.API that knows the types of its OIDs. Without it, an attribute tells what it may refer to; and where that is several types, the RID is
// taken for one of SONiC's virtual switch, which holds the type.
type Typer interface {
	ObjectType(rid sai.OID) sai.ObjectType
}

// Config is what a Server is built with.
type Config struct {
	Keyspace db.Keyspace
	API      sai.API
	// Notifications is the channel that API was built with; nil if it reports nothing.
	Notifications <-chan sai.Notification
	// Restored is called at the start, when the ASIC is what ASIC_STATE says and before the first command; nil: nobody is told.
	Restored func(ctx context.Context) error
	Log      *slog.Logger // nil: slog's default
}

// Server executes the commands of ASIC_DB on an ASIC. Run is called once.
type Server struct {
	config Config
	log    *slog.Logger
	api    sai.API
	raw    db.Raw
	flex   db.Raw

	oids     *oids
	vids     *vidcounter.Counter
	found    discovered
	fdb      map[sai.FdbEntry]fdbRow
	view     view
	firstRun bool
	replay   int // commands that a predecessor may have executed already

	batch   *batch
	scratch scratch
}

// New builds a server; it does nothing before Run.
func New(config Config) *Server {
	s := &Server{config: config, log: config.Log, api: config.API, oids: newOIDs(), fdb: map[sai.FdbEntry]fdbRow{}, batch: &batch{}}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.raw, s.flex = config.Keyspace.Raw(db.Asic), config.Keyspace.Raw(db.FlexCounter)
	s.vids, s.found = vidcounter.New(s.raw), newDiscovered()
	return s
}

// Run brings the ASIC to what ASIC_STATE says, and then serves until the context ends, which is its error, or the database is unusable.
func (s *Server) Run(ctx context.Context) error {
	inbox, err := s.config.Keyspace.Inbox(ctx, db.Asic, wire.Commands, wire.Answers)
	if err != nil {
		return fmt.Errorf("syncd: %w", err)
	}
	defer func() { _ = inbox.Close() }()
	doorbell, err := s.config.Keyspace.Inbox(ctx, db.Asic, wire.Commands, wire.Answers)
	if err != nil {
		return fmt.Errorf("syncd: %w", err)
	}
	defer func() { _ = doorbell.Close() }()
	g, ctx := errgroup.WithContext(ctx)
	l := &loop{s: s, inbox: inbox, rung: make(chan struct{}), listen: make(chan struct{}), commits: make(chan *batch), done: make(chan error)}
	g.Go(func() error { return l.ring(ctx, doorbell) })
	g.Go(func() error { return l.commit(ctx) })
	g.Go(func() error {
		if err := s.start(ctx, inbox); err != nil {
			return fmt.Errorf("start: %w", err)
		}
		if s.config.Restored != nil {
			if err := s.config.Restored(ctx); err != nil {
				return fmt.Errorf("start: %w", err)
			}
		}
		return l.run(ctx)
	})
	if err := g.Wait(); err != nil {
		return fmt.Errorf("syncd: %w", err)
	}
	return nil
}
