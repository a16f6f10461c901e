package orchagent

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// CrmInquiryKey is a look at the ASIC's resources. Its only attribute is the configuration; wanting one with another At looks again.
type CrmInquiryKey struct{ At uint64 }

// KindCrmInquiry is its kind; the target is CrmInquiries.
var KindCrmInquiry = &engine.Kind{Name: "CRM_INQUIRY", Rank: 3000, Attr: func(uint16) engine.AttrInfo { return engine.AttrInfo{Name: "config"} }}

// Kind implements engine.Key.
func (CrmInquiryKey) Kind() *engine.Kind { return KindCrmInquiry }

// Refs implements engine.Key.
func (CrmInquiryKey) Refs(func(engine.Key) bool) {}

func (k CrmInquiryKey) String() string { return "CRM_INQUIRY" }

func registerCrm(e *engine.Engine, redis, facts db.Store) {
	e.Source(facts, engine.Bulk, tables.FactCrm.Schema, tables.FactCrmTick.Schema)
	e.Source(redis, engine.Normal, tables.ConfigCrm.Schema)
	e.Sink(redis, tables.CountersCrm.Schema)
	engine.On(e, tables.FactCrmTick, crmTick)
	engine.On(e, tables.FactCrm, crmStats)
}

func crmTick(tx *engine.Tx, _ string, f tables.CrmTickFact) error {
	config, ok := engine.Get(tx, tables.ConfigCrm, tables.CrmConfigKey)
	if !ok {
		config = tables.DefaultCrmConfig()
	}
	engine.Want(tx, CrmInquiryKey{At: f.Count}, engine.Attr[CrmInquiryKey]{Value: config})
	return nil
}

func crmStats(tx *engine.Tx, key string, r tables.CrmStatsRow) error {
	engine.Publish(tx, tables.CountersCrm, key, r)
	return nil
}

// CrmTicks says in facts when it is time to look: at once, and after each interval that is configured.
func CrmTicks(ctx context.Context, store, facts db.Store) error {
	feed, err := store.Watch(ctx, tables.ConfigCrm.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	for n := uint64(1); ; n++ {
		if err := facts.Write(ctx, []db.Write{tables.FactCrmTick.Replace("tick", tables.CrmTickFact{Count: n})}); err != nil {
			return err
		}
		interval, err := crmInterval(ctx, store)
		if err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, interval)
		_, err = feed.Next(wait, 0) // another configuration is looked at once
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
		if err != nil && wait.Err() == nil {
			return err
		}
	}
}

func crmInterval(ctx context.Context, store db.Store) (time.Duration, error) {
	rows, err := store.Get(ctx, tables.ConfigCrm.Schema, []string{tables.CrmConfigKey})
	if err != nil {
		return 0, err
	}
	_, config, err := tables.ConfigCrm.Decode(rows[0].Key, rows[0].Fields)
	if err != nil || rows[0].Gone {
		config = tables.DefaultCrmConfig() // a bad row is quarantined
	}
	return time.Duration(config.PollingInterval) * time.Second, nil
}

// CrmInquiries is the target of inquiries: it asks the ASIC what is left, adds what Use has counted, and tells of thresholds.
type CrmInquiries struct {
	api      sai.API
	sw       sai.OID
	registry *objects.Registry
	facts    db.Store
	use      *Use
	log      *slog.Logger
	told     map[string]int // how often a resource was told of since it was below its low threshold
	missing  map[string]bool
	found    map[string]bool // rows of the last look
}

// NewCrmInquiries asks api about the switch.
func NewCrmInquiries(api sai.API, sw sai.OID, registry *objects.Registry, facts db.Store, use *Use, log *slog.Logger) *CrmInquiries {
	return &CrmInquiries{api: api, sw: sw, registry: registry, facts: facts, use: use, log: log, told: map[string]int{}, missing: map[string]bool{}}
}

// Apply implements engine.Target.
func (c *CrmInquiries) Apply(ctx context.Context, _ *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	for i, op := range ops {
		if op.Verb != engine.Remove {
			errs[i] = c.look(ctx, op.Attrs[0].Value.(tables.CrmConfigRow))
		}
	}
	return errs
}

// maxTold is how often SONiC tells of one resource.
const maxTold = 10

func (c *CrmInquiries) look(ctx context.Context, config tables.CrmConfigRow) error {
	left := c.available(ctx)
	stats := tables.CrmStatsRow{}
	for name, n := range left {
		stats[name] = tables.CrmUse{Used: c.use.Of(name), Available: n}
	}
	learned, err := c.facts.Read(ctx, tables.FactFdb.Schema)
	if err != nil {
		return err
	}
	if u, ok := stats["fdb_entry"]; ok {
		u.Used += uint64(len(learned))
		stats["fdb_entry"] = u
	}
	rows := c.acl(ctx)
	rows[tables.CrmStatsKey] = stats
	for key, row := range rows {
		for name, u := range row {
			c.judge(key, name, u, config.Thresholds[name])
		}
	}
	return c.facts.Write(ctx, c.writes(rows))
}

// judge tells when a resource of a row passes its high threshold, and when it is below the low one again.
func (c *CrmInquiries) judge(row, name string, u tables.CrmUse, t tables.CrmThreshold) {
	level := u.Used
	switch t.Type {
	case "free":
		level = u.Available
	case "percentage":
		level = 0
		if whole := u.Used + u.Available; whole > 0 {
			level = u.Used * 100 / whole
		}
	}
	what, id := "THRESHOLD_EXCEEDED", row+" "+name
	switch {
	case level >= uint64(t.High) && c.told[id] < maxTold:
		c.told[id]++
	case level <= uint64(t.Low) && c.told[id] > 0:
		c.told[id], what = 0, "THRESHOLD_CLEAR"
	default:
		return
	}
	c.log.Warn(strings.ToUpper(name)+" "+what, "type", "TH_"+strings.ToUpper(t.Type), "level", level, "used", u.Used, "free", u.Available, "of", row)
}

// crmAttrs are the switch's attributes that tell how many more fit.
func crmAttrs() map[string]uint16 {
	return map[string]uint16{
		"ipv4_route": sai.SwitchAttrAvailableIPv4RouteEntry, "ipv6_route": sai.SwitchAttrAvailableIPv6RouteEntry,
		"ipv4_nexthop": sai.SwitchAttrAvailableIPv4NexthopEntry, "ipv6_nexthop": sai.SwitchAttrAvailableIPv6NexthopEntry,
		"ipv4_neighbor": sai.SwitchAttrAvailableIPv4NeighborEntry, "ipv6_neighbor": sai.SwitchAttrAvailableIPv6NeighborEntry,
		"nexthop_group_member": sai.SwitchAttrAvailableNextHopGroupMemberEntry, "nexthop_group": sai.SwitchAttrAvailableNextHopGroupEntry,
		"fdb_entry": sai.SwitchAttrAvailableFdbEntry, "ipmc_entry": sai.SwitchAttrAvailableIpmcEntry,
		"snat_entry": sai.SwitchAttrAvailableSnatEntry, "dnat_entry": sai.SwitchAttrAvailableDnatEntry,
	}
}

// available asks for all at once. What the ASIC does not tell is not asked for again.
func (c *CrmInquiries) available(ctx context.Context) map[string]uint64 {
	var names []string
	var requests []sai.GetRequest
	for name, attr := range crmAttrs() {
		if !c.missing[name] {
			names = append(names, name)
			requests = append(requests, sai.GetRequest{
				Object: sai.Object{Type: sai.ObjectTypeSwitch, OID: c.sw}, Attrs: []sai.Attribute{{Meta: sai.ObjectTypeSwitch.Meta().Attr(attr)}},
			})
		}
	}
	out := map[string]uint64{}
	for i, r := range c.api.Get(ctx, sai.ObjectTypeSwitch, requests) {
		n, ok := uint32(0), false
		if r.Status == sai.StatusSuccess && len(r.Attrs) > 0 {
			n, ok = r.Attrs[0].Value.(uint32)
		}
		if !ok {
			c.missing[names[i]] = true
			continue
		}
		out[names[i]] = uint64(n)
	}
	return out
}

// Counted is the adoption whose operations Use counts.
type Counted struct {
	*Adoption
	Use *Use
}

// Adopt implements engine.Adopter.
func (c *Counted) Adopt(ctx context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	found, err := c.Adoption.Adopt(ctx, kinds)
	for i := range found {
		c.Use.add(found[i].Key, 1)
	}
	return found, err
}

// Apply implements engine.Target.
func (c *Counted) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	errs := c.Adoption.Apply(ctx, k, ops)
	c.Use.Note(ops, errs)
	return errs
}

// Submit implements engine.Submitter.
func (c *Counted) Submit(ctx context.Context, k *engine.Kind, ops []engine.Op) (wait func() []error) {
	done := c.Adoption.Submit(ctx, k, ops)
	return func() []error {
		errs := done()
		c.Use.Note(ops, errs)
		return errs
	}
}
