package db

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Reference is a row that another one names: a leafref of SONiC's YANG models.
type Reference struct {
	Field, Value string   // what names it; without a field a part of the key
	Tables       []string // it is in one of these
	Key          string   // the row's key there, or the first parts of it
}

// refTag is the struct tag of fields of keys and rows that name rows: `ref:"TABLE"`, `ref:"TABLE OTHER"` for a row in either, `ref:"TABLE in Vrf"` where
// the row's key begins with the part Vrf of this row's own. An empty value names nothing.
const refTag = "ref"

// ref is such a tag.
type ref struct {
	field  string // of the row; empty: of the key
	index  []int
	list   bool
	tables []string
	in     []int // the part of the key that comes first; nil: none
}

// references compiles the tags of a table. It is nil if there are none.
func (t Table[K, R]) references() (func(key string, fields []Field) []Reference, error) {
	keyType, rowType := reflect.TypeFor[K](), reflect.TypeFor[R]()
	var ofKey, ofRow []ref
	add := func(to *[]ref, f reflect.StructField, r ref) (err error) {
		if text, tagged := f.Tag.Lookup(refTag); tagged {
			r.list = f.Type.Kind() == reflect.Slice
			if err = r.parse(text, keyType); len(r.tables) > 0 {
				*to = append(*to, r)
			}
		}
		return err
	}
	if keyType.Kind() == reflect.Struct {
		for i := range keyType.NumField() {
			if err := add(&ofKey, keyType.Field(i), ref{index: []int{i}}); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range t.codec.row.columns {
		if err := add(&ofRow, rowType.FieldByIndex(c.index), ref{field: c.name, index: c.index}); err != nil {
			return nil, err
		}
	}
	if len(ofKey)+len(ofRow) == 0 {
		return nil, nil
	}
	return func(text string, fields []Field) (out []Reference) {
		k, _, err := t.Decode(text, fields)
		if err != nil {
			return nil
		}
		key := reflect.ValueOf(&k).Elem()
		for i := range ofKey {
			out = ofKey[i].append(out, key, key.FieldByIndex(ofKey[i].index).String(), t.codec.key.sep)
		}
		for _, f := range fields {
			if n := t.codec.row.find(f.Name, 0); n >= 0 {
				name := t.codec.row.columns[n].name
				if i := slices.IndexFunc(ofRow, func(r ref) bool { return r.field == name }); i >= 0 {
					out = ofRow[i].append(out, key, f.Value, t.codec.key.sep)
				}
			}
		}
		return out
	}, nil
}

func (r *ref) parse(tag string, keyType reflect.Type) error {
	words := strings.Fields(tag)
	if n := len(words); n > 2 && words[n-2] == "in" {
		part := words[n-1]
		words = words[:n-2]
		var f reflect.StructField
		own := keyType.Kind() == reflect.Struct
		if own {
			f, own = keyType.FieldByName(part)
		}
		if !own {
			return nil // the row type is another table's too, and names nothing in this one
		}
		if f.Type.Kind() != reflect.String {
			return fmt.Errorf("tag %q: the key's %s is no text", tag, part)
		}
		r.in = f.Index
	}
	if r.tables = words; len(words) == 0 {
		return fmt.Errorf("tag %q names no table", tag)
	}
	return nil
}

// append adds the rows that a value names.
func (r *ref) append(out []Reference, key reflect.Value, value, sep string) []Reference {
	values := []string{value}
	if r.list {
		values = strings.Split(value, ",")
	}
	first := ""
	if r.in != nil {
		if first = key.FieldByIndex(r.in).String(); first == "" {
			return out
		}
		first += sep
	}
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, Reference{r.field, v, r.tables, first + v})
		}
	}
	return out
}
