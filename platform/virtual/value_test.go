package virtual

import (
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestOwnCopies checks that what a value points to is not shared.
func TestOwnCopies(t *testing.T) {
	list := sai.ObjectList{1}
	taps := sai.TapsList{{1}}
	copies := []any{
		own(list), own(sai.AclFieldObjects{Enabled: true, Value: list}), own(sai.AclActionObjects{Enabled: true, Value: list}), own(taps),
		own(sai.U32List{1}),
	}
	list[0], taps[0][0] = 2, 2
	want := []any{
		sai.ObjectList{1}, sai.AclFieldObjects{Enabled: true, Value: sai.ObjectList{1}},
		sai.AclActionObjects{Enabled: true, Value: sai.ObjectList{1}}, sai.TapsList{{1}}, sai.U32List{1},
	}
	for i, c := range copies {
		if e, ok := c.(interface{ Equal(any) bool }); !ok || !e.Equal(want[i]) {
			t.Errorf("%#v, want %#v", c, want[i])
		}
	}
	if l, ok := own(sai.ObjectList(nil)).(sai.ObjectList); !ok || l != nil {
		t.Error("a null list does not stay null")
	}
}

// TestSonicEnumCapabilities checks the enums whose values SONiC's tests expect.
func TestSonicEnumCapabilities(t *testing.T) {
	a, sw := boot(t, Config{})
	for _, c := range []struct {
		t    sai.ObjectType
		attr uint16
		want []int32
	}{
		{sai.ObjectTypeTunnel, sai.TunnelAttrPeerMode, numbers(sai.TunnelPeerModeP2mp, sai.TunnelPeerModeP2p)},
		{sai.ObjectTypeVlan, sai.VlanAttrBroadcastFloodControlType,
			numbers(sai.VlanFloodControlTypeAll, sai.VlanFloodControlTypeNone, sai.VlanFloodControlTypeL2mcGroup)},
		{sai.ObjectTypeVlanMember, sai.VlanMemberAttrVlanTaggingMode,
			numbers(sai.VlanTaggingModeUntagged, sai.VlanTaggingModeTagged, sai.VlanTaggingModePriorityTagged)},
	} {
		got, st := a.EnumCapability(t.Context(), sw, c.t.Meta().Attr(c.attr))
		if st != sai.StatusSuccess || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v, want %v", c.t.Meta().Attr(c.attr), got, st, c.want)
		}
	}
	for attr, want := range map[uint16]int{sai.SwitchAttrEcmpDefaultHashAlgorithm: 7, sai.SwitchAttrLagDefaultHashAlgorithm: 7} {
		if got, _ := a.EnumCapability(t.Context(), sw, sai.ObjectTypeSwitch.Meta().Attr(attr)); len(got) != want {
			t.Errorf("%v: %v", sai.ObjectTypeSwitch.Meta().Attr(attr), got)
		}
	}
	if got, _ := a.EnumCapability(t.Context(), sw, sai.ObjectTypeHash.Meta().Attr(sai.HashAttrNativeHashFieldList)); len(got) != 18 {
		t.Errorf("hash fields: %v", got)
	}
	if _, st := a.EnumCapability(t.Context(), sw, sai.ObjectTypePort.Meta().Attr(sai.PortAttrSpeed)); st != sai.StatusInvalidParameter {
		t.Errorf("SPEED: %v", st)
	}
}

// TestSerdes checks that a port's serdes, unlike its queues, may be removed and made again, as SONiC does.
func TestSerdes(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1)})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	serdes, _ := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrPortSerdesID).(sai.OID)
	if st := a.Remove(t.Context(), sai.ObjectTypePortSerdes, []sai.Object{{Type: sai.ObjectTypePortSerdes, OID: serdes}}); st[0] != sai.StatusSuccess {
		t.Fatal(st[0])
	}
	if oid := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrPortSerdesID); oid != sai.OID(0) {
		t.Errorf("PORT_SERDES_ID is %v", oid)
	}
	again := createObject(t, a, sai.ObjectTypePortSerdes, with(sai.PortSerdesAttrPortID, ports[0]))
	if oid := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrPortSerdesID); oid != again {
		t.Errorf("PORT_SERDES_ID is %v, want %v", oid, again)
	}
}
