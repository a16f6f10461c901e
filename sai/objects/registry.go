package objects

import (
	"sync"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Registry maps natural keys to OIDs and back. Entries (routes, neighbours, FDB) are not in it: their keys hold their parts.
type Registry struct {
	// The engine's goroutine writes; the goroutine that turns notifications into facts reads names. Neither may wait for the other.
	mu   sync.RWMutex
	oids map[engine.Key]sai.OID
	keys map[sai.OID]engine.Key
}

// NewRegistry is an empty registry.
func NewRegistry() *Registry {
	return &Registry{oids: map[engine.Key]sai.OID{}, keys: map[sai.OID]engine.Key{}}
}

// OID of a key; false if the object is not known.
func (r *Registry) OID(k engine.Key) (sai.OID, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	oid, ok := r.oids[k]
	return oid, ok
}

// Key of an OID.
func (r *Registry) Key(oid sai.OID) (engine.Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.keys[oid]
	return k, ok
}

// Put records an object.
func (r *Registry) Put(k engine.Key, oid sai.OID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.oids[k], r.keys[oid] = oid, k
}

// Drop forgets an object.
func (r *Registry) Drop(k engine.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, r.oids[k])
	delete(r.oids, k)
}

// Keys lists the known objects, unordered.
func (r *Registry) Keys() []engine.Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	keys := make([]engine.Key, 0, len(r.oids))
	for k := range r.oids {
		keys = append(keys, k)
	}
	return keys
}

// Each calls f with every known object and its OID's text, unordered. f must not call the registry.
func (r *Registry) Each(f func(k engine.Key, oid string)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for k, oid := range r.oids {
		f(k, oid.String())
	}
}
