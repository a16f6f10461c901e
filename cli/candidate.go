package cli

import (
	"context"
	"slices"

	config "github.com/hypersonic-nos/hypersonic/candidate"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
)

// candidate is CONFIG_DB as it is and as a command wants it.
type candidate struct{ *config.Config }

func readConfig(ctx context.Context, store db.Keyspace) (*candidate, error) {
	c, err := config.Read(ctx, store)
	if err != nil {
		return nil, err
	}
	return &candidate{c}, nil
}

// has tells whether there is a row.
func has[K comparable, R any](c *candidate, t db.Table[K, R], k K) bool {
	return config.Has(c.Config, t, k)
}

// rowOf is a row; one that is not there, or does not decode, is zero.
func rowOf[K comparable, R any](c *candidate, t db.Table[K, R], k K) R {
	return config.Row(c.Config, t, k)
}

// rowsOf are the rows of a table that decode, naturally ordered. The check of the whole candidate tells of the others.
func rowsOf[K comparable, R any](c *candidate, t db.Table[K, R]) []entry[K, R] {
	rows := config.Rows(c.Config, t)
	out := make([]entry[K, R], len(rows))
	for i, r := range rows {
		out[i] = entry[K, R](r)
	}
	slices.SortStableFunc(out, func(a, b entry[K, R]) int { return natural.Compare(t.EncodeKey(a.Key), t.EncodeKey(b.Key)) })
	return out
}

// keysOf are the texts of the keys of a table, naturally ordered.
func (c *candidate) keysOf(t *db.Schema) []string {
	keys := c.Keys(t.Name)
	slices.SortFunc(keys, natural.Compare)
	return keys
}

func (c *candidate) write(writes ...db.Write) { c.Write(writes...) }
