package ebpf

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// mapped is an array map in this process's memory. T is one of the generated types, whose sizes are whole words.
type mapped[T any] struct{ memory []byte }

// mapArray maps an array map. The mapping lives as long as the process: the kernel keeps the map for it.
func mapArray[T any](m *ebpf.Map) (mapped[T], error) {
	size := int(m.MaxEntries()) * int((m.ValueSize()+7)&^7)
	memory, err := unix.Mmap(m.FD(), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return mapped[T]{}, fmt.Errorf("mapping an array of %d bytes: %w", size, err)
	}
	return mapped[T]{memory}, nil
}

func (m mapped[T]) unmap() error {
	if m.memory == nil {
		return nil
	}
	return unix.Munmap(m.memory)
}

// at is entry i as it is now; it is for reading, and only where no word changes by itself.
func (m mapped[T]) at(i uint32) *T {
	var t T
	return (*T)(unsafe.Pointer(&m.memory[uintptr(i)*unsafe.Sizeof(t)]))
}

// len is the number of entries.
func (m mapped[T]) len() uint32 {
	var t T
	return uint32(uintptr(len(m.memory)) / unsafe.Sizeof(t))
}

// store writes entry i, word by word, where it differs.
func (m mapped[T]) store(i uint32, v T) {
	size := unsafe.Sizeof(v)
	to := words(m.memory[uintptr(i)*size:][:size])
	from := unsafe.Slice((*uint64)(unsafe.Pointer(&v)), size/8)
	for w := range to {
		if to[w] != from[w] {
			atomic.StoreUint64(&to[w], from[w])
		}
	}
}

// words looks at memory of a map, which begins at a page, as words.
func words(memory []byte) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(&memory[0])), len(memory)/8)
}

// slots looks at memory of a map as slots of the route trie.
func slots(memory []byte) []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Pointer(&memory[0])), len(memory)/4)
}
