package openconfig

import (
	"encoding/base64"
	"math"
	"strconv"

	gpb "github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/gnmi/schema"
)

// kind is what a leaf or leaf-list holds.
type kind struct {
	*schema.Type
	list bool
}

// value is the value of a leaf, or of a leaf-list with these elements; nil if there is none.
func (k *kind) value(texts []string) *gpb.TypedValue {
	if !k.list {
		return scalar(k.Type, texts[0])
	}
	list := &gpb.ScalarArray{}
	for _, text := range texts {
		if v := scalar(k.Type, text); v != nil {
			list.Element = append(list.Element, v)
		}
	}
	return &gpb.TypedValue{Value: &gpb.TypedValue_LeaflistVal{LeaflistVal: list}}
}

// scalar is the value that a text is for a type; nil if it is none. What the switch has may be outside the ranges of a model, and is told all the same.
func scalar(t *schema.Type, text string) *gpb.TypedValue {
	switch t.Kind {
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		if n, err := strconv.ParseUint(text, 10, t.Kind.Bits()); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_UintVal{UintVal: n}}
		}
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64:
		if n, err := strconv.ParseInt(text, 10, t.Kind.Bits()); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_IntVal{IntVal: n}}
		}
	case schema.Boolean:
		if v, err := strconv.ParseBool(text); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_BoolVal{BoolVal: v}}
		}
	case schema.Decimal64:
		if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return &gpb.TypedValue{Value: &gpb.TypedValue_DoubleVal{DoubleVal: f}}
		}
	case schema.Binary:
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_BytesVal{BytesVal: b}}
		}
	case schema.Union:
		return first(t, text)
	default:
		return &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: text}}
	}
	return nil
}

// first is the value of the first member of a union that takes the text; texts of any kind come last.
func first(t *schema.Type, text string) *gpb.TypedValue {
	for _, texts := range []bool{false, true} {
		for _, member := range t.Union {
			if (member.Kind == schema.String || member.Kind == schema.Enumeration) != texts {
				continue
			}
			if _, known := member.Names[text]; member.Kind == schema.Identityref && !known {
				continue
			}
			if v := scalar(member, text); v != nil {
				return v
			}
		}
	}
	return nil
}

// module is the one that defines an identity, if the text is one's name.
func module(t *schema.Type, name string) string {
	if m := t.Names[name]; m != "" {
		return m
	}
	for _, member := range t.Union {
		if m := module(member, name); m != "" {
			return m
		}
	}
	return ""
}

// holds tells whether a type, or a member of a union, is of a kind.
func holds(t *schema.Type, of schema.Kind) bool {
	if t.Kind == of {
		return true
	}
	for _, member := range t.Union {
		if holds(member, of) {
			return true
		}
	}
	return false
}
