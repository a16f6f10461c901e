package candidate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
)

// content is a configuration: table -> key -> fields. A row has at least one field (NULL=NULL). Rows are never changed in place.
type content map[string]map[string][]db.Field

// Config is CONFIG_DB as it was read and as it shall be.
type Config struct {
	was, now content
	// shared are the tables of now that are still the maps of was.
	shared map[string]bool
	// rested are rows that the check looked up for the sake of a changed one: the commit depends on them.
	rested map[string]bool
}

// Initialized is a plain key of CONFIG_DB: its value 1 says that the configuration has been loaded (sonic-contract 2.2).
const Initialized = "CONFIG_DB_INITIALIZED"

// Loaded tells whether the boot has loaded the configuration. What is written before would be lost in it.
func Loaded(ctx context.Context, store db.Keyspace) (bool, error) {
	v, _, err := store.Raw(db.Config).Get(ctx, Initialized)
	if err != nil {
		return false, fmt.Errorf("reading CONFIG_DB: %w", err)
	}
	return v == "1", nil
}

// Read takes a copy of CONFIG_DB. Keys without a table (CONFIG_DB_INITIALIZED) are none of the configuration.
func Read(ctx context.Context, store db.Keyspace) (*Config, error) {
	raw := store.Raw(db.Config)
	var keys []string
	err := raw.Keys(ctx, "*"+separator+"*", func(k []string) error {
		keys = append(keys, k...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading CONFIG_DB: %w", err)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	rows, err := raw.Hashes(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading CONFIG_DB: %w", err)
	}
	was := content{}
	for i, k := range keys {
		if rows[i] != nil {
			table, key, _ := strings.Cut(k, separator)
			was.put(table, key, rows[i])
		}
	}
	return start(was), nil
}

// Of is a copy of a configuration that the caller has read: what it says is what Commit takes for the state of CONFIG_DB.
func Of(rows []configjson.Row) *Config { return start(contentOf(rows)) }

func start(was content) *Config {
	c := &Config{was: was, now: maps.Clone(was), shared: map[string]bool{}, rested: map[string]bool{}}
	for table := range was {
		c.shared[table] = true
	}
	return c
}

var separator = db.Config.Separator()

func (x content) put(table, key string, row []db.Field) {
	if x[table] == nil {
		x[table] = map[string][]db.Field{}
	}
	x[table][key] = row
}

func contentOf(rows []configjson.Row) content {
	x := content{}
	for _, r := range rows {
		x.put(r.Table, r.Key, r.Fields)
	}
	return x
}

// rows is a configuration as a file has it, sorted by table and key.
func (x content) rows() (out []configjson.Row) {
	for _, table := range slices.Sorted(maps.Keys(x)) {
		for _, key := range slices.Sorted(maps.Keys(x[table])) {
			out = append(out, configjson.Row{Table: table, Key: key, Fields: x[table][key]})
		}
	}
	return out
}
