package rehearsal

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Plan is what a change of the configuration would do.
type Plan struct {
	ASIC []string // operations: create, set, remove OBJECT ATTRIBUTE=value ...
	FRR  []string // lines that come (+) and go (-), each after its daemon's name
}

// Trial is a change to be tried.
type Trial struct {
	SKU      hwsku.SKU
	MAC      tables.MAC
	Was, Now []configjson.Row
	// Up says of front-panel netdevs, in the order of the SKU's ports, whether they have a link. Without it all have one.
	Up func(port string) bool
	// Neighbors are those that the switch knows.
	Neighbors []Neighbor
}

// Neighbor is one that has answered.
type Neighbor struct {
	Key tables.NeighKey
	MAC tables.MAC
}

// Try has a switch in memory run the configuration as it was, changes it, and tells what its daemons did then. Routes of protocols are not in it.
func Try(ctx context.Context, t Trial) (Plan, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := New(Options{
		Env: daemon.Env{Root: "/nonexistent", Log: slog.New(slog.DiscardHandler)}, SKU: t.SKU, MAC: t.MAC,
		Ended: func(name string, err error) { cancel(fmt.Errorf("the rehearsed %s ended: %w", name, err)) },
	})
	defer s.Close()
	plan, err := s.try(ctx, t)
	if err != nil && context.Cause(ctx) != nil {
		err = context.Cause(ctx)
	}
	return plan, err
}

func (s *Switch) try(ctx context.Context, t Trial) (Plan, error) {
	config := candidate.Of(nil)
	config.Replace(t.Was)
	if err := config.Commit(ctx, s.client); err != nil {
		return Plan{}, err
	}
	if err := s.client.Raw(db.Config).Set(ctx, candidate.Initialized, "1"); err != nil {
		return Plan{}, err
	}
	for i, p := range t.SKU.Ports {
		if t.Up != nil && !t.Up(p.Name) {
			s.Kernel.Front(fmt.Sprintf("eth%d", i+1), false)
		}
	}
	s.Start()
	if err := s.Quiet(ctx); err != nil {
		return Plan{}, err
	}
	for _, n := range t.Neighbors {
		s.Kernel.Neighbor(n.Key.Interface, n.Key.IP, (*linux.MAC)(&n.MAC))
	}
	if err := s.Quiet(ctx); err != nil {
		return Plan{}, err
	}
	names := map[string]string{}
	if err := s.addNames(ctx, names); err != nil {
		return Plan{}, err
	}
	s.Tap.Reset()
	s.lines.reset()
	config.Replace(t.Now)
	if err := config.Commit(ctx, s.client); err != nil {
		return Plan{}, err
	}
	if err := s.Quiet(ctx); err != nil {
		return Plan{}, err
	}
	if err := s.addNames(ctx, names); err != nil {
		return Plan{}, err
	}
	plan := Plan{FRR: s.lines.told()}
	for _, o := range s.Tap.Operations() {
		plan.ASIC = append(plan.ASIC, o.named(names))
	}
	return plan, nil
}

// addNames adds the natural names of the objects that are there, by the text of their ids.
func (s *Switch) addNames(ctx context.Context, names map[string]string) error {
	rows, err := s.client.Raw(db.Asic).Hashes(ctx, []string{wire.Names})
	if err != nil {
		return fmt.Errorf("names of objects: %w", err)
	}
	for _, f := range rows[0] {
		names[f.Name] = f.Value
	}
	return nil
}

var oid = regexp.MustCompile(`oid:0x[0-9a-f]+`)

// named is the operation with names in the place of ids: create VLAN(10) VLAN_ID=10.
func (o Operation) named(names map[string]string) string {
	name := func(text string) string {
		return oid.ReplaceAllStringFunc(text, func(id string) string {
			if n, ok := names[id]; ok {
				return n
			}
			return id
		})
	}
	typ := strings.TrimPrefix(o.Type, "SAI_OBJECT_TYPE_")
	text := o.Verb + " " + name(o.ID)
	if strings.HasPrefix(o.ID, "{") || o.Verb == wire.Flush {
		text = o.Verb + " " + typ + " " + name(o.ID)
	}
	fields := slices.SortedFunc(slices.Values(o.Fields), func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range fields {
		text += " " + strings.TrimPrefix(f.Name, "SAI_"+typ+"_ATTR_") + "=" + name(f.Value)
	}
	return text
}
