package engine

import "iter"

// DenseRows is a dense table as translations read it.
type DenseRows[O, V comparable] struct{ of denseReader[O, V] }

type denseReader[O, V comparable] interface {
	read(tx *Tx, o O) (V, bool)
}

// First reads a dense table: the first of some objects that a row wants, or else has a floor, and the value. The translation runs again when it would find
// another one, or another value. A longest prefix match is the first of an address's prefixes, the longest before the others. It costs one look for each object up to
// the one that is found; rows of the table cost one look more each while somebody reads them so.
func First[O, V comparable](tx *Tx, rows DenseRows[O, V], objects iter.Seq[O]) (o O, v V, ok bool) {
	for o := range objects {
		if v, ok := rows.of.read(tx, o); ok {
			return o, v, true
		}
	}
	return o, v, false
}

func (d *dense[K, R, O, V]) read(tx *Tx, o O) (v V, ok bool) {
	tx.reads(d.table)
	d.readers.read(o, tx.owner)
	i, known := d.find(o)
	if !known || d.at(i).flags&wantedEntry == 0 {
		return v, false
	}
	return d.at(i).want, true
}
