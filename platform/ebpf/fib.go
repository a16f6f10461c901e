package ebpf

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// The shape of the trie of IPv4 routes: 16-8-8 bits.
const (
	chunkSlots = 256
	pageChunks = 4096 // 4 MiB
	pageSize   = pageChunks * chunkSlots * 4
)

// graceTime is how long a freed chunk rests before it is used for something else: a program that still reads it has ended long before.
const graceTime = time.Second

// fib is the trie of the default virtual router's IPv4 routes: 65536 slots for the first 16 bits, and chunks of 256 for the next 8 and the last
// 8. A slot holds a leaf or the number of a chunk. A prefix is painted over all slots of its range that hold leaves of the same or
// shorter prefixes. Each slot is written by one store, and a chunk is filled before a slot refers to it.
type fib struct {
	k     *datapath
	root  []uint32
	pages [][]uint32
	// needed counts the prefixes that a chunk is there for: those that end in it or below it.
	needed []uint32
	free   []uint32
	resting
}

// resting are freed chunks in the order of their release.
type resting struct {
	chunks []uint32
	since  []time.Time
}

func newFib(k *datapath) (*fib, error) {
	f := &fib{k: k, root: slots(k.root.memory)}
	for i := uint32(0); k.adopted; i++ {
		m, err := ebpf.LoadPinnedMap(k.pagePin(i), nil)
		if err != nil {
			break
		}
		if err := f.addPage(m); err != nil {
			return nil, err
		}
	}
	f.markUsed()
	if len(f.pages) == 0 { // so that the first routes need not wait for one
		return f, f.grow()
	}
	return f, nil
}

func (k *datapath) pagePin(i uint32) string { return fmt.Sprintf("%s/page%d", k.dir, i) }

// addPage maps a page; its chunks are free until they are found in use.
func (f *fib) addPage(m *ebpf.Map) error {
	defer func() { _ = m.Close() }() // the mapping, and the map of pages, hold it
	memory, err := unix.Mmap(m.FD(), 0, pageSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mapping a page of routes: %w", err)
	}
	first := uint32(len(f.pages) * pageChunks)
	f.pages = append(f.pages, slots(memory))
	f.needed = append(f.needed, make([]uint32, pageChunks)...)
	for i := uint32(pageChunks); i > 0; i-- {
		if c := first + i - 1; c != 0 || first != 0 {
			f.free = append(f.free, c)
		}
	}
	return nil
}

// grow adds a page of 4096 chunks. The kernel waits for a grace period (milliseconds).
func (f *fib) grow() error {
	i := uint32(len(f.pages))
	m, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "page", Type: ebpf.Array, KeySize: 4, ValueSize: chunkSlots * 4, MaxEntries: pageChunks, Flags: unix.BPF_F_MMAPABLE,
	})
	if err != nil {
		return fmt.Errorf("a page for routes: %w", err)
	}
	if f.k.dir != "" {
		if err := m.Pin(f.k.pagePin(i)); err != nil {
			return fmt.Errorf("a page for routes: %w", err)
		}
	}
	if err := f.k.maps.Pages.Put(i, m); err != nil {
		return fmt.Errorf("page %d for routes: %w", i, err)
	}
	return f.addPage(m)
}

func (f *fib) chunk(id uint32) []uint32 {
	at := id % pageChunks * chunkSlots
	return f.pages[id/pageChunks][at : at+chunkSlots]
}

func isChild(slot uint32) bool { return slot&leafChild != 0 }

// take gives a chunk in which every slot is l.
func (f *fib) take(l uint32) (uint32, error) {
	for len(f.chunks) > 0 && time.Since(f.since[0]) > graceTime {
		f.free = append(f.free, f.chunks[0])
		f.chunks, f.since = f.chunks[1:], f.since[1:]
	}
	if len(f.free) == 0 {
		if err := f.grow(); err != nil {
			return 0, err
		}
	}
	id := f.free[len(f.free)-1]
	f.free = f.free[:len(f.free)-1]
	f.needed[id] = 0
	for i, c := 0, f.chunk(id); i < len(c); i++ {
		atomic.StoreUint32(&c[i], l)
	}
	return id, nil
}

func (f *fib) rest(id uint32) { f.chunks, f.since = append(f.chunks, id), append(f.since, time.Now()) }

// below gives the chunk behind a slot, and makes one if there is none.
func (f *fib) below(slot *uint32, fresh bool) ([]uint32, error) {
	id := *slot & leafID
	if !isChild(*slot) {
		var err error
		if id, err = f.take(*slot); err != nil {
			return nil, err
		}
		atomic.StoreUint32(slot, leafChild|id)
	}
	if fresh {
		f.needed[id]++
	}
	return f.chunk(id), nil
}

// insert makes l, which says its depth, what happens to the addresses of a prefix. fresh: the prefix was not there.
func (f *fib) insert(addr uint32, bits int, l uint32, fresh bool) error {
	level, first, shift := f.root, addr>>16, 16
	if bits > 16 {
		c, err := f.below(&level[first], fresh)
		if err != nil {
			return err
		}
		level, first, shift = c, addr>>8&255, 24
	}
	if bits > 24 {
		c, err := f.below(&level[first], fresh)
		if err != nil {
			return err
		}
		level, first, shift = c, addr&255, 32
	}
	f.paint(level[first:first+1<<(shift-bits)], l, bits, false)
	return nil
}

// paint lays l over leaves of prefixes that are as long or shorter; exactly: only over those that are as long.
func (f *fib) paint(level []uint32, l uint32, bits int, exactly bool) {
	for i := range level {
		s := level[i]
		switch {
		case isChild(s):
			f.paint(f.chunk(s&leafID), l, bits, exactly)
		case exactly && (s == 0 || depthOf(s) != bits), depthOf(s) > bits, s == l:
		default:
			atomic.StoreUint32(&level[i], l)
		}
	}
}

// remove takes a prefix; cover is the leaf of the prefix that takes its place. Chunks that no prefix needs any more go.
func (f *fib) remove(addr uint32, bits int, cover uint32) error {
	if bits <= 16 {
		f.paint(f.root[addr>>16:addr>>16+1<<(16-bits)], cover, bits, true)
		return nil
	}
	slot := &f.root[addr>>16]
	if !isChild(*slot) {
		return nil
	}
	c := f.chunk(*slot & leafID)
	if bits <= 24 {
		f.paint(c[addr>>8&255:addr>>8&255+1<<(24-bits)], cover, bits, true)
	} else if under := &c[addr>>8&255]; isChild(*under) {
		f.paint(f.chunk(*under & leafID)[addr&255:addr&255+1<<(32-bits)], cover, bits, true)
		f.release(under)
	}
	f.release(slot)
	return nil
}

// release takes one from what a slot's chunk is needed for, and puts a leaf in its place if that was the last. All its slots are then the same.
func (f *fib) release(slot *uint32) {
	id := *slot & leafID
	if f.needed[id]--; f.needed[id] > 0 {
		return
	}
	atomic.StoreUint32(slot, f.chunk(id)[0])
	f.rest(id)
}

// reset forgets all routes.
func (f *fib) reset() {
	for i := range f.root {
		if s := f.root[i]; s != 0 {
			atomic.StoreUint32(&f.root[i], 0)
			f.drop(s)
		}
	}
}

// drop lets the chunks behind a slot rest.
func (f *fib) drop(slot uint32) {
	if !isChild(slot) {
		return
	}
	for _, s := range f.chunk(slot & leafID) {
		f.drop(s)
	}
	f.rest(slot & leafID)
}
