package sai

// Condition says when an attribute is mandatory or meaningful: the terms of one alternative all hold. No alternatives: always.
type Condition [][]Term

// Term compares an attribute of the same object with a constant: an enum's number, a bool as 0 or 1, or an integer.
type Term struct {
	Attr  uint16
	Value int32
}

// Holds evaluates the condition. Get yields an attribute's value, or false if it was not given; then its default counts.
func (c Condition) Holds(o *ObjectMeta, get func(id uint16) (any, bool)) bool {
	if len(c) == 0 {
		return true
	}
	for _, alternative := range c {
		all := true
		for _, t := range alternative {
			all = all && t.holds(o, get)
		}
		if all {
			return true
		}
	}
	return false
}

func (t Term) holds(o *ObjectMeta, get func(id uint16) (any, bool)) bool {
	v, ok := get(t.Attr)
	if !ok {
		if v, ok = o.Attr(t.Attr).Default(); !ok {
			return false
		}
	}
	n, ok := scalar(v)
	return ok && n == int64(t.Value)
}

// scalar widens what a condition may compare.
func scalar(v any) (int64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case Enum:
		return int64(v.Number()), true
	case uint8:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint64:
		return int64(v), true
	case int32:
		return int64(v), true
	}
	return 0, false
}

// Missing appends the mandatory attributes that a creation lacks.
func (o *ObjectMeta) Missing(get func(id uint16) (any, bool)) []*AttrMeta {
	var missing []*AttrMeta
	for i := range o.Attrs {
		a := &o.Attrs[i]
		if !a.Is(Mandatory) {
			continue
		}
		if _, given := get(a.ID); !given && a.Condition.Holds(o, get) {
			missing = append(missing, a)
		}
	}
	return missing
}
