package engine

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// PublishIdentity wants a row whose value is the target's identity of an object.
func PublishIdentity[K comparable](tx *Tx, t db.Table[K, string], k K, of Key) {
	m, rt := tx.row(rowKey{schema: t.Schema, key: t.EncodeKey(k)})
	name := ""
	if t.Transport != db.Map {
		name = t.Columns[0]
	}
	tx.attrs = append(tx.attrs, AttrValue{rt.id(name, 0), identity{of}})
	m.attrN = len(tx.attrs)
	tx.after(m, []Key{of})
}

// PublishByIdentity wants a row whose key is the target's identity of an object. It is written when the object and all of after exist, and removed
// before they go.
func PublishByIdentity[R any](tx *Tx, t db.Table[string, R], of Key, r R, after ...Key) {
	_, fields := t.Encode("", r)
	m, rt := tx.row(rowKey{schema: t.Schema, of: of})
	tx.fields(m, rt, fields)
	tx.after(m, after)
}

// PublishIdentityByIdentity wants a row whose key is the target's identity of an object, and whose value is that of another.
func PublishIdentityByIdentity(tx *Tx, t db.Table[string, string], of, value Key) {
	m, rt := tx.row(rowKey{schema: t.Schema, of: of})
	name := ""
	if t.Transport != db.Map {
		name = t.Columns[0]
	}
	tx.attrs = append(tx.attrs, AttrValue{rt.id(name, 0), identity{value}})
	m.attrN = len(tx.attrs)
	tx.after(m, []Key{value})
}

// identity is the value of a row that tells the target's identity of an object.
type identity struct{ of Key }

func (e *Engine) identity(v identity, have any, has bool) (any, bool) {
	to := e.lookup(v.of)
	if to == nil || !to.usable() {
		return have, has
	}
	if id, ok := to.kind.identityOf(v.of); ok {
		return id, true
	}
	return nil, false
}

func (k *kind) identityOf(of Key) (string, bool) {
	t, ok := k.target.(Identifier)
	if !ok {
		return "", false
	}
	return t.Identity(of)
}

// textOf is a row's key as it is written. The identity of an object that went by itself is the one that was written.
func (e *Engine) textOf(n *node) string {
	k := n.key.(rowKey)
	if k.of == nil {
		return k.key
	}
	written := n.kind.rows.written
	if id, ok := e.kindOf(k.of).identityOf(k.of); ok {
		written[k.of] = id
	}
	return written[k.of]
}

// keyOf finds the row that a key found in a database stands for. An identity without object is a text like any other.
func (e *Engine) keyOf(t *rowTable, text string) rowKey {
	for _, target := range e.identifiers {
		if of, ok := target.Identified(text); ok {
			t.written[of] = strings.Clone(text)
			return rowKey{schema: t.schema, of: of}
		}
	}
	return rowKey{schema: t.schema, key: strings.Clone(text)}
}
