package engine

// node is one object that is wanted, exists, or is referred to.
type node struct {
	key  Key
	kind *kind
	name string // key.String(), made when first needed

	contribs []*contribution // in the order of their owners' precedence
	desired  []AttrValue     // merged from contribs, by ID; shared with the contribution if there is only one
	attrs    []AttrValue     // as programmed, by ID; may share memory with desired
	base     []AttrValue     // values to return to, of attributes without default

	refs    []ref  // what it needs and what it holds
	users   []user // who needs or holds it
	held    int32  // how many existing objects refer to it
	wants   int32  // contributions that want it
	pins    int32  // contributions that point to it
	flags   nodeFlags
	mark    uint32 // serial of the last walk that met it, and what that walk noted
	slot    int32
	trouble *trouble
}

type nodeFlags uint32

const (
	exists    nodeFlags = 1 << iota
	permanent           // never created or removed
	external            // came by itself and is not ours to remove
	adopted             // existed before this run; attrs are what the target told
	leaving             // exists and is to be removed
	recreate            // leaving because a create-only attribute changed
	forced              // leaving because something that it holds is created again, or that it follows goes
	stale               // desired and refs are out of date
	lazy                // desired has values that are found when they are used
	isDirty
	inRemoves
	inSets
	inDeferred
	inUrgent // in the urgent part of a queue
	inGarbage
	inUnsure
	inFlight // a write is under way
	doubted  // the row changed meanwhile: what is written may be lost
	parked   // waits for a reference
	handled  // dense objects refer to it by handle
	mirror   // exists in the dense store of its kind
)

func (n *node) is(f nodeFlags) bool { return n.flags&f != 0 }
func (n *node) set(f nodeFlags)     { n.flags |= f }
func (n *node) clear(f nodeFlags)   { n.flags &^= f }
func (n *node) put(f nodeFlags, on bool) {
	if on {
		n.flags |= f
	} else {
		n.flags &^= f
	}
}

// usable tells whether others may begin to refer to n.
func (n *node) usable() bool { return n.flags&(exists|leaving) == exists }

// ours tells whether n may be created and removed.
func (n *node) ours() bool { return n.flags&(permanent|external) == 0 }

// pushed tells whether n leaves although it may be wanted; its users must let go of it first.
func (n *node) pushed() bool { return n.flags&leaving != 0 && n.flags&(recreate|forced) != 0 }

func (n *node) text() string {
	if n.name == "" {
		n.name = n.key.String()
	}
	return n.name
}

// ref is an edge from a node to one that it needs or holds; user is its other end. Each knows the other's position, so that both go in constant time.
type ref struct {
	to    *node
	back  int32 // index in to.users
	flags refFlags
}

type user struct {
	node *node
	slot int32 // index in node.refs
}

type refFlags uint8

const (
	need     refFlags = 1 << iota // must exist before n is created
	held                          // n exists and refers to it
	hard                          // n cannot let go of it but by going itself
	choice                        // one of several
	deferred                      // wanted by an attribute that is set in the second pass
	required                      // by Require, Follow or Publish
	follows                       // by Follow: n goes before it
	native                        // by the key or an attribute, so that the target knows of it
)

// node finds or makes the node of a key.
func (e *Engine) node(k Key) *node {
	b := e.kindOf(k)
	if n, ok := b.nodes[k]; ok {
		return n
	}
	n := &node{key: k, kind: b}
	b.nodes[k] = n
	if b.dense != nil {
		b.dense.meet(n)
	}
	return n
}

// lookup finds the node of a key, or nil.
func (e *Engine) lookup(k Key) *node {
	return e.kindOf(k).nodes[k]
}

func (e *Engine) kindOf(k Key) *kind {
	of := k.Kind()
	if of == publishedRow {
		return e.rowTable(k.(rowKey).schema).kind
	}
	if b := e.kinds[of]; b != nil {
		return b
	}
	return e.kind(of)
}

// touch makes sure that n is looked at before the next operations.
func (e *Engine) touch(n *node) {
	if !n.is(isDirty) {
		n.set(isDirty)
		e.dirty = append(e.dirty, n)
	}
}

// mistrust has n's status looked at when nothing more can be done.
func (e *Engine) mistrust(n *node) {
	if !n.is(inUnsure) {
		n.set(inUnsure)
		e.unsure = append(e.unsure, n)
	}
}

// discard has n forgotten at the end of the round if nobody needs it then.
func (e *Engine) discard(n *node) {
	if !n.is(inGarbage) {
		n.set(inGarbage)
		e.garbage = append(e.garbage, n)
	}
}

const busy = exists | permanent | external | isDirty | inRemoves | inSets | inDeferred | inUrgent | inFlight | inUnsure | handled | mirror

// collect forgets nodes that nobody needs.
func (e *Engine) collect() {
	for i := 0; i < len(e.garbage); i++ { // forgetting one may make another useless
		n := e.garbage[i]
		n.clear(inGarbage)
		// A retry may still have touched a node that was forgotten before; its place may be another's.
		if len(n.contribs) == 0 && len(n.users) == 0 && n.pins == 0 && n.flags&busy == 0 && n.kind.nodes[n.key] == n {
			e.unlinkAll(n)
			delete(n.kind.nodes, n.key)
			if n.kind.rows != nil {
				delete(n.kind.rows.written, n.key.(rowKey).of)
			}
			if n.kind.dense != nil {
				n.kind.dense.forgetNode(n)
			}
		}
	}
	clear(e.garbage)
	e.garbage = e.garbage[:0]
}
