package ebpf

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
)

// lpmBatch is how many prefixes go to the kernel at once.
const lpmBatch = 4096

// lpm writes a map of type LPM trie, in batches. A prefix is in one batch at most.
type lpm[K comparable] struct {
	m      *ebpf.Map
	keys   []K
	leaves []uint32
	gone   []K
	single bool // the kernel has no batches for this type (before 5.13)
}

func newLPM[K comparable](m *ebpf.Map) lpm[K] { return lpm[K]{m: m} }

func (l *lpm[K]) put(k K, leaf uint32) error {
	if len(l.gone) > 0 {
		if err := l.flush(); err != nil {
			return err
		}
	}
	l.keys, l.leaves = append(l.keys, k), append(l.leaves, leaf)
	if len(l.keys) < lpmBatch {
		return nil
	}
	return l.flush()
}

func (l *lpm[K]) remove(k K) error {
	if len(l.keys) > 0 {
		if err := l.flush(); err != nil {
			return err
		}
	}
	if l.gone = append(l.gone, k); len(l.gone) < lpmBatch {
		return nil
	}
	return l.flush()
}

func (l *lpm[K]) flush() error {
	var err error
	if n := len(l.keys); n == 1 || n > 0 && l.single {
		for i := range l.keys {
			err = errors.Join(err, l.m.Put(l.keys[i], l.leaves[i]))
		}
	} else if n > 0 {
		_, err = l.m.BatchUpdate(l.keys, l.leaves, nil)
	}
	if errors.Is(err, ebpf.ErrNotSupported) && !l.single {
		l.single = true
		return l.flush()
	}
	if err == nil && len(l.gone) > 0 {
		err = l.removeAll()
	}
	l.keys, l.leaves, l.gone = l.keys[:0], l.leaves[:0], l.gone[:0]
	if err != nil {
		return fmt.Errorf("routes: %w", err)
	}
	return nil
}

// removeAll deletes one by one: a batch ends at the first prefix that is not there.
func (l *lpm[K]) removeAll() error {
	for _, k := range l.gone {
		if err := l.m.Delete(k); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return err
		}
	}
	return nil
}

// all reads the map.
func (l *lpm[K]) all() (map[K]uint32, error) {
	found := map[K]uint32{}
	var k K
	var leaf uint32
	it := l.m.Iterate()
	for it.Next(&k, &leaf) {
		found[k] = leaf
	}
	if err := it.Err(); err != nil {
		return nil, fmt.Errorf("reading routes: %w", err)
	}
	return found, nil
}

func (l *lpm[K]) clear() error {
	found, err := l.all()
	if err != nil {
		return err
	}
	for k := range found {
		if err := l.remove(k); err != nil {
			return err
		}
	}
	return l.flush()
}
