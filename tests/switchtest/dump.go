package switchtest

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Databases by the names that scripts use.
var databases = map[string]db.ID{
	"APPL_DB": db.Appl, "ASIC_DB": db.Asic, "COUNTERS_DB": db.Counters, "CONFIG_DB": db.Config, "FLEX_COUNTER_DB": db.FlexCounter,
	"STATE_DB": db.State, "APPL_STATE_DB": db.ApplState,
}

// Dump is a database's content as text, sorted, with objects by their natural names instead of their ids. patterns choose what is shown: of
// ASIC_DB object types (VLAN_MEMBER, or VLAN* for several) or objects (PORT(Ethernet0)); of other databases tables (PORT_TABLE), or rows (PORT_TABLE:Ethernet*).
func Dump(ctx context.Context, k db.Keyspace, id db.ID, patterns ...string) (string, error) {
	names, err := naturalNames(ctx, k)
	if err != nil {
		return "", err
	}
	if id == db.Asic {
		return dumpASIC(ctx, k, names, patterns)
	}
	var lines []string
	err = eachHash(ctx, k.Raw(id), "*", func(key string, fields []db.Field) {
		if !matches(patterns, key, id.Separator()) && !matches(patterns, names.replace(key), id.Separator()) {
			return
		}
		for i := range fields {
			fields[i].Name = names.replace(fields[i].Name)
		}
		slices.SortFunc(fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
		line := names.replace(key)
		for _, f := range fields {
			line += " " + f.Name + "=" + names.replace(volatile(f))
		}
		lines = append(lines, line+"\n")
	})
	slices.Sort(lines)
	return strings.Join(lines, ""), err
}

// volatile hides values that are different each time, or with each ASIC.
func volatile(f db.Field) string {
	if strings.HasPrefix(f.Name, "crm_stats_") && strings.HasSuffix(f.Name, "_available") {
		return "*"
	}
	switch f.Name {
	case "last_up_time", "last_down_time", "since", "last_exit", "pid", "timestamp", "team_device.ifinfo.ifindex",
		"ECMP_HASH_ALGORITHM", "LAG_HASH_ALGORITHM", "HASH|NATIVE_HASH_FIELD_LIST":
		return "*"
	}
	if strings.ContainsAny(f.Value, " ") || f.Value == "" {
		return "'" + f.Value + "'"
	}
	return f.Value
}

// matches tells whether a key is of one of the tables, or like one of the rows.
func matches(patterns []string, key, sep string) bool {
	table, _, _ := strings.Cut(key, sep)
	return slices.ContainsFunc(patterns, func(p string) bool {
		if !strings.Contains(p, sep) {
			return p == table || p == "*"
		}
		return like(p, key)
	})
}

// like matches a pattern with stars; a slash separates nothing.
func like(pattern, text string) bool {
	ok, _ := path.Match(strings.ReplaceAll(pattern, "/", "_"), strings.ReplaceAll(text, "/", "_"))
	return ok
}

func eachHash(ctx context.Context, raw db.Raw, pattern string, f func(key string, fields []db.Field)) error {
	seen := map[string]bool{}
	return raw.Keys(ctx, pattern, func(keys []string) error {
		keys = slices.DeleteFunc(keys, func(k string) bool { return seen[k] || !isHash(k) })
		rows, err := raw.Hashes(ctx, keys)
		if err != nil {
			return fmt.Errorf("%s: %w", keys, err)
		}
		for i, fields := range rows {
			if fields != nil && !seen[keys[i]] {
				seen[keys[i]] = true
				f(keys[i], slices.Clone(fields))
			}
		}
		return nil
	})
}

// isHash leaves out the keys of SONiC's protocols that are no rows.
func isHash(key string) bool {
	return !strings.HasPrefix(key, "_") && !strings.HasSuffix(key, "_KEY_SET") && !strings.HasSuffix(key, "_DEL_SET") &&
		!strings.HasSuffix(key, "_KEY_VALUE_OP_QUEUE") && key != wire.VIDCounter && key != "CONFIG_DB_INITIALIZED"
}

// oidNames are natural names of objects by the text of their ids.
type oidNames map[string]string

var oidText = regexp.MustCompile(`oid:0x[0-9a-f]+`)

func naturalNames(ctx context.Context, k db.Keyspace) (oidNames, error) {
	rows, err := k.Raw(db.Asic).Hashes(ctx, []string{wire.Names})
	if err != nil {
		return nil, fmt.Errorf("natural names: %w", err)
	}
	names := oidNames{"oid:0x0": "null"}
	for _, f := range rows[0] {
		names[f.Name] = f.Value
	}
	return names, nil
}

// replace puts names in the place of ids. An object without a name is one that the ASIC made for itself.
func (n oidNames) replace(text string) string {
	return oidText.ReplaceAllStringFunc(text, func(oid string) string {
		if name, ok := n[oid]; ok {
			return name
		}
		vid, err := sai.ParseOID(oid)
		if err != nil {
			return oid
		}
		return "unnamed " + strings.TrimPrefix(vid.VIDType().String(), "SAI_OBJECT_TYPE_")
	})
}

// Keys are the keys of objects in ASIC_STATE, without that word, that fit patterns as of Dump.
func Keys(ctx context.Context, k db.Keyspace, patterns ...string) (keys []string, err error) {
	names, err := naturalNames(ctx, k)
	if err != nil {
		return nil, err
	}
	err = eachObject(ctx, k, names, patterns, func(key, _, _ string, _ []db.Field) { keys = append(keys, strings.TrimPrefix(key, wire.State)) })
	return keys, err
}

// eachObject gives the objects that fit patterns with their key, type without prefix, and name.
func eachObject(ctx context.Context, k db.Keyspace, names oidNames, patterns []string, f func(key, typ, name string, fields []db.Field)) error {
	return eachHash(ctx, k.Raw(db.Asic), wire.State+"*", func(key string, fields []db.Field) {
		typ, id, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(key, wire.State), "SAI_OBJECT_TYPE_"), ":")
		name := names.replace(id)
		if strings.HasPrefix(id, "{") {
			name = typ + " " + name
		}
		if slices.ContainsFunc(patterns, func(p string) bool { return like(p, typ) || like(p, name) }) {
			f(key, typ, name, fields)
		}
	})
}

func dumpASIC(ctx context.Context, k db.Keyspace, names oidNames, patterns []string) (string, error) {
	var objects []string
	err := eachObject(ctx, k, names, patterns, func(_, typ, text string, fields []db.Field) {
		slices.SortFunc(fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
		for _, f := range fields {
			if f.Name != wire.Null {
				text += "\n  " + strings.TrimPrefix(f.Name, "SAI_"+typ+"_ATTR_") + "=" + names.replace(f.Value)
			}
		}
		objects = append(objects, text+"\n")
	})
	slices.Sort(objects)
	return strings.Join(objects, ""), err
}
