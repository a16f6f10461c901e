package openconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// decode is what an operation sets, leaf by leaf in the order of their paths. Each error names a leaf whose value is not of its type.
func (m *model) decode(op *origin.Operation) ([]setting, []error) {
	path, n, err := m.place(op.Path)
	if err != nil {
		return nil, []error{err}
	}
	d := decoding{found: map[string]setting{}}
	v, err := d.open(op.Value)
	if err != nil {
		d.fail(path, err.Error())
		return nil, d.errs
	}
	d.keys(m.root, path)
	switch {
	case n.kind != nil:
		d.leaf(path, n, v)
	case d.form == schema.Native:
		d.fail(path, "is no leaf, and its value is not JSON")
	default:
		d.members(path, n, v)
	}
	if len(d.errs) > 0 {
		return nil, d.errs
	}
	var all []setting
	for _, text := range slices.Sorted(maps.Keys(d.found)) {
		all = append(all, d.found[text])
	}
	return all, nil
}

// place checks a path of an update: all keys, no wildcards.
func (m *model) place(path *gpb.Path) (*gpb.Path, *node, error) {
	refuse := func(code codes.Code, reason string) (*gpb.Path, *node, error) {
		return nil, nil, &origin.Error{Path: path, Code: code, Reason: reason}
	}
	n := m.root
	out := &gpb.Path{}
	for _, e := range path.GetElem() {
		if e.GetName() == origin.Any || e.GetName() == origin.AnyDepth {
			return refuse(codes.InvalidArgument, "has a wildcard, and a value can only be set at one place")
		}
		if n = n.children[e.GetName()]; n == nil {
			return refuse(codes.NotFound, noPath)
		}
		own := &gpb.PathElem{Name: e.GetName()}
		for _, k := range n.keys {
			v, ok := e.GetKey()[k]
			if !ok || v == origin.Any {
				return refuse(codes.InvalidArgument, fmt.Sprintf("needs the key %s of %s", k, e.GetName()))
			}
			if own.Key == nil {
				own.Key = map[string]string{}
			}
			text, err := n.children[k].kind.Read(v, schema.Text)
			if err != nil {
				return refuse(codes.InvalidArgument, fmt.Sprintf("has a key that it cannot have: [%s]: %v", k, err))
			}
			own.Key[k] = text
		}
		out.Elem = append(out.Elem, own)
	}
	return out, n, nil
}

// decoding takes one value apart.
type decoding struct {
	form  schema.Form
	found map[string]setting // by the paths' texts
	errs  []error
}

func (d *decoding) fail(path *gpb.Path, reason string) {
	d.errs = append(d.errs, &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: reason})
}

// open is the value as Go has it, and in which form.
func (d *decoding) open(v *gpb.TypedValue) (any, error) {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_JsonIetfVal:
		d.form = schema.IETF
		return parse(v.JsonIetfVal)
	case *gpb.TypedValue_JsonVal:
		d.form = schema.Plain
		return parse(v.JsonVal)
	case nil:
		return nil, fmt.Errorf("has no value")
	}
	d.form = schema.Native
	return native(v)
}

// parse reads one value of JSON. Numbers stay as they are written.
func parse(text []byte) (v any, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("is more than one value of JSON")
	}
	return v, nil
}

// native is a scalar of gNMI, or a leaf-list of them, as a value of Go.
func native(v *gpb.TypedValue) (any, error) {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_StringVal:
		return v.StringVal, nil
	case *gpb.TypedValue_BoolVal:
		return v.BoolVal, nil
	case *gpb.TypedValue_IntVal:
		return v.IntVal, nil
	case *gpb.TypedValue_UintVal:
		return v.UintVal, nil
	case *gpb.TypedValue_BytesVal:
		return v.BytesVal, nil
	case *gpb.TypedValue_DoubleVal:
		return v.DoubleVal, nil
	case *gpb.TypedValue_FloatVal: //nolint:staticcheck // old clients send it
		return float64(v.FloatVal), nil
	case *gpb.TypedValue_DecimalVal: //nolint:staticcheck // old clients send it
		return float64(v.DecimalVal.GetDigits()) / math.Pow10(int(min(v.DecimalVal.GetPrecision(), 19))), nil
	case *gpb.TypedValue_LeaflistVal:
		var all []any
		for _, e := range v.LeaflistVal.GetElement() {
			one, err := native(e)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		if all == nil {
			return nil, fmt.Errorf("is a leaf-list without elements")
		}
		return all, nil
	}
	return nil, fmt.Errorf("has a kind of value that no leaf takes (%T)", v.GetValue())
}

// keys says that the entries exist through which a path goes.
func (d *decoding) keys(n *node, path *gpb.Path) {
	for i, e := range path.GetElem() {
		n = n.children[e.GetName()]
		d.entry(&gpb.Path{Elem: path.GetElem()[:i+1]}, n)
	}
}

// entry says the keys of the last element of a path.
func (d *decoding) entry(path *gpb.Path, n *node) {
	for _, k := range n.keys {
		at := origin.Below(path, &gpb.PathElem{Name: k})
		d.found[origin.Text(at)] = setting{path: at, texts: []string{path.GetElem()[len(path.GetElem())-1].GetKey()[k]}, key: true}
	}
}

// leaf reads the value of a leaf or leaf-list. JSON's null, and a list without elements, say nothing.
func (d *decoding) leaf(path *gpb.Path, n *node, v any) {
	if v == nil {
		return
	}
	values := []any{v}
	if n.kind.list {
		list, ok := v.([]any)
		if !ok {
			d.fail(path, "is a leaf-list, and its value is no array")
			return
		}
		values = list
	}
	s := setting{path: path}
	for _, v := range values {
		text, err := n.kind.Read(v, d.form)
		if err != nil {
			d.fail(path, err.Error())
			return
		}
		s.texts = append(s.texts, text)
	}
	if slices.Contains(n.parent.keys, n.name) {
		if key := d.found[origin.Text(path)].texts[0]; key != s.texts[0] {
			d.fail(path, fmt.Sprintf("is %q, and its entry's key %q", s.texts[0], key))
		}
		return
	}
	if s.texts != nil {
		d.found[origin.Text(path)] = s
	}
}

// members reads a JSON object: a container, or an entry of a list.
func (d *decoding) members(path *gpb.Path, n *node, v any) {
	if v == nil {
		return
	}
	members, ok := v.(map[string]any)
	if !ok {
		d.fail(path, "is not a JSON object")
		return
	}
	for _, name := range sorted(members) {
		module, bare, qualified := strings.Cut(name, ":")
		if !qualified {
			bare = name
		}
		child := n.children[bare]
		below := origin.Below(path, &gpb.PathElem{Name: bare})
		switch {
		case child == nil || qualified && module != child.module:
			d.errs = append(d.errs, &origin.Error{Path: below, Code: codes.NotFound, Reason: noPath})
		case child.kind != nil:
			d.leaf(below, child, members[name])
		case child.keys != nil:
			d.entries(path, child, members[name])
		default:
			d.members(below, child, members[name])
		}
	}
}

// entries reads a JSON array: a list.
func (d *decoding) entries(path *gpb.Path, n *node, v any) {
	list := origin.Below(path, &gpb.PathElem{Name: n.name})
	all, ok := v.([]any)
	if !ok && v != nil {
		d.fail(list, "is not a JSON array of entries")
	}
	for i, v := range all {
		members, ok := v.(map[string]any)
		if !ok {
			d.fail(list, fmt.Sprintf("entry %d is not a JSON object", i+1))
			continue
		}
		e := &gpb.PathElem{Name: n.name, Key: map[string]string{}}
		for _, k := range n.keys {
			v := members[k]
			if v == nil {
				v = members[n.children[k].module+":"+k]
			}
			if v == nil {
				d.fail(list, fmt.Sprintf("entry %d lacks a key of %s", i+1, strings.Join(n.keys, ", ")))
				break
			}
			text, err := n.children[k].kind.Read(v, d.form)
			if err != nil {
				d.fail(list, fmt.Sprintf("entry %d: %s: %v", i+1, k, err))
				break
			}
			e.Key[k] = text
		}
		if len(e.Key) == len(n.keys) {
			at := origin.Below(path, e)
			d.entry(at, n)
			d.members(at, n, v)
		}
	}
}
