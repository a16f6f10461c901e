// Package patch applies JSON Patches (RFC 6902) with JSON Pointers (RFC 6901) to documents that encoding/json decoded.
package patch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// Operation is one step of a patch.
type Operation struct {
	Op    string           `json:"op"`
	Path  *string          `json:"path"`
	From  *string          `json:"from"`
	Value *json.RawMessage `json:"value"`
}

// Parse reads a patch: a JSON array of operations. It checks that every operation has what it needs.
func Parse(text []byte) ([]Operation, error) {
	var ops []Operation
	if err := strict(text, &ops); err != nil {
		return nil, fmt.Errorf("patch: %w", err)
	}
	for i, o := range ops {
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("patch: operation %d: %w", i+1, err)
		}
	}
	return ops, nil
}

// strict decodes one JSON value that fills the whole text.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("text after the end of the value")
	}
	return nil
}

func (o *Operation) check() error {
	if o.Path == nil {
		return errors.New("no path")
	}
	switch o.Op {
	case "add", "replace", "test":
		if o.Value == nil {
			return fmt.Errorf("%s without a value", o.Op)
		}
	case "move", "copy":
		if o.From == nil {
			return fmt.Errorf("%s without from", o.Op)
		}
	case "remove":
	default:
		return fmt.Errorf("unknown op %q", o.Op)
	}
	return nil
}

// Apply changes a document step by step and returns it. On an error, which names the operation, the document is of no more use.
func Apply(doc any, ops []Operation) (any, error) {
	for i, o := range ops {
		var err error
		if doc, err = o.apply(doc); err != nil {
			return nil, fmt.Errorf("operation %d (%s %s): %w", i+1, o.Op, *o.Path, err)
		}
	}
	return doc, nil
}

func (o *Operation) apply(doc any) (any, error) {
	path, err := parsePointer(*o.Path)
	if err != nil {
		return nil, err
	}
	switch o.Op {
	case "remove":
		_, err := path.get(doc)
		if err != nil {
			return nil, err
		}
		return path.remove(doc)
	case "move", "copy":
		return o.transfer(doc, path)
	}
	var value any
	if err := strict(*o.Value, &value); err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	switch o.Op {
	case "replace":
		if _, err := path.get(doc); err != nil {
			return nil, err
		}
		return path.set(doc, value, true)
	case "test":
		found, err := path.get(doc)
		if err == nil && !equal(found, value) {
			err = errors.New("the value is another one")
		}
		return doc, err
	}
	return path.set(doc, value, false)
}

func (o *Operation) transfer(doc any, path pointer) (any, error) {
	from, err := parsePointer(*o.From)
	if err != nil {
		return nil, err
	}
	value, err := from.get(doc)
	if err != nil {
		return nil, err
	}
	if o.Op == "copy" {
		return path.set(doc, clone(value), false)
	}
	if len(path) > len(from) && slices.Equal(path[:len(from)], from) {
		return nil, errors.New("cannot move a value into itself")
	}
	if doc, err = from.remove(doc); err != nil {
		return nil, err
	}
	return path.set(doc, value, false)
}

// equal compares as RFC 6902 4.6: numbers by value.
func equal(a, b any) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !equal(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	}
	return reflect.DeepEqual(a, b)
}

// number is the value of a number, however it was decoded.
func number(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	}
	return value
}
