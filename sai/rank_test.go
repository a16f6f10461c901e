package sai

import (
	"fmt"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// The ranks that the engine's order rests on. A change here is a change of the order of creation on every switch.
func TestRanks(t *testing.T) {
	want := map[ObjectType]int{
		ObjectTypeVirtualRouter: 0, ObjectTypeAclTable: 1, ObjectTypeBridge: 1, ObjectTypeLag: 2, ObjectTypePort: 4, ObjectTypeMirrorSession: 4,
		ObjectTypeVlan: 5, ObjectTypeLagMember: 5, ObjectTypeRouterInterface: 6, ObjectTypeHostif: 6, ObjectTypeNeighborEntry: 7, ObjectTypeTunnel: 7,
		ObjectTypeNextHop: 8, ObjectTypeNextHopGroup: 9, ObjectTypeBridgePort: 10, ObjectTypeRouteEntry: 10, ObjectTypeVlanMember: 11,
		ObjectTypeFdbEntry: 11, ObjectTypeAclEntry: 11, ObjectTypeNextHopGroupMember: 12,
		// What the entry structs of these types refer to counts too: the table of a prefix, the bridge or VLAN of a multicast address.
		ObjectTypePrefixCompressionEntry: 1, ObjectTypeL2mcEntry: 6, ObjectTypeMcastFdbEntry: 6,
	}
	for ot, rank := range want {
		if got := ot.Kind().Rank; got != rank {
			t.Errorf("%v has rank %d, want %d", ot, got, rank)
		}
	}
	seen := map[int]bool{}
	for _, ot := range objectTypes() {
		seen[ot.Meta().Rank] = true
	}
	if len(seen) != 13 {
		t.Errorf("%d ranks, want 13", len(seen))
	}
}

func TestDeferredReferences(t *testing.T) {
	var got []string
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			if !a.Is(Deferred) {
				continue
			}
			for _, to := range a.Objects {
				if to.Meta().Rank == m.Rank {
					got = append(got, fmt.Sprintf("%s -> %s", strings.TrimPrefix(a.Name, "SAI_"), strings.TrimPrefix(to.String(), "SAI_OBJECT_TYPE_")))
				}
			}
		}
	}
	sort.Strings(got)
	want := []string{
		"BUFFER_POOL_ATTR_TAM -> TAM",
		"PORT_ATTR_EGRESS_BLOCK_PORT_LIST -> PORT",
		"PORT_ATTR_EGRESS_MIRROR_SESSION -> MIRROR_SESSION",
		"PORT_ATTR_EGRESS_SAMPLE_MIRROR_SESSION -> MIRROR_SESSION",
		"PORT_ATTR_INGRESS_MIRROR_SESSION -> MIRROR_SESSION",
		"PORT_ATTR_INGRESS_SAMPLE_MIRROR_SESSION -> MIRROR_SESSION",
		"PORT_ATTR_QOS_EGRESS_BUFFER_PROFILE_LIST -> BUFFER_PROFILE",
		"PORT_ATTR_QOS_INGRESS_BUFFER_PROFILE_LIST -> BUFFER_PROFILE",
		"PORT_ATTR_TAM_OBJECT -> TAM",
		"SRV6_SIDLIST_ATTR_NEXT_HOP_ID -> NEXT_HOP",
		"TAM_ATTR_EVENT_OBJECTS_LIST -> TAM_EVENT",
		"TAM_ATTR_INT_OBJECTS_LIST -> TAM_INT",
		"TAM_ATTR_TELEMETRY_OBJECTS_LIST -> TAM_TELEMETRY",
		"TAM_COLLECTOR_ATTR_DESTINATION -> PORT",
		"TAM_INT_ATTR_COLLECTOR_LIST -> TAM_COLLECTOR",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("deferred references (-want +got):\n%s", d)
	}
}

// Whatever an object needs at its creation is of a lower rank, or of the same rank and a lower depth.
func TestHardReferencesPointDown(t *testing.T) {
	depth := func(ot ObjectType) int {
		if d := ot.Kind().Depth; d != nil {
			return d(nil)
		}
		return 0
	}
	below := func(from, to ObjectType) bool {
		return to.Meta().Rank < from.Meta().Rank || to.Meta().Rank == from.Meta().Rank && depth(to) < depth(from)
	}
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			if a.Is(ReadOnly) || a.Is(Deferred) {
				continue
			}
			for _, to := range a.Objects {
				if to != ObjectTypeSwitch && to != ot && !below(ot, to) {
					t.Errorf("%s: %v is not made before", a.Name, to)
				}
			}
		}
		for _, ref := range m.Entry {
			for _, to := range ref.Objects {
				if !below(ot, to) {
					t.Errorf("%v, member %s: %v is not made before", ot, ref.Field, to)
				}
			}
		}
		for k := range zeroKey(t, ot).Refs {
			if to := TypeOf(k.Kind()); !below(ot, to) {
				t.Errorf("the key of %v refers to %v, which is not made before", ot, to)
			}
		}
	}
}

func TestMetadataCounts(t *testing.T) {
	attrs, writable := 0, 0
	for _, ot := range objectTypes() {
		m := ot.Meta()
		attrs += len(m.Attrs)
		for i := range m.Attrs {
			if a := &m.Attrs[i]; len(a.Objects) > 0 && !a.Is(ReadOnly) {
				writable++
			}
		}
	}
	if n := len(objectTypes()); n != 119 || attrs != 1926 || writable != 343 {
		t.Errorf("%d types, %d attributes, %d writable references; want 119, 1926, 343", n, attrs, writable)
	}
}

func TestLookup(t *testing.T) {
	for _, ot := range objectTypes() {
		m := ot.Meta()
		if TypeOf(ot.Kind()) != ot || ot.Kind().Name != m.Name {
			t.Errorf("%v: kind %q", ot, ot.Kind().Name)
		}
		if !slices.IsSortedFunc(m.Attrs, func(a, b AttrMeta) int { return int(a.ID) - int(b.ID) }) {
			t.Errorf("%v: attributes out of order", ot)
		}
		for i := range m.Attrs {
			a := &m.Attrs[i]
			byName, err := AttrByName(a.Name)
			if m.Attr(a.ID) != a || m.AttrByName(a.Name) != a || byName != a || err != nil || a.Object != ot {
				t.Errorf("%s is not found", a.Name)
			}
		}
		if m.Attr(0xffff) != nil || m.AttrByName("SAI_NONE") != nil {
			t.Errorf("%v: found what is not there", ot)
		}
	}
	if ObjectType(0).Meta() != nil || ObjectType(5000).Meta() != nil || ObjectType(5000).Kind() != nil {
		t.Error("metadata of unknown types")
	}
}

func TestDefaults(t *testing.T) {
	n := 0
	for _, ot := range objectTypes() {
		m := ot.Meta()
		for i := range m.Attrs {
			a := &m.Attrs[i]
			info := ot.Kind().Attr(a.ID)
			if info.HasDefault != a.Is(HasDefault) || info.Name != a.Name || info.Deferred != a.Is(Deferred) || info.CreateOnly != a.Is(CreateOnly) {
				t.Errorf("%s: the engine sees %+v", a.Name, info)
			}
			if !a.Is(HasDefault) {
				continue
			}
			n++
			v, err := ParseValue(a, a.DefaultText)
			if err != nil {
				t.Errorf("default of %s: %v", a.Name, err)
				continue
			}
			if text, err := AppendValue(nil, a, v); err != nil || string(text) != a.DefaultText {
				t.Errorf("default of %s: %q comes back as %q, %v", a.Name, a.DefaultText, text, err)
			}
		}
	}
	if n < 1200 {
		t.Errorf("only %d defaults", n)
	}
	for _, c := range []struct {
		kind *engine.Kind
		attr uint16
		want any
		has  bool
	}{
		{KindPort, PortAttrMtu, uint32(1514), true},
		{KindPort, PortAttrIngressAcl, nil, true},
		{KindPort, PortAttrIngressMirrorSession, KeyList(nil), true},
		{KindVlanMember, VlanMemberAttrVlanTaggingMode, VlanTaggingModeUntagged, true},
		{KindRouterInterface, RouterInterfaceAttrSrcMACAddress, nil, false}, // the virtual router's
		{KindAclEntry, AclEntryAttrFieldSrcPort, nil, true},
		{KindAclEntry, AclEntryAttrFieldDscp, AclField[uint8]{}, true},
	} {
		if got := c.kind.Attr(c.attr); got.HasDefault != c.has || cmp.Diff(got.Default, c.want) != "" {
			t.Errorf("%s: default %#v, %v; want %#v, %v", got.Name, got.Default, got.HasDefault, c.want, c.has)
		}
	}
}

func TestAttributeOfAnotherObjectDoesNotCompile(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "vet", "./testdata/wrongattr").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "PortKey") || !strings.Contains(string(out), "VlanKey") {
		t.Errorf("want a type error, got %v:\n%s", err, out)
	}
}

func objectTypes() []ObjectType {
	var all []ObjectType
	for ot := range ObjectType(len(objectMetas)) {
		if ot.Meta() != nil {
			all = append(all, ot)
		}
	}
	return all
}
