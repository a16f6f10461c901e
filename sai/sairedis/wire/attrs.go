package wire

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// AppendAttrs appends attributes as elements of a JSON array, "name","value",...; without attributes it appends the null field.
func AppendAttrs(dst []byte, attrs []sai.Attribute) ([]byte, error) {
	if len(attrs) == 0 {
		return append(dst, `"NULL","NULL"`...), nil
	}
	var err error
	for i, a := range attrs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), a.Meta.Name...), `","`...)
		start := len(dst)
		if dst, err = sai.AppendValue(dst, a.Meta, a.Value); err != nil {
			return dst, err
		}
		dst = append(Escape(dst, start), '"')
	}
	return dst, nil
}

// AppendJoined appends attributes as one JSON string, "name=value|name=value"; without attributes it appends the null field.
func AppendJoined(dst []byte, attrs []sai.Attribute) ([]byte, error) {
	if len(attrs) == 0 {
		return append(dst, `"NULL=NULL"`...), nil
	}
	var err error
	dst = append(dst, '"')
	for i, a := range attrs {
		if i > 0 {
			dst = append(dst, '|')
		}
		dst = append(append(dst, a.Meta.Name...), '=')
		start := len(dst)
		if dst, err = sai.AppendValue(dst, a.Meta, a.Value); err != nil {
			return dst, err
		}
		dst = Escape(dst, start)
	}
	return append(dst, '"'), nil
}

// Split appends the fields of name=value|name=value. A set of flags has bars in its value, so only what looks like an attribute starts a new field.
func Split(dst []db.Field, joined string) []db.Field {
	for joined != "" {
		end := len(joined)
		for i := 0; i < len(joined); i++ {
			if joined[i] == '|' && startsField(joined[i+1:]) {
				end = i
				break
			}
		}
		name, value, _ := strings.Cut(joined[:end], "=")
		dst = append(dst, db.Field{Name: name, Value: value})
		joined = joined[min(end+1, len(joined)):]
	}
	return dst
}

func startsField(s string) bool {
	for i := 0; i < len(s) && s[i] != '|'; i++ {
		if s[i] == '=' {
			return true
		}
	}
	return false
}

// ParseAttrs appends the attributes that fields stand for; null fields are none. The error is a *Malformed.
func ParseAttrs(dst []sai.Attribute, t *sai.ObjectMeta, fields []db.Field) ([]sai.Attribute, error) {
	for i, f := range fields {
		if f.Name == Null {
			continue
		}
		a := t.AttrByName(f.Name)
		if a == nil {
			return dst, &Malformed{Field: f.Name, Reason: "is no attribute of " + t.Name, Status: sai.StatusUnknownAttribute0.At(i)}
		}
		v, err := sai.ParseValue(a, f.Value)
		if err != nil {
			return dst, &Malformed{Field: f.Name, Reason: err.Error(), Status: sai.StatusInvalidAttrValue0.At(i)}
		}
		dst = append(dst, sai.Attribute{Meta: a, Value: v})
	}
	return dst, nil
}

// Malformed is a command that cannot be executed for its form.
type Malformed struct {
	Field  string // "" if the key is at fault
	Reason string
	Status sai.Status // the answer to it
}

func (m *Malformed) Error() string {
	if m.Field == "" {
		return m.Reason
	}
	return m.Field + ": " + m.Reason
}
