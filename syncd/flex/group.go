package flex

import (
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// poller is all there is to poll.
type poller struct {
	store  db.Keyspace
	api    API
	clock  Clock
	log    *slog.Logger
	table  *db.Schema // of groups
	groups map[string]*group
	lists  map[string]*list
	// fresh says that there are objects whose real ids have not been looked for; sought is when they last were.
	fresh  bool
	sought time.Time
	losses int
	gone   []string        // objects whose rows go, because nobody polls them any more
	listed map[string]bool // keys seen in a listing that is under way; nil: none is
}

func newPoller(c Config, groups *db.Schema) *poller {
	losses, _ := c.Store.Lost()
	return &poller{
		store: c.Store, api: c.API, clock: c.Clock, log: c.Log, table: groups, groups: map[string]*group{}, lists: map[string]*list{}, losses: losses,
	}
}

// group is objects that are polled together. Rows of objects may come before the row of their group.
type group struct {
	name     string
	interval time.Duration
	enabled  bool
	clears   bool
	objects  map[string]*object
	due      time.Time
	polls    int
	last     time.Time // when it was polled; zero: not since it was enabled
}

// object is one whose counters are polled.
type object struct {
	vid    string // as it is written
	rid    sai.OID
	list   *list
	last   []uint64 // as written; nil: nothing is written
	refuse bool     // the ASIC refused to tell, and it was told to the log

	phase    ratePhase
	measured bool       // instant is of this poll
	instant  [4]float64 // a second
	rates    [4]float64 // smoothed, as written
	kept     []uint64   // the values that rates come from, as written
}

// list is counters of a type of object, shared by all objects that have the same.
type list struct {
	object sai.ObjectType
	names  []string
	stats  []int32
	attrs  []sai.Attribute // instead of stats, of objects that count in attributes
	rates  *rateKind       // nil: none are computed
}

// next is when something has to be polled, or looked for.
func (p *poller) next() (at time.Time, ok bool) {
	for _, g := range p.groups {
		if g.active() && (!ok || g.due.Before(at)) {
			at, ok = g.due, true
		}
	}
	if len(p.gone) > 0 {
		return p.clock.Now(), true
	}
	if again := p.sought.Add(retry); ok && p.fresh && again.Before(at) {
		return again, true
	}
	return at, ok
}

func (g *group) active() bool { return g.enabled && g.interval > 0 && len(g.objects) > 0 }

// take learns what FLEX_COUNTER_DB says.
func (p *poller) take(b db.Batch) {
	if b.Listing {
		p.listed = map[string]bool{}
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		if p.listed != nil {
			p.listed[c.Table.Name+":"+c.Key] = true
		}
		if c.Table.Name == p.table.Name {
			p.takeGroup(c)
		} else {
			p.takeObject(c)
		}
	}
	if b.Listed && p.listed != nil {
		p.dropUnlisted()
		p.listed = nil
	}
}

func (p *poller) group(name string) *group {
	g := p.groups[name]
	if g == nil {
		g = &group{name: strings.Clone(name), objects: map[string]*object{}}
		p.groups[g.name] = g
	}
	return g
}

func (p *poller) takeGroup(c *db.Change) {
	g := p.group(c.Key)
	was := g.active()
	before := g.interval
	g.interval, g.enabled, g.clears = 0, false, false
	for _, f := range c.Fields {
		switch f.Name {
		case "POLL_INTERVAL":
			ms, err := strconv.ParseUint(f.Value, 10, 31)
			if err != nil {
				p.log.Warn("flex counter group", "group", g.name, "POLL_INTERVAL", strings.Clone(f.Value), "err", "not a number of milliseconds")
			}
			g.interval = time.Duration(ms) * time.Millisecond
		case "FLEX_COUNTER_STATUS":
			g.enabled = f.Value == "enable"
		case "STATS_MODE":
			g.clears = f.Value == "STATS_MODE_READ_AND_CLEAR"
		}
	}
	if g.active() && (!was || g.interval != before) {
		g.due, g.last = p.clock.Now(), time.Time{}
	}
}

func (p *poller) takeObject(c *db.Change) {
	name, vid, ok := strings.Cut(c.Key, ":")
	if !ok {
		return
	}
	g := p.group(name)
	var l *list
	for _, f := range c.Fields {
		if found := p.listOf(f.Name, f.Value); found != nil {
			l = found
		}
	}
	switch o := g.objects[vid]; {
	case c.Gone || l == nil:
		p.drop(g, vid)
	case o != nil && o.list == l:
	default:
		if len(g.objects) == 0 {
			g.due, g.last = p.clock.Now(), time.Time{}
		}
		vid = strings.Clone(vid)
		g.objects[vid] = &object{vid: vid, list: l}
		p.fresh = true
	}
}

// drop ends the polling of an object. Its counters go with the last group that polls it: they would be told for ever.
func (p *poller) drop(g *group, vid string) {
	o := g.objects[vid]
	delete(g.objects, vid)
	for _, other := range p.groups {
		if other.objects[vid] != nil {
			return
		}
	}
	if o != nil {
		p.gone = append(p.gone, o.vid)
	}
}

func (p *poller) dropUnlisted() {
	for _, g := range p.groups {
		for vid := range g.objects {
			if !p.listed["FLEX_COUNTER_TABLE:"+g.name+":"+vid] {
				p.drop(g, vid)
			}
		}
		if !p.listed[p.table.Name+":"+g.name] {
			g.enabled = false
		}
	}
}

// listOf reads a field of an object's row; nil: it is no list of counters that are polled here.
func (p *poller) listOf(field, value string) *list {
	var t sai.ObjectType
	attrs := false
	switch field {
	case "ACL_COUNTER_ATTR_ID_LIST":
		t, attrs = sai.ObjectTypeAclCounter, true
	case "PORT_COUNTER_ID_LIST", "PORT_DEBUG_COUNTER_ID_LIST":
		t = sai.ObjectTypePort
	case "QUEUE_COUNTER_ID_LIST":
		t = sai.ObjectTypeQueue
	case "PG_COUNTER_ID_LIST":
		t = sai.ObjectTypeIngressPriorityGroup
	case "RIF_COUNTER_ID_LIST":
		t = sai.ObjectTypeRouterInterface
	case "BUFFER_POOL_COUNTER_ID_LIST":
		t = sai.ObjectTypeBufferPool
	case "TUNNEL_COUNTER_ID_LIST":
		t = sai.ObjectTypeTunnel
	case "SWITCH_DEBUG_COUNTER_ID_LIST", "SWITCH_COUNTER_ID_LIST":
		t = sai.ObjectTypeSwitch
	case "POLICER_COUNTER_ID_LIST":
		t = sai.ObjectTypePolicer
	case "FLOW_COUNTER_ID_LIST":
		t = sai.ObjectTypeCounter
	default:
		return nil
	}
	key := field + "=" + value
	if l, ok := p.lists[key]; ok {
		return l
	}
	l := &list{object: t}
	for name := range strings.SplitSeq(strings.Clone(value), ",") {
		if attrs {
			if m := t.Meta().AttrByName(name); m != nil {
				l.names, l.attrs = append(l.names, name), append(l.attrs, sai.Attribute{Meta: m})
			}
			continue
		}
		n, err := t.Meta().Stats.Parse(name)
		if err != nil {
			p.log.Warn("flex counters", "field", field, "err", err) // the others are polled
			continue
		}
		l.names, l.stats = append(l.names, name), append(l.stats, n)
	}
	l.rates = ratesOf(l)
	p.lists[strings.Clone(key)] = l
	return l
}
