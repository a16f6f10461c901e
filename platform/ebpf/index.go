package ebpf

// indexes hands out the numbers of entries of a map, from 1 on: 0 is none.
type indexes struct {
	used []bool
	next uint32 // where to look first
}

func newIndexes(size uint32) indexes {
	x := indexes{used: make([]bool, size), next: 1}
	x.used[0] = true
	return x
}

// take gives a free number; 0 if there is none.
func (x *indexes) take() uint32 {
	size := uint32(len(x.used))
	for n := range size {
		i := (x.next + n) % size
		if !x.used[i] {
			x.used[i] = true
			x.next = i + 1
			return i
		}
	}
	return 0
}

// claim takes a certain number, if it is free.
func (x *indexes) claim(i uint32) bool {
	if x.used[i] {
		return false
	}
	x.used[i] = true
	return true
}

func (x *indexes) give(i uint32) {
	if i != 0 {
		x.used[i] = false
	}
}
