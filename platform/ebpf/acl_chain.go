package ebpf

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/cilium/ebpf"
)

// aclChain is the rules of a table in the kernel: tuples by their masks, and the links that lead along them, the one with the best rule first.
type aclChain struct {
	number uint32
	tuples map[aclWords]*aclTuple
	links  []uint32
}

// aclTuple is the rules of one mask, by their keys.
type aclTuple struct {
	number uint32
	rules  map[aclWords]swAclEntry
	best   uint32 // priority
}

// errAclRoom says which of the numbers of the data plane are used up.
func errAclRoom(what string) error { return fmt.Errorf("access lists: no room for another %s", what) }

func (t *aclTable) render(p *plane) error {
	now, late := map[aclWords]map[aclWords]swAclEntry{}, map[aclWords]map[aclWords]swAclEntry{}
	if p.acls.tables[t.oid] == t {
		for e := range t.entries {
			lines, isLate := p.aclLines(e)
			to := now
			if isLate {
				to = late
			}
			for _, l := range lines {
				if to[l.mask] == nil {
					to[l.mask] = map[aclWords]swAclEntry{}
				}
				// Of rules that look at the same frames the best counts; of equals one of them, which SAI leaves open.
				if have, ok := to[l.mask][l.key]; !ok || have.Priority < l.entry.Priority {
					to[l.mask][l.key] = l.entry
				}
			}
		}
	}
	had := [2]uint32{t.now.number, t.late.number}
	err := errors.Join(t.now.set(p, now), t.late.set(p, late))
	if had != [2]uint32{t.now.number, t.late.number} {
		for _, g := range p.acls.groups {
			if g.tables[t] {
				p.touch(g)
			}
		}
	}
	return err
}

// set makes the chain hold these rules: first what is new, then the links to it at once, then what is old goes.
func (c *aclChain) set(p *plane, want map[aclWords]map[aclWords]swAclEntry) error {
	a, entries := &p.acls, p.k.maps.AclEntries
	if len(want) == 0 && c.number == 0 {
		return nil
	}
	if c.number == 0 {
		if c.number = a.chainNumbers.take(); c.number == 0 {
			return errAclRoom("table")
		}
		c.tuples = map[aclWords]*aclTuple{}
	}
	var errs []error
	for mask, rules := range want {
		t := c.tuples[mask]
		if t == nil {
			t = &aclTuple{number: a.tupleNumbers.take(), rules: map[aclWords]swAclEntry{}}
			if t.number == 0 {
				return errAclRoom("set of masks")
			}
			a.tuples.store(t.number, swAclTuple{Mask: mask})
			c.tuples[mask] = t
		}
		t.best = 0
		for key, rule := range rules {
			t.best = max(t.best, rule.Priority)
			if have, ok := t.rules[key]; !ok || have != rule {
				errs = append(errs, entries.Put(swAclKey{Word: key, Tuple: uint64(t.number)}, rule))
				t.rules[key] = rule
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("access lists: %w", err)
	}
	if err := c.relink(a, want); err != nil {
		return err
	}
	return c.drop(a, entries, want)
}

// relink leads along the tuples that are wanted. Links are given out in turn, so one that is free again rests until all others have been used.
func (c *aclChain) relink(a *acls, want map[aclWords]map[aclWords]swAclEntry) error {
	var order []*aclTuple
	for mask := range want {
		order = append(order, c.tuples[mask])
	}
	slices.SortFunc(order, func(x, y *aclTuple) int { return cmp.Or(cmp.Compare(y.best, x.best), cmp.Compare(x.number, y.number)) })
	if c.is(a, order) {
		return nil
	}
	links := make([]uint32, len(order))
	for i := len(order) - 1; i >= 0; i-- {
		if links[i] = a.linkNumbers.take(); links[i] == 0 {
			for _, l := range links[i+1:] {
				a.linkNumbers.give(l)
			}
			return errAclRoom("link")
		}
		link := swAclLink{Tuple: order[i].number, Priority: order[i].best}
		if i < len(order)-1 {
			link.Next = links[i+1]
		}
		a.links.store(links[i], link)
	}
	var first uint32
	if len(links) > 0 {
		first = links[0]
	}
	a.chains.store(c.number, swAclTable{First: first})
	for _, l := range c.links {
		a.linkNumbers.give(l)
	}
	c.links = links
	return nil
}

// is tells whether the links lead along these tuples already.
func (c *aclChain) is(a *acls, order []*aclTuple) bool {
	if len(order) != len(c.links) {
		return false
	}
	for i, t := range order {
		if l := a.links.at(c.links[i]); l.Tuple != t.number || l.Priority != t.best {
			return false
		}
	}
	return true
}

// drop takes away what is not wanted any more, and the chain's number with the last.
func (c *aclChain) drop(a *acls, entries *ebpf.Map, want map[aclWords]map[aclWords]swAclEntry) error {
	var errs []error
	for mask, t := range c.tuples {
		for key := range t.rules {
			if _, wanted := want[mask][key]; !wanted {
				errs = append(errs, entries.Delete(swAclKey{Word: key, Tuple: uint64(t.number)}))
				delete(t.rules, key)
			}
		}
		if want[mask] == nil {
			a.tupleNumbers.give(t.number)
			delete(c.tuples, mask)
		}
	}
	if len(want) == 0 {
		a.chainNumbers.give(c.number)
		c.number, c.tuples = 0, nil
	}
	return errors.Join(errs...)
}
