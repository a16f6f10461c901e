package engine

import (
	"maps"
	"slices"
)

// watchers are owners that have read something. An entry counts only while the owner has not been translated again.
type watchers []watcher

type watcher struct {
	owner *owner
	gen   uint32
}

// add appends an owner. When the list would grow, entries that do not count any more are dropped first.
func (w watchers) add(o *owner) watchers {
	if len(w) > 0 && w[len(w)-1] == (watcher{o, o.gen}) {
		return w
	}
	if len(w) == cap(w) {
		w = slices.DeleteFunc(w, func(x watcher) bool { return x.gen != x.owner.gen })
	}
	return append(w, watcher{o, o.gen})
}

func (w watchers) wake(e *Engine) {
	for _, x := range w {
		if x.gen == x.owner.gen {
			e.restale(x.owner)
		}
	}
}

// watched are keys that have been read, whether there is something or not.
type watched[K comparable] struct {
	by    map[K]watchers
	reads int // since by was cleaned
}

// read notes who read a key. Keys whose readers have all been translated again are dropped now and then.
func (w *watched[K]) read(k K, o *owner) {
	if w.by == nil {
		w.by = map[K]watchers{}
	}
	w.by[k] = w.by[k].add(o)
	if w.reads++; w.reads < 1024+2*len(w.by) {
		return
	}
	w.reads = 0
	maps.DeleteFunc(w.by, func(_ K, list watchers) bool {
		return !slices.ContainsFunc(list, func(x watcher) bool { return x.gen == x.owner.gen })
	})
}

// changed has those translated again that have read a key.
func (w *watched[K]) changed(e *Engine, k K) {
	if len(w.by) == 0 {
		return
	}
	if list, ok := w.by[k]; ok {
		list.wake(e)
		delete(w.by, k)
	}
}

// reads notes that the translation depends on a table; before the table is complete the translation cannot be right.
func (tx *Tx) reads(t *table) {
	if t.feed == nil && tx.e.running {
		panic("table " + t.schema.Name + " is read but has no source")
	}
	if !t.listed {
		tx.unlisted = t
	}
}

// readsRows is reads of a table whose rows are kept as such.
func (tx *Tx) readsRows(t *table) {
	tx.reads(t)
	if t.dense != nil {
		panic("table " + t.schema.Name + " is dense: its rows are read by First")
	}
}
