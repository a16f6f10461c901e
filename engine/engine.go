package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Engine holds everything that its rows want and that its targets have. Build it with New, Bind, Source, Sink and the On functions, then Run it:
// from then on one goroutine owns all of it, and only Run's, Settle, Explain and Metrics may be called.
type Engine struct {
	config Config

	// what exists and is wanted
	kinds     map[*Kind]*kind
	ranked    []*kind // by rank, then name
	dirty     []*node // to be looked at
	garbage   []*node // perhaps of no use to anybody
	unsure    []*node // perhaps with another status than told
	queued    int     // nodes in the kinds' queues
	urgent    int     // of them, those in the urgent parts
	troubled  int     // nodes with a trouble
	serial    uint32  // of marks in nodes
	linking   linking
	conflicts map[*node][]*owner // whose values are not in force
	mayApply  bool               // the inputs that decide are complete
	mayPrune  bool               // all inputs are complete

	// what rows there are and what they are translated to
	tables       map[tableID]*table
	views        map[*db.Schema]any
	translations []*translation
	stale        []*owner // to be translated
	staleUrgent  []*owner // first, because of urgent rows
	tx           Tx
	rowTroubles  map[string][]rowTrouble
	untold       []string // rows perhaps with another status than told

	// published rows
	sinks     []*sink
	rowTables map[*db.Schema]*rowTable
	// identifiers are the targets that assign identities, which rows tell.
	identifiers []Identifier

	aparts  []*apart
	dense   []denseStore
	handles handles
	flights []flight
	landed  time.Time // when the last flight did

	feeds    []*feed
	lanes    [laneCount]lane
	retries  retries
	hub      hub
	marks    marks
	working  int  // lane of the rows whose consequences are being worked off, or -1
	justTook bool // the last turn took rows
	running  bool
	fatal    error
	statusQ  []Status
	told     map[string]told
	metrics  counters
}

// kind is a Kind with its objects.
type kind struct {
	*Kind
	target Target
	apart  *apart // the target's, if it has a goroutine of its own
	infos  map[uint16]*AttrInfo
	nodes  map[Key]*node
	rows   *rowTable  // published rows, otherwise nil
	dense  denseStore // of the same kind, or nil
	removes, sets,
	deferred queue
	full      []*node    // wait for room
	fullDense []parkedAt // dense objects of other kinds that do
	cost      float64    // of one operation, nanoseconds, lately
	count     kindCounters
}

// New is an empty engine. Configuration is completed with defaults.
func New(c Config) *Engine {
	if c.MaxOps <= 0 {
		c.MaxOps = 1000
	}
	if c.MaxTime <= 0 {
		c.MaxTime = 2_000_000
	}
	if c.Clock == nil {
		c.Clock = machineClock{}
	}
	e := &Engine{
		config:      c,
		kinds:       map[*Kind]*kind{},
		tables:      map[tableID]*table{},
		views:       map[*db.Schema]any{},
		rowTables:   map[*db.Schema]*rowTable{},
		rowTroubles: map[string][]rowTrouble{},
		conflicts:   map[*node][]*owner{},
		told:        map[string]told{},
		working:     -1,
		handles:     newHandles(),
		hub:         newHub(),
	}
	for i := range e.lanes {
		e.lanes[i].in = make(chan delivery)
	}
	e.linking.init(e)
	return e
}

// Bind says which target makes objects of the kinds real; before Run, and one target a kind.
func (e *Engine) Bind(t Target, kinds ...*Kind) {
	for _, k := range kinds {
		b := e.kind(k)
		if b.target != nil {
			panic(fmt.Sprintf("engine: kind %s is bound twice", k.Name))
		}
		b.target = t
	}
	if i, ok := t.(Identifier); ok && !slices.Contains(e.identifiers, i) {
		e.identifiers = append(e.identifiers, i)
	}
}

// kind finds or makes the state of a kind. Kinds that are referred to before they are bound, or in a dry run, have no target.
func (e *Engine) kind(k *Kind) *kind {
	if b, ok := e.kinds[k]; ok {
		return b
	}
	b := &kind{Kind: k, infos: map[uint16]*AttrInfo{}, nodes: map[Key]*node{}}
	e.kinds[k] = b
	at, _ := slices.BinarySearchFunc(e.ranked, b, func(a, b *kind) int {
		if a.Rank != b.Rank {
			return a.Rank - b.Rank
		}
		return strings.Compare(a.Name, b.Name)
	})
	e.ranked = slices.Insert(e.ranked, at, b)
	return b
}

// info caches the facts of an attribute, because Kind.Attr may build them anew each time.
func (k *kind) info(id uint16) *AttrInfo {
	if i, ok := k.infos[id]; ok {
		return i
	}
	var i AttrInfo
	switch {
	case k.rows != nil:
		i = AttrInfo{Name: k.rows.fieldName(id), HasDefault: true}
	case k.Attr != nil:
		i = k.Attr(id)
	}
	if i.Name == "" {
		i.Name = fmt.Sprint("attribute ", id)
	}
	k.infos[id] = &i
	return &i
}

func (k *kind) depth(n *node) int {
	if k.Depth == nil {
		return 0
	}
	return k.Depth(n.key)
}

// Source says where On, Get, Each and OnDense find tables; before Run. Each call opens one feed.
func (e *Engine) Source(s db.Store, lane Lane, tables ...*db.Schema) {
	f := &feed{store: s, lane: lane, by: map[*db.Schema]*table{}}
	for _, schema := range tables {
		t := e.table(schema)
		if t.feed != nil {
			panic(fmt.Sprintf("engine: table %s has two sources", schema.Name))
		}
		t.feed = f
		f.tables = append(f.tables, t)
	}
	e.feeds = append(e.feeds, f)
}
