package netsync

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// LinkSource is a kernel.LinkFeed.
type LinkSource interface {
	Next(ctx context.Context) (kernel.LinkBatch, error)
}

// FeatureSource is a LinkSource that knows what the kernel can do, as kernel.LinkFeed does.
type FeatureSource interface {
	HasVrf() (bool, error)
}

// NeighSource is a kernel.NeighFeed.
type NeighSource interface {
	Next(ctx context.Context) (kernel.NeighBatch, error)
}

// Facts keeps the tables of facts in a store in memory as the kernel is. Call Load before the engine reads them: an engine that starts with
// no facts would withdraw what its predecessor told.
type Facts struct {
	store db.Store
	links LinkSource
	neigh NeighSource // nil: not wanted

	// What has been written, each owned by the goroutine that reads its source.
	knownLinks map[string]linkFact
	knownNeigh map[tables.NeighKey]neighFact
}

// NewFacts prepares Facts. neighbors may be nil.
func NewFacts(s db.Store, links LinkSource, neighbors NeighSource) *Facts {
	return &Facts{store: s, links: links, neigh: neighbors, knownLinks: map[string]linkFact{}, knownNeigh: map[tables.NeighKey]neighFact{}}
}

// Load writes all links and neighbours there are, and what the kernel can do if links is a FeatureSource.
func (f *Facts) Load(ctx context.Context) error {
	if s, ok := f.links.(FeatureSource); ok {
		vrf, err := s.HasVrf()
		if err != nil {
			return err
		}
		if err := f.write(ctx, []db.Write{tables.FactFeature.Set(tables.FeatureVrf, tables.FeatureFact{Present: vrf})}); err != nil {
			return err
		}
	}
	if err := f.nextLinks(ctx); err != nil || f.neigh == nil {
		return err
	}
	return f.nextNeigh(ctx)
}

// Run follows the kernel until the context ends.
func (f *Facts) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	follow := func(next func(context.Context) error) {
		g.Go(func() error {
			for {
				if err := next(ctx); err != nil {
					return err
				}
			}
		})
	}
	follow(f.nextLinks)
	if f.neigh != nil {
		follow(f.nextNeigh)
	}
	return g.Wait()
}

// linkFact and neighFact are the rows without pointers, to compare.
type linkFact struct {
	row tables.LinkFact
	mac tables.MAC
}

type neighFact struct {
	row tables.NeighFact
	mac tables.MAC
}

func (f *Facts) nextLinks(ctx context.Context) error {
	b, err := f.links.Next(ctx)
	if err != nil {
		return fmt.Errorf("links: %w", err)
	}
	seen := make(map[string]bool, len(b.Links))
	var writes []db.Write
	for _, l := range b.Links {
		if l.Gone {
			if _, known := f.knownLinks[l.Name]; known {
				delete(f.knownLinks, l.Name)
				writes = append(writes, tables.FactLink.Del(l.Name))
			}
			continue
		}
		seen[l.Name] = true
		now := linkFact{mac: tables.MAC(l.MAC), row: tables.LinkFact{
			Index: l.Index, Kind: l.Kind, Admin: tables.UpDown(l.Admin), Oper: tables.UpDown(l.LowerUp), MTU: l.MTU, VrfTable: l.VrfTable,
		}}
		if was, known := f.knownLinks[l.Name]; known && was == now {
			continue
		}
		f.knownLinks[l.Name] = now
		row, mac := now.row, now.mac
		row.MAC = &mac
		writes = append(writes, tables.FactLink.Replace(l.Name, row))
	}
	if b.Listing {
		for name := range f.knownLinks {
			if !seen[name] {
				delete(f.knownLinks, name)
				writes = append(writes, tables.FactLink.Del(name))
			}
		}
	}
	return f.write(ctx, writes)
}

func (f *Facts) nextNeigh(ctx context.Context) error {
	b, err := f.neigh.Next(ctx)
	if err != nil {
		return fmt.Errorf("neighbours: %w", err)
	}
	seen := make(map[tables.NeighKey]bool, len(b.Neighbors))
	var writes []db.Write
	for _, n := range b.Neighbors {
		k := tables.NeighKey{Interface: n.Link, IP: n.IP}
		if n.Gone {
			if _, known := f.knownNeigh[k]; known {
				delete(f.knownNeigh, k)
				writes = append(writes, tables.FactNeigh.Del(k))
			}
			continue
		}
		seen[k] = true
		now := factOf(n.Neighbor)
		if was, known := f.knownNeigh[k]; known && was == now {
			continue // only its state within the valid ones changed, which happens all the time
		}
		f.knownNeigh[k] = now
		row, mac := now.row, now.mac
		row.MAC = &mac
		writes = append(writes, tables.FactNeigh.Replace(k, row))
	}
	if b.Listing {
		for k := range f.knownNeigh {
			if !seen[k] {
				delete(f.knownNeigh, k)
				writes = append(writes, tables.FactNeigh.Del(k))
			}
		}
	}
	return f.write(ctx, writes)
}

func factOf(n kernel.Neighbor) neighFact {
	return neighFact{mac: tables.MAC(n.MAC), row: tables.NeighFact{
		Valid:    n.State != 0 && n.State&(kernel.Incomplete|kernel.Failed) == 0,
		NoARP:    n.State&kernel.NoARP != 0,
		External: n.Flags&kernel.ExtLearned != 0,
	}}
}

func (f *Facts) write(ctx context.Context, w []db.Write) error {
	if len(w) == 0 {
		return nil
	}
	if err := f.store.Write(ctx, w); err != nil {
		return fmt.Errorf("facts: %w", err)
	}
	return nil
}
