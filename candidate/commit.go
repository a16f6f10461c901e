package candidate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Conflict says that somebody else changed rows in the meantime that the change touches, or that its check rested on. Nothing was written.
type Conflict struct {
	Keys []string // full keys: VLAN|Vlan10
}

func (e *Conflict) Error() string {
	return "CONFIG_DB was changed meanwhile by somebody else: " + strings.Join(e.Keys, ", ")
}

// Commit writes the difference in one transaction, if the rows that it touches, and those that Check looked up for them (the VLAN of a new member), are as they
// were read. It does not check. A candidate that changes nothing writes nothing. After it the candidate is what CONFIG_DB is, and may be changed further.
func (c *Config) Commit(ctx context.Context, store db.Keyspace) error {
	changes := c.Changes()
	if len(changes) > 0 {
		conflict, err := store.Raw(db.Config).WriteIf(ctx, c.basis(changes), delta(changes))
		if err != nil {
			return fmt.Errorf("writing CONFIG_DB: %w", err)
		}
		if len(conflict) > 0 {
			return &Conflict{Keys: conflict}
		}
	}
	*c = *start(c.now)
	return nil
}

// basis is what the commit depends on, as it was read.
func (c *Config) basis(changes []Change) (out []db.RawRow) {
	rested := maps.Clone(c.rested)
	for _, x := range changes {
		out = append(out, db.RawRow{Key: x.fullKey(), Fields: x.Was})
		delete(rested, x.fullKey())
	}
	for _, full := range slices.Sorted(maps.Keys(rested)) {
		table, key, _ := strings.Cut(full, separator)
		out = append(out, db.RawRow{Key: full, Fields: c.was[table][key]})
	}
	return out
}

// attempts is how often Edit begins again. Who is disturbed that often meets somebody who writes the same rows all the time.
const attempts = 10

// Edit reads CONFIG_DB, lets f change the copy, checks it and commits it; if somebody else was quicker, all of it again. Faults come as a joined error.
func Edit(ctx context.Context, store db.Keyspace, f func(*Config) error) error {
	for n := 1; ; n++ {
		c, err := Read(ctx, store)
		if err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
		if err := Join(c.Check()); err != nil {
			return err
		}
		err = c.Commit(ctx, store)
		var conflict *Conflict
		if !errors.As(err, &conflict) || n == attempts {
			return err
		}
	}
}
