package virtual

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/validate"
)

// checker checks calls against SAI's metadata and the objects there are.
func (s *store) checker() validate.Checker { return validate.Checker{TypeOf: s.typeOf, Closed: true} }

// typeOf is an object's type, 0 if there is none.
func (s *store) typeOf(oid sai.OID) sai.ObjectType {
	if o := s.oids[oid]; o != nil {
		return o.id.Type
	}
	return 0
}

// checkEntry says whether the parts of an entry of meta m exist and are of allowed types.
func (s *store) checkEntry(m *sai.ObjectMeta, sw, inEntry sai.OID, refs ...sai.OID) sai.Status {
	if inEntry != sw {
		return sai.StatusInvalidObjectID
	}
	for i, oid := range refs {
		to := s.oids[oid]
		if to == nil || i < len(m.Entry) && !slices.Contains(m.Entry[i].Objects, to.id.Type) {
			return sai.StatusInvalidObjectID
		}
	}
	return sai.StatusSuccess
}
