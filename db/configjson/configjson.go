// Package configjson reads and writes config_db.json, SONiC's file form of CONFIG_DB: table -> key -> field -> value, where a list value is the
// database's `field@` (sonic-contract 2.2).
package configjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// Row is one row of CONFIG_DB, its table by name since a file may hold tables that this program does not know.
type Row struct {
	Table, Key string
	Fields     []db.Field
}

// FullKey is the row's key in Redis.
func (r Row) FullKey() string { return r.Table + db.Config.Separator() + r.Key }

// Parse reads a whole file. An error names table, key and field; nothing is returned then. Rows come sorted by table and key.
func Parse(text []byte) ([]Row, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var file map[string]map[string]map[string]any
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("config_db.json: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("config_db.json: text after the end of the object")
	}
	var rows []Row
	for table, keys := range file {
		for key, fields := range keys {
			row := Row{Table: table, Key: key}
			for name, value := range fields {
				f, err := field(name, value)
				if err != nil {
					return nil, fmt.Errorf("config_db.json: %s|%s: field %q: %w", table, key, name, err)
				}
				row.Fields = append(row.Fields, f)
			}
			if len(row.Fields) == 0 {
				row.Fields = []db.Field{{Name: "NULL", Value: "NULL"}}
			}
			slices.SortFunc(row.Fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
			rows = append(rows, row)
		}
	}
	sort.Slice(rows, func(i, j int) bool {
		if rows[i].Table != rows[j].Table {
			return rows[i].Table < rows[j].Table
		}
		return rows[i].Key < rows[j].Key
	})
	return rows, nil
}

// field turns one JSON value into the database's form.
func field(name string, value any) (db.Field, error) {
	if list, ok := value.([]any); ok {
		parts := make([]string, len(list))
		for i, v := range list {
			text, err := scalar(v)
			if err != nil {
				return db.Field{}, fmt.Errorf("element %d: %w", i+1, err)
			}
			parts[i] = text
		}
		return db.Field{Name: name + "@", Value: strings.Join(parts, ",")}, nil
	}
	text, err := scalar(value)
	return db.Field{Name: name, Value: text}, err
}

func scalar(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		// SONiC's tools write Python's str() of what they read.
		if v {
			return "True", nil
		}
		return "False", nil
	}
	return "", fmt.Errorf("neither text nor number nor list")
}

// Format writes rows as config_db.json, sorted and indented as SONiC's `config save` does.
func Format(rows []Row) ([]byte, error) {
	file := map[string]map[string]map[string]any{}
	for _, r := range rows {
		if file[r.Table] == nil {
			file[r.Table] = map[string]map[string]any{}
		}
		fields := map[string]any{}
		for _, f := range r.Fields {
			if f.Name == "NULL" && f.Value == "NULL" {
				continue
			}
			if name, ok := strings.CutSuffix(f.Name, "@"); ok {
				list := []string{}
				if f.Value != "" {
					list = strings.Split(f.Value, ",")
				}
				fields[name] = list
				continue
			}
			fields[f.Name] = f.Value
		}
		file[r.Table][r.Key] = fields
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	err := e.Encode(file)
	return b.Bytes(), err
}

// Check decodes every row of a known table and returns what is wrong, one error a row, each naming table, key, field and value.
func Check(rows []Row, known []*db.Schema) []error {
	byName := map[string]*db.Schema{}
	for _, s := range known {
		byName[s.Name] = s
	}
	var errs []error
	for _, r := range rows {
		if s := byName[r.Table]; s != nil {
			if err := s.Check(r.Key, r.Fields); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errs
}
