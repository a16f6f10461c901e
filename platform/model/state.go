package model

import (
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// State is an ASIC as its data plane sees it. It implements virtual.Plane.
type State struct {
	// Pick chooses one of several ways for a flow: an index of shares, of which there is at least one. All frames of a flow must get the same
	// while the shares are the same. Nil: Rendezvous.
	Pick func(flow uint32, shares []Share) int
	// Now is the time by which policers fill, in ns since any moment. Nil: time stands still.
	Now func() uint64

	objects map[sai.OID]*object
	users   map[use][]*object // by what they refer to, in the order of their creation
	sw      *object
	vlans   map[uint16]*object // by VLAN id
	traps   map[sai.HostifTrapType]*object

	routes    map[sai.OID]*table // by virtual router
	neighbors map[hop]virtual.Neighbor
	hosts     map[address][]hop // neighbours that are host routes, the newest last
	fdb       map[station]fdbEntry

	fronts  map[uint32]string // front-panel netdevs by first lane
	netdevs map[string]bool   // that exist; true: with a link
	names   map[sai.OID]string
	sockets map[string]*object // what a netdev stands for; nil: to be found again
	counts  map[counter]uint64
	meters  map[sai.OID]meter // of policers, from their first frame on
}

var _ interface {
	virtual.Plane
	virtual.Counted
} = (*State)(nil)

// object is a SAI object with the attributes that it was given.
type object struct {
	sai.Object
	attrs []sai.Attribute
}

// use is how objects of a type refer to another one.
type use struct {
	target sai.OID
	by     sai.ObjectType
}

// New makes the state of an ASIC without a switch. fronts are its front-panel netdevs by their first lanes.
func New(fronts map[uint32]string) *State {
	s := &State{fronts: fronts, netdevs: map[string]bool{}}
	s.forget()
	return s
}

func (s *State) forget() {
	s.objects, s.users, s.sw, s.vlans = map[sai.OID]*object{}, map[use][]*object{}, nil, map[uint16]*object{}
	s.traps = map[sai.HostifTrapType]*object{}
	s.routes, s.neighbors, s.hosts = map[sai.OID]*table{}, map[hop]virtual.Neighbor{}, map[address][]hop{}
	s.meters = map[sai.OID]meter{}
	s.fdb, s.counts, s.names, s.sockets = map[station]fdbEntry{}, map[counter]uint64{}, map[sai.OID]string{}, nil
}

// Apply implements virtual.Plane.
func (s *State) Apply(_ virtual.View, changes []virtual.Change) error {
	for i := range changes {
		c := &changes[i]
		switch e := c.Object.Entry.(type) {
		case sai.RouteEntry:
			s.routeChanged(e, c)
		case sai.NeighborEntry:
			s.neighborChanged(e, c)
		case sai.FdbEntry:
			s.fdbChanged(e, c)
		case nil:
			s.objectChanged(c)
		}
	}
	return nil
}

func (s *State) objectChanged(c *virtual.Change) {
	s.sockets = nil
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		o := &object{Object: c.Object}
		s.objects[oid] = o
		for _, a := range c.Attrs {
			s.put(o, a)
		}
		switch o.Type {
		case sai.ObjectTypeSwitch:
			s.sw = o
		case sai.ObjectTypeVlan:
			s.vlans[attr[uint16](o, sai.VlanAttrVlanID)] = o
		case sai.ObjectTypeHostifTrap:
			s.traps[attr[sai.HostifTrapType](o, sai.HostifTrapAttrTrapType)] = o
		}
	case virtual.Changed:
		if o := s.objects[oid]; o != nil {
			for _, a := range c.Attrs {
				s.put(o, a)
			}
			delete(s.meters, oid)
			if o.Type == sai.ObjectTypeAclCounter {
				s.recount(o, c.Attrs)
			}
		}
	case virtual.Removed:
		s.remove(s.objects[oid])
	}
}

// put gives an object an attribute, and keeps book of what it refers to by it.
func (s *State) put(o *object, a sai.Attribute) {
	i := slices.IndexFunc(o.attrs, func(have sai.Attribute) bool { return have.Meta == a.Meta })
	if i < 0 {
		o.attrs = append(o.attrs, a)
	} else {
		s.book(o, o.attrs[i].Value, false)
		o.attrs[i] = a
	}
	s.book(o, a.Value, true)
}

func (s *State) book(o *object, value any, add bool) {
	if o.Type == sai.ObjectTypeSwitch {
		return // it refers to what is its own
	}
	sai.EachOID(value, func(to sai.OID) {
		u := use{to, o.Type}
		if add {
			s.users[u] = append(s.users[u], o)
			return
		}
		list := s.users[u]
		if i := slices.Index(list, o); i >= 0 {
			s.users[u] = slices.Delete(list, i, i+1)
		}
		if len(s.users[u]) == 0 {
			delete(s.users, u)
		}
	})
}

func (s *State) remove(o *object) {
	if o == nil {
		return
	}
	for _, a := range o.attrs {
		s.book(o, a.Value, false)
	}
	delete(s.objects, o.OID)
	delete(s.names, o.OID)
	delete(s.meters, o.OID)
	switch o.Type {
	case sai.ObjectTypeSwitch:
		s.forget()
	case sai.ObjectTypeVlan:
		delete(s.vlans, attr[uint16](o, sai.VlanAttrVlanID))
	case sai.ObjectTypeHostifTrap:
		delete(s.traps, attr[sai.HostifTrapType](o, sai.HostifTrapAttrTrapType))
	}
}

// attr is an attribute of an object: as given, or SAI's default, else the zero value. There may be no object.
func attr[T any](o *object, id uint16) T {
	var zero T
	if o == nil {
		return zero
	}
	for i := range o.attrs {
		if o.attrs[i].Meta.ID == id {
			v, _ := o.attrs[i].Value.(T)
			return v
		}
	}
	v, _ := o.Type.Meta().Attr(id).Default()
	t, _ := v.(T)
	return t
}

// ref is the object that an attribute refers to; nil if there is none.
func (s *State) ref(o *object, id uint16) *object { return s.objects[attr[sai.OID](o, id)] }

// users of an object that refer to it by a certain attribute.
func (s *State) referring(o *object, by sai.ObjectType, id uint16) (list []*object) {
	if o == nil {
		return nil
	}
	for _, u := range s.users[use{o.OID, by}] {
		if attr[sai.OID](u, id) == o.OID {
			list = append(list, u)
		}
	}
	return list
}

func first(list []*object) *object {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
