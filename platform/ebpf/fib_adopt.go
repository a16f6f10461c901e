package ebpf

import "slices"

// each yields the prefixes that show in the trie, some several times. What yield does to the trie may or may not show.
func (f *fib) each(yield func(addr uint32, bits int)) {
	var walk func(level []uint32, base uint32, shift int)
	walk = func(level []uint32, base uint32, shift int) {
		for i := range level {
			addr := base | uint32(i)<<shift
			s := level[i]
			if isChild(s) {
				walk(f.chunk(s&leafID), addr, shift-8)
			} else if s != 0 {
				bits := depthOf(s)
				yield(addr&^uint32(1<<(32-bits)-1), bits)
			}
		}
	}
	walk(f.root, 0, 16)
}

// repaint lays cover over the leaves of a prefix, and leaves the chunks as they are.
func (f *fib) repaint(addr uint32, bits int, cover uint32) {
	level, first, shift := f.root, addr>>16, 16
	for bits > shift {
		if !isChild(level[first]) {
			return
		}
		level = f.chunk(level[first] & leafID)
		shift += 8
		first = addr >> (32 - shift) & 255
	}
	f.paint(level[first:first+1<<(shift-bits)], cover, bits, true)
}

// compact lets go of chunks that no prefix needs, after all prefixes have been put.
func (f *fib) compact() {
	var walk func(level []uint32)
	walk = func(level []uint32) {
		for i := range level {
			s := level[i]
			if !isChild(s) {
				continue
			}
			walk(f.chunk(s & leafID))
			if f.needed[s&leafID] == 0 {
				f.needed[s&leafID] = 1
				f.release(&level[i])
			}
		}
	}
	walk(f.root)
}

// markUsed takes the chunks that an earlier process left in use off the free ones.
func (f *fib) markUsed() {
	used := map[uint32]bool{}
	var walk func(level []uint32)
	walk = func(level []uint32) {
		for _, s := range level {
			if isChild(s) {
				used[s&leafID] = true
				walk(f.chunk(s & leafID))
			}
		}
	}
	walk(f.root)
	f.free = slices.DeleteFunc(f.free, func(c uint32) bool { return used[c] })
}
