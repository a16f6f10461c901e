package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// references yields the objects that a value refers to, null ones left out.
func references(v any, yield func(sai.OID)) {
	if o, ok := v.(sai.OID); ok { // by far the most frequent
		if o != 0 {
			yield(o)
		}
		return
	}
	sai.EachOID(v, yield)
}

// entryParts gives the switch of an entry, and what else it refers to.
func entryParts(e sai.Entry) (sw sai.OID, refs []sai.OID) {
	var all []sai.OID
	sai.MapEntry(e, func(o sai.OID) (sai.OID, bool) { all = append(all, o); return o, true })
	if len(all) == 0 {
		return 0, nil
	}
	return all[0], all[1:]
}

// use counts a reference; one to the null object does not count.
func (s *store) use(oid sai.OID, by int) {
	if oid == 0 {
		return
	}
	if to := s.oids[oid]; to != nil {
		to.users += by
	}
}

// hold counts the references in a value of o, by +1 or -1. References among a port and what it owns do not count.
func (s *store) hold(o *object, v any, by int) {
	references(v, func(oid sai.OID) {
		if to := s.oids[oid]; to != nil && to.root() != o.root() {
			to.users += by
		}
	})
}

// holdAll counts all references of o.
func (s *store) holdAll(o *object, by int) {
	for _, a := range o.attrs {
		s.hold(o, a.Value, by)
	}
	if o.id.Entry != nil {
		_, refs := entryParts(o.id.Entry)
		for _, oid := range refs {
			s.use(oid, by)
		}
	}
}
