package openconfig

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/goyang/pkg/yang"
)

// scalar is the value that a text is for a type; nil if it is none.
func (k *kind) scalar(text string) *gpb.TypedValue {
	switch k.yang {
	case yang.Yuint8, yang.Yuint16, yang.Yuint32, yang.Yuint64:
		if n, err := strconv.ParseUint(text, 10, bits(k.yang)); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_UintVal{UintVal: n}}
		}
	case yang.Yint8, yang.Yint16, yang.Yint32, yang.Yint64:
		if n, err := strconv.ParseInt(text, 10, bits(k.yang)); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_IntVal{IntVal: n}}
		}
	case yang.Ybool, yang.Yempty:
		if v, err := strconv.ParseBool(text); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_BoolVal{BoolVal: v}}
		}
	case yang.Ydecimal64:
		if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return &gpb.TypedValue{Value: &gpb.TypedValue_DoubleVal{DoubleVal: f}}
		}
	case yang.Ybinary:
		if b, err := base64.StdEncoding.DecodeString(text); err == nil {
			return &gpb.TypedValue{Value: &gpb.TypedValue_BytesVal{BytesVal: b}}
		}
	case yang.Yunion:
		return k.first(text)
	default:
		return stringValue(text)
	}
	return nil
}

// first is the value of the first member of a union that takes the text; texts of any kind come last.
func (k *kind) first(text string) *gpb.TypedValue {
	for _, texts := range []bool{false, true} {
		for _, member := range k.union {
			if (member.yang == yang.Ystring || member.yang == yang.Yenum) != texts {
				continue
			}
			if v := member.member(text); v != nil {
				return v
			}
		}
	}
	return nil
}

// member is scalar for a member of a union, where names are only those of identities that there are.
func (k *kind) member(text string) *gpb.TypedValue {
	if _, known := k.modules[text]; k.yang == yang.Yidentityref && !known {
		return nil
	}
	return k.scalar(text)
}

// value is the value of a leaf, or of a leaf-list with these elements; nil if there is none.
func (k *kind) value(texts []string) *gpb.TypedValue {
	if !k.list {
		return k.scalar(texts[0])
	}
	list := &gpb.ScalarArray{}
	for _, text := range texts {
		if v := k.scalar(text); v != nil {
			list.Element = append(list.Element, v)
		}
	}
	return &gpb.TypedValue{Value: &gpb.TypedValue_LeaflistVal{LeaflistVal: list}}
}

func bits(k yang.TypeKind) int {
	switch k {
	case yang.Yint8, yang.Yuint8:
		return 8
	case yang.Yint16, yang.Yuint16:
		return 16
	case yang.Yint32, yang.Yuint32:
		return 32
	}
	return 64
}

func stringValue(text string) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: text}}
}

// texts are YANG's texts of a value, without the modules of identities: one, or one an element.
func (k *kind) texts(v *gpb.TypedValue) []string {
	if list, ok := v.GetValue().(*gpb.TypedValue_LeaflistVal); ok {
		var texts []string
		for _, e := range list.LeaflistVal.GetElement() {
			texts = append(texts, k.texts(e)...)
		}
		return texts
	}
	return []string{k.text(v)}
}

func (k *kind) text(v *gpb.TypedValue) string {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_UintVal:
		return strconv.FormatUint(v.UintVal, 10)
	case *gpb.TypedValue_IntVal:
		return strconv.FormatInt(v.IntVal, 10)
	case *gpb.TypedValue_BoolVal:
		return strconv.FormatBool(v.BoolVal)
	case *gpb.TypedValue_DoubleVal:
		return strconv.FormatFloat(v.DoubleVal, 'f', -1, 64)
	case *gpb.TypedValue_FloatVal: //nolint:staticcheck // old clients send it
		return strconv.FormatFloat(float64(v.FloatVal), 'f', -1, 32)
	case *gpb.TypedValue_BytesVal:
		return base64.StdEncoding.EncodeToString(v.BytesVal)
	case *gpb.TypedValue_StringVal:
		return k.bare(v.StringVal)
	}
	return ""
}

// bare is an identity's name without its module.
func (k *kind) bare(text string) string {
	_, name, ok := strings.Cut(text, ":")
	if !ok || !k.named(name) {
		return text
	}
	return name
}

func (k *kind) named(name string) bool { return k.module(name) != "" }

// module is the one that defines an identity, if the text is one's name.
func (k *kind) module(name string) string {
	if m := k.modules[name]; m != "" {
		return m
	}
	for _, member := range k.union {
		if m := member.module(name); m != "" {
			return m
		}
	}
	return ""
}
