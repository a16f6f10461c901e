package ebpf

import "cmp"

// share is a member of a group with its weight.
type share struct{ id, weight uint32 }

func byID(a, b share) int { return cmp.Compare(a.id, b.id) }

// spread gives every member its share of the buckets, and moves no more of them than that needs: flows of members that stay, stay. members are sorted
// by id; without any, all buckets are 0. With more members than buckets the last get none.
func spread(buckets []uint32, members []share) {
	left := quotas(len(buckets), members)
	var open []int
	for i, id := range buckets {
		if left[id] > 0 {
			left[id]--
		} else {
			open = append(open, i)
		}
	}
	for _, m := range members {
		for ; left[m.id] > 0 && len(open) > 0; left[m.id]-- {
			buckets[open[0]] = m.id
			open = open[1:]
		}
	}
	for _, i := range open { // only without members, or if all weights are 0
		buckets[i] = 0
	}
}

// quotas are the numbers of buckets that members get: by weight, what is left over to the first.
func quotas(n int, members []share) map[uint32]int {
	total := 0
	for _, m := range members {
		total += int(m.weight)
	}
	q := map[uint32]int{}
	if total == 0 {
		return q
	}
	rest := n
	for _, m := range members {
		q[m.id] = n * int(m.weight) / total
		rest -= q[m.id]
	}
	for i := 0; rest > 0; i = (i + 1) % len(members) {
		if members[i].weight > 0 {
			q[members[i].id]++
			rest--
		}
	}
	return q
}
