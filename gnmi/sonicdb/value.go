package sonicdb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
)

// decodeValue is a value of a Set as encoding/json has it: nil, bool, json.Number, string, []any or map[string]any.
func decodeValue(v *gpb.TypedValue) (any, error) {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_JsonIetfVal:
		return decodeJSON(v.JsonIetfVal)
	case *gpb.TypedValue_JsonVal:
		return decodeJSON(v.JsonVal)
	case *gpb.TypedValue_LeaflistVal:
		list := make([]any, 0, len(v.LeaflistVal.GetElement()))
		for _, e := range v.LeaflistVal.GetElement() {
			item, err := scalar(e)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	}
	return scalar(v)
}

func scalar(v *gpb.TypedValue) (any, error) {
	switch v := v.GetValue().(type) {
	case nil:
		return nil, errors.New("has no value")
	case *gpb.TypedValue_StringVal:
		return v.StringVal, nil
	case *gpb.TypedValue_AsciiVal:
		return v.AsciiVal, nil
	case *gpb.TypedValue_IntVal:
		return strconv.FormatInt(v.IntVal, 10), nil
	case *gpb.TypedValue_UintVal:
		return strconv.FormatUint(v.UintVal, 10), nil
	case *gpb.TypedValue_BoolVal:
		return v.BoolVal, nil
	case *gpb.TypedValue_DoubleVal:
		return strconv.FormatFloat(v.DoubleVal, 'g', -1, 64), nil
	}
	return nil, fmt.Errorf("has a value of a kind that the databases do not have (%T)", v.GetValue())
}

// decodeJSON takes one JSON value; numbers keep their text.
func decodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("has a value that is not JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has a value with more text behind the JSON")
	}
	return out, nil
}

// field is the value of a field as Redis holds it: a list becomes name@ with a comma list.
func field(name string, v any) (db.Field, error) {
	name = strings.TrimSuffix(name, listMark)
	if name == "" || strings.ContainsAny(name, "\x00\r\n") {
		return db.Field{}, fmt.Errorf("has a field %q, which is no name", name)
	}
	list, ok := v.([]any)
	if !ok {
		text, err := word(v)
		if err != nil {
			return db.Field{}, fmt.Errorf("field %s %w", name, err)
		}
		return db.Field{Name: name, Value: text}, nil
	}
	items := make([]string, len(list))
	for i, item := range list {
		text, err := word(item)
		switch {
		case err != nil:
			return db.Field{}, fmt.Errorf("field %s: item %d %w", name, i, err)
		case strings.Contains(text, ","):
			return db.Field{}, fmt.Errorf("field %s: item %d has a comma, which separates items", name, i)
		}
		items[i] = text
	}
	return db.Field{Name: name + listMark, Value: strings.Join(items, ",")}, nil
}

// word is a scalar as text.
func word(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "", errors.New("is null, and has no value")
	}
	return "", errors.New("is an object or a list where a string, a number, true or false belongs")
}

// fieldsOf are the fields of a row's object, sorted by name.
func fieldsOf(v any) ([]db.Field, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("is not an object of fields")
	}
	out := make([]db.Field, 0, len(object))
	for _, name := range sorted(object) {
		f, err := field(name, object[name])
		if err != nil {
			return nil, err
		}
		if f.Name == null {
			continue
		}
		out = with(out, f)
	}
	return out, nil
}

func sorted(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for n := range object {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// with is a row with a field set, under one of its two spellings. The row is not changed.
func with(row []db.Field, f db.Field) []db.Field {
	out := without(row, f.Name)
	return append(slices.DeleteFunc(out, func(f db.Field) bool { return f.Name == null }), f)
}

// without is a row without a field in either of its spellings.
func without(row []db.Field, name string) []db.Field {
	name = strings.TrimSuffix(name, listMark)
	return slices.DeleteFunc(slices.Clone(row), func(f db.Field) bool { return strings.TrimSuffix(f.Name, listMark) == name })
}

// whole is a row that exists: one without fields has NULL.
func whole(row []db.Field) []db.Field {
	if len(row) == 0 {
		return []db.Field{{Name: null, Value: null}}
	}
	return row
}
