package engine

import "fmt"

// Tx collects what one run of a translation function emits. It is valid during the call only.
type Tx struct {
	e         *Engine
	owner     *owner
	emitted   []emission
	attrs     []AttrValue
	refs      []*node
	stands    []*node
	groups    []group
	unlisted  *table // a table that was read before its rows were complete
	misuse    error
	complaint error
}

// emission is one call of Want, Set, Require, Follow or Publish; attrs and refs are ranges of the Tx's.
type emission struct {
	node         *node
	wants        bool
	follows      bool // the refs
	attr0, attrN int
	ref0, refN   int
	next         int // the next emission for the same node, or -1
}

// group is all that was emitted for one node.
type group struct {
	first, last  int
	attrs, refs  int
	wants, known bool
}

func (tx *Tx) begin(e *Engine, o *owner) {
	tx.e, tx.owner, tx.unlisted, tx.misuse, tx.complaint = e, o, nil, nil, nil
	tx.reset()
}

func (tx *Tx) reset() {
	for i := range tx.emitted {
		if n := tx.emitted[i].node; len(n.contribs) == 0 {
			tx.e.discard(n)
		}
	}
	for _, n := range tx.refs {
		tx.e.discard(n)
	}
	clear(tx.attrs)
	tx.emitted, tx.attrs, tx.refs, tx.stands, tx.groups = tx.emitted[:0], tx.attrs[:0], tx.refs[:0], tx.stands[:0], tx.groups[:0]
}

// Want says that k must exist, with these attributes.
func Want[K Key](tx *Tx, k K, a ...Attr[K]) { emit(tx, k, true, a) }

// Set says that k, if it exists, has these attributes.
func Set[K Key](tx *Tx, k K, a ...Attr[K]) { emit(tx, k, false, a) }

func emit[K Key](tx *Tx, k K, wants bool, a []Attr[K]) {
	m := tx.emission(k, wants)
	for _, v := range a {
		tx.attrs = append(tx.attrs, AttrValue(v))
	}
	m.attrN = len(tx.attrs)
}

func (tx *Tx) emission(k Key, wants bool) *emission {
	tx.emitted = append(tx.emitted, emission{
		node: tx.e.node(k), wants: wants, next: -1,
		attr0: len(tx.attrs), attrN: len(tx.attrs), ref0: len(tx.refs), refN: len(tx.refs),
	})
	return &tx.emitted[len(tx.emitted)-1]
}

// Complain says what is wrong with a row that counts all the same: a field that is not in force. An error that the function returns goes before, and of
// several complaints the first.
func Complain(tx *Tx, err error) {
	if tx.complaint == nil {
		tx.complaint = err
	}
}

// Require makes k wait for refs as well, and hold them. It does not want k.
func Require(tx *Tx, k Key, refs ...Key) {
	m := tx.emission(k, false)
	for _, r := range refs {
		tx.refs = append(tx.refs, tx.e.node(r))
	}
	m.refN = len(tx.refs)
}

// Follow is Require, but k does not hold refs back: it goes before one that goes, and comes again with it.
func Follow(tx *Tx, k Key, refs ...Key) {
	Require(tx, k, refs...)
	tx.emitted[len(tx.emitted)-1].follows = true
}

// Resolve says what stands for the set being translated: the first of keys that exists.
func Resolve(tx *Tx, keys ...Key) {
	if len(keys) > maxStands {
		tx.misuse = fmt.Errorf("%d objects stand for a set, more than %d", len(keys), maxStands)
		return
	}
	tx.stands = tx.stands[:0]
	for _, k := range keys {
		tx.stands = append(tx.stands, tx.e.node(k))
	}
}
