package mem

import (
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// hash is a Redis hash. Small ones are searched; large ones (maps of all ports or OIDs) have an index.
type hash struct {
	fields []db.Field
	index  map[string]int // nil while small
}

const indexed = 16

func (h *hash) find(name string) int {
	if h.index != nil {
		if i, ok := h.index[name]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(h.fields, func(f db.Field) bool { return f.Name == name })
}

func (h *hash) set(f db.Field) {
	if i := h.find(f.Name); i >= 0 {
		h.fields[i].Value = strings.Clone(f.Value)
		return
	}
	f = db.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)}
	h.fields = append(h.fields, f)
	switch {
	case h.index != nil:
		h.index[f.Name] = len(h.fields) - 1
	case len(h.fields) > indexed:
		h.index = make(map[string]int, len(h.fields))
		for i, f := range h.fields {
			h.index[f.Name] = i
		}
	}
}

func (h *hash) remove(name string) {
	i := h.find(name)
	switch last := len(h.fields) - 1; {
	case i < 0:
	case h.index == nil:
		h.fields = slices.Delete(h.fields, i, i+1)
	default:
		h.fields[i] = h.fields[last]
		h.index[h.fields[i].Name] = i
		delete(h.index, name)
		h.fields = h.fields[:last]
	}
}

func (h *hash) get(name string) (string, bool) {
	if h == nil {
		return "", false
	}
	if i := h.find(name); i >= 0 {
		return h.fields[i].Value, true
	}
	return "", false
}

func (h *hash) copy() []db.Field {
	if h == nil {
		return nil
	}
	return slices.Clone(h.fields)
}
