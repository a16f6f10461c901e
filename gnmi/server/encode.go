package server

import (
	"encoding/json"
	"fmt"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// encodable refuses an encoding that we have not.
func encodable(e gpb.Encoding) error {
	switch e {
	case gpb.Encoding_JSON, gpb.Encoding_JSON_IETF, gpb.Encoding_PROTO, gpb.Encoding_ASCII:
		return nil
	}
	return status.Errorf(codes.Unimplemented, "encoding %s is none of JSON, JSON_IETF, PROTO and ASCII", e)
}

// encodingOf is the encoding of an answer: the oldest form of SONiC's paths knows one.
func (r *route) encodingOf(asked gpb.Encoding) gpb.Encoding {
	if r.style.Classic {
		return gpb.Encoding_JSON_IETF
	}
	return asked
}

func isJSON(e gpb.Encoding) bool { return e == gpb.Encoding_JSON || e == gpb.Encoding_JSON_IETF }

func jsonValue(text []byte, e gpb.Encoding) *gpb.TypedValue {
	if e == gpb.Encoding_JSON {
		return &gpb.TypedValue{Value: &gpb.TypedValue_JsonVal{JsonVal: text}}
	}
	return &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: text}}
}

// leafUpdate is one leaf in an encoding.
func (r *route) leafUpdate(l origin.Leaf, e gpb.Encoding) (*gpb.Update, error) {
	u := &gpb.Update{Path: r.answerPath(l.Path)}
	switch {
	case r.style.Classic, e == gpb.Encoding_PROTO:
		u.Val = l.Value
	case e == gpb.Encoding_ASCII:
		u.Val = &gpb.TypedValue{Value: &gpb.TypedValue_AsciiVal{AsciiVal: plainText(l.Value)}}
	default:
		text, err := r.origin.JSON(l.Path, []origin.Leaf{l}, e == gpb.Encoding_JSON_IETF)
		if err != nil {
			return nil, fmt.Errorf("rendering %s: %w", origin.Text(l.Path), err)
		}
		u.Val = jsonValue(text, e)
	}
	return u, nil
}

// tree is all leaves at and below a path as one JSON value. at is the path that the answer names.
func (r *route) tree(at *gpb.Path, leaves []origin.Leaf, e gpb.Encoding) (*gpb.Update, error) {
	if r.style.Classic && len(leaves) == 1 && len(leaves[0].Path.GetElem()) == len(r.path.GetElem()) && !hasWildcard(r.path) {
		return &gpb.Update{Path: r.asked, Val: leaves[0].Value}, nil
	}
	text, err := r.origin.JSON(at, leaves, e == gpb.Encoding_JSON_IETF)
	if err != nil {
		return nil, fmt.Errorf("rendering %s: %w", origin.Text(at), err)
	}
	u := &gpb.Update{Path: r.answerPath(at), Val: jsonValue(text, e)}
	if r.style.Trees {
		u.Path = r.asked
	}
	return u, nil
}

// plainText is a value as a person reads it.
func plainText(v *gpb.TypedValue) string {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_StringVal:
		return v.StringVal
	case *gpb.TypedValue_LeaflistVal:
		items := make([]string, 0, len(v.LeaflistVal.GetElement()))
		for _, e := range v.LeaflistVal.GetElement() {
			items = append(items, plainText(e))
		}
		return strings.Join(items, ",")
	case *gpb.TypedValue_UintVal:
		return fmt.Sprint(v.UintVal)
	case *gpb.TypedValue_IntVal:
		return fmt.Sprint(v.IntVal)
	case *gpb.TypedValue_BoolVal:
		return fmt.Sprint(v.BoolVal)
	case *gpb.TypedValue_DoubleVal:
		return fmt.Sprint(v.DoubleVal)
	case *gpb.TypedValue_JsonIetfVal:
		return string(v.JsonIetfVal)
	}
	text, err := json.Marshal(v.GetValue())
	if err != nil {
		return ""
	}
	return string(text)
}
