package virtual

import (
	"reflect"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// hashing is a data plane that does nothing, and that by one hash.
type hashing struct{ Software }

func (hashing) Apply(View, []Change) error          { return nil }
func (hashing) Stats(sai.Object) func(int32) uint64 { return func(int32) uint64 { return 0 } }

// TestFlowHash checks that what a data plane with one hash does is what capabilities and objects say, and that anything else is refused.
func TestFlowHash(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1), Plane: hashing{}})
	ht, st := sai.ObjectTypeHash, sai.ObjectTypeSwitch
	fields := ht.Meta().Attr(sai.HashAttrNativeHashFieldList)
	can, _ := a.EnumCapability(t.Context(), sw, fields)
	ecmp, _ := getAttr(t, a, st, sw, sai.SwitchAttrEcmpHash).(sai.OID)
	if is, _ := getAttr(t, a, ht, ecmp, fields.ID).(sai.S32List); len(can) != 10 || !slices.Equal(is, can[:5]) {
		t.Errorf("can hash by %v, hashes by %v", can, is)
	}
	if algorithms, _ := a.EnumCapability(t.Context(), sw, st.Meta().Attr(sai.SwitchAttrEcmpDefaultHashAlgorithm)); len(algorithms) != 1 {
		t.Errorf("algorithms: %v", algorithms)
	}
	five := sai.S32List(can[:5])
	for _, c := range []struct {
		t    sai.ObjectType
		oid  sai.OID
		attr uint16
		v    any
		ok   bool
	}{
		{ht, ecmp, fields.ID, five, true},
		{ht, ecmp, fields.ID, five[:4], true},
		{ht, ecmp, fields.ID, append(slices.Clone(five), int32(sai.NativeHashFieldInnerSrcIP)), false},
		{ht, ecmp, fields.ID, append(slices.Clone(five), int32(sai.NativeHashFieldEthertype)), true},
		{st, sw, sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.HashAlgorithmCrc, true},
		{st, sw, sai.SwitchAttrLagDefaultHashAlgorithm, sai.HashAlgorithmXor, false},
		{st, sw, sai.SwitchAttrEcmpDefaultSymmetricHash, true, false},
		{st, sw, sai.SwitchAttrEcmpDefaultHashOffset, uint8(3), true},
		{st, sw, sai.SwitchAttrLagDefaultHashSeed, uint32(3), true},
		{st, sw, sai.SwitchAttrFdbUnicastMissPacketAction, sai.PacketActionDrop, true},
		{st, sw, sai.SwitchAttrFdbMulticastMissPacketAction, sai.PacketActionTrap, false},
	} {
		m := c.t.Meta().Attr(c.attr)
		was := getAttr(t, a, c.t, c.oid, c.attr)
		want, status := sai.StatusSuccess, a.Set(t.Context(), c.t, []sai.SetRequest{{Object: sai.Object{Type: c.t, OID: c.oid}, Attr: sai.Attribute{Meta: m, Value: c.v}}})[0]
		if !c.ok {
			want = sai.StatusAttrNotSupported0
		}
		if status != want {
			t.Errorf("%v = %v: %v, want %v", m, c.v, status, want)
		}
		if is := getAttr(t, a, c.t, c.oid, c.attr); !c.ok && !reflect.DeepEqual(is, was) {
			t.Errorf("%v was refused and is %v, before %v", m, is, was)
		}
	}
	r := a.Create(t.Context(), ht, []sai.CreateRequest{{Object: sai.Object{Type: ht}, Attrs: []sai.Attribute{{Meta: fields, Value: sai.S32List{int32(sai.NativeHashFieldInnerSrcIP)}}}}})
	if r[0].Status != sai.StatusAttrNotSupported0 {
		t.Errorf("a hash by an inner field: %v", r[0].Status)
	}
}
