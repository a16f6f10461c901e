package virtual

import (
	"reflect"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// own copies what a value points to: requests are not kept, and results may be written to.
func own(v any) any {
	switch v := v.(type) {
	case sai.ObjectList:
		return slices.Clone(v)
	case sai.AclFieldObjects:
		v.Value = slices.Clone(v.Value)
		return v
	case sai.AclFieldBytes:
		v.Value, v.Mask = slices.Clone(v.Value), slices.Clone(v.Mask)
		return v
	case sai.AclActionObjects:
		v.Value = slices.Clone(v.Value)
		return v
	case sai.AclCapability:
		v.Actions = slices.Clone(v.Actions)
		return v
	case sai.TapsList:
		v = slices.Clone(v)
		for i := range v {
			v[i] = slices.Clone(v[i])
		}
		return v
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice || r.IsNil() {
		return v
	}
	clone := reflect.MakeSlice(r.Type(), r.Len(), r.Len())
	reflect.Copy(clone, r)
	return clone.Interface()
}

// length gives the number of elements of a list value.
func length(v any) (int, bool) {
	if l, ok := v.(sai.ObjectList); ok {
		return len(l), true
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		return r.Len(), true
	}
	return 0, false
}
