package sai

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var noticeCmp = cmp.Options{cmp.Comparer(func(a, b *AttrMeta) bool { return a == b }), cmpopts.EquateComparable(netip.Addr{})}

func notificationSamples() map[string]Notification {
	fdb := ObjectTypeFdbEntry.Meta()
	return map[string]Notification{
		`[{"port_error_status":"0x0","port_id":"oid:0x1000000000002","port_state":"SAI_PORT_OPER_STATUS_UP"}]`: PortStateChange{{Port: 0x1000000000002, State: PortOperStatusUp}},
		`[{"port_error_status":"SAI_PORT_ERROR_STATUS_MAC_LOCAL_FAULT|SAI_PORT_ERROR_STATUS_HIGH_SER","port_id":"oid:0x1","port_state":"SAI_PORT_OPER_STATUS_DOWN"}]`: PortStateChange{
			{Port: 1, State: PortOperStatusDown, Errors: PortErrorStatusMACLocalFault | PortErrorStatusHighSer}},
		`[{"fdb_entry":"{\"bvid\":\"oid:0x26000000000622\",\"mac\":\"00:22:22:22:22:22\",\"switch_id\":\"oid:0x21000000000000\"}","fdb_event":"SAI_FDB_EVENT_LEARNED",` +
			`"list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"oid:0x3a000000000623"}]}]`: FdbEvents{{FdbEventLearned,
			FdbEntry{sw0, 0x26000000000622, MAC{0, 0x22, 0x22, 0x22, 0x22, 0x22}}, []Attribute{{fdb.Attr(FdbEntryAttrBridgePortID), OID(0x3a000000000623)}}}},
		`{"status":"SAI_SWITCH_OPER_STATUS_UP","switch_id":"oid:0x21000000000000"}`: SwitchStateChange{sw0, SwitchOperStatusUp},
		`{"switch_id":"oid:0x1"}`: SwitchShutdownRequest{1},
		`[{"event":"SAI_QUEUE_PFC_DEADLOCK_EVENT_TYPE_DETECTED","queue_id":"oid:0x15000000000001"}]`:                              QueuePfcDeadlock{{0x15000000000001, QueuePfcDeadlockEventTypeDetected}},
		`[{"bfd_session_id":"oid:0x45000000000001","session_state":"SAI_BFD_SESSION_STATE_UP"}]`:                                  BfdSessionStateChange{{0x45000000000001, BfdSessionStateUp}},
		`[{"icmp_echo_session_id":"oid:0x100000000003a","session_state":"SAI_ICMP_ECHO_SESSION_STATE_DOWN"}]`:                     IcmpEchoSessionStateChange{{0x100000000003a, IcmpEchoSessionStateDown}},
		`[{"host_tx_ready_status":"SAI_PORT_HOST_TX_READY_STATUS_READY","port_id":"oid:0x1","switch_id":"oid:0x21000000000000"}]`: PortHostTxReady{sw0, 1, PortHostTxReadyStatusReady},
		`oid:0x4b000000000001`: TamTelTypeConfigChange{0x4b000000000001},
		`{"switch_id":"oid:0x21000000000000","switch_macsec_post_status":"SAI_SWITCH_MACSEC_POST_STATUS_PASS"}`: SwitchMacsecPost{sw0, SwitchMacsecPostStatusPass},
		`{"macsec_id":"oid:0x58000000000001","macsec_post_status":"SAI_MACSEC_POST_STATUS_PASS"}`:               MacsecPost{0x58000000000001, MacsecPostStatusPass},
		`[{"nat_entry":"{\"nat_data\":{\"key\":{\"dst_ip\":\"1.2.3.4\",\"l4_dst_port\":\"0\",\"l4_src_port\":\"0\",\"proto\":\"6\",\"src_ip\":\"0.0.0.0\"},` +
			`\"mask\":{\"dst_ip\":\"255.255.255.255\",\"l4_dst_port\":\"0\",\"l4_src_port\":\"0\",\"proto\":\"0\",\"src_ip\":\"0.0.0.0\"}},` +
			`\"nat_type\":\"SAI_NAT_TYPE_DESTINATION_NAT\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000048\"}","nat_event":"SAI_NAT_EVENT_AGED"}]`: NatEvents{{NatEventAged,
			NatEntry{sw0, 0x3000000000048, NatTypeDestinationNat, NatTuple{DstIP: netip.MustParseAddr("1.2.3.4"), SrcIP: netip.IPv4Unspecified(), Proto: 6},
				NatTuple{DstIP: netip.MustParseAddr("255.255.255.255"), SrcIP: netip.IPv4Unspecified()}}}},
		`[{"index":"1","list":[{"counters":"5","counters_ids":"SAI_TWAMP_SESSION_STAT_RX_PACKETS"}],"session_state":"SAI_TWAMP_SESSION_STATE_ACTIVE","twamp_session_id":"oid:0x6a000000000001"}]`: TwampSessionEvents{
			{0x6a000000000001, TwampSessionStateActive, 1, []TwampCounter{{TwampSessionStatRxPackets, 5}}}},
		`{"category":"SAI_SWITCH_ASIC_SDK_HEALTH_CATEGORY_FW","data.data_type":"SAI_HEALTH_DATA_TYPE_GENERAL","description":"2:104,105",` +
			`"severity":"SAI_SWITCH_ASIC_SDK_HEALTH_SEVERITY_FATAL","switch_id":"oid:0x21000000000000","timestamp":"{\"tv_nsec\":\"2\",\"tv_sec\":\"1\"}"}`: AsicSdkHealthEvent{sw0,
			SwitchAsicSdkHealthSeverityFatal, Timespec{1, 2}, SwitchAsicSdkHealthCategoryFw, HealthDataTypeGeneral, "hi"},
	}
}

func TestNotificationTexts(t *testing.T) {
	for text, n := range notificationSamples() {
		got, err := n.AppendData(nil)
		if err != nil || string(got) != text {
			t.Errorf("%s: %#v is\n%s, %v; want\n%s", n.Op(), n, got, err, text)
		}
		back, err := ParseNotification(n.Op(), text)
		if d := cmp.Diff(n, back, noticeCmp); err != nil || d != "" {
			t.Errorf("%s %s: %v (-want +got):\n%s", n.Op(), text, err, d)
		}
	}
}

func TestBadNotifications(t *testing.T) {
	for op, data := range map[string]string{"none": "{}", opPortStateChange: "{}", opFdbEvent: `[{"fdb_entry":"x"}]`, opPortHostTxReady: "[]", opSwitchShutdown: `{"switch_id":"x"}`,
		opSwitchState: `{"status":"x"}`, opNatEvent: `[{}]`, opTamTelTypeConfig: ""} {
		if n, err := ParseNotification(op, data); err == nil {
			t.Errorf("%s %s is %#v", op, data, n)
		}
	}
}

func TestMapOIDs(t *testing.T) {
	up := func(o OID) (OID, bool) { return o + 1, true }
	down := func(o OID) (OID, bool) { return o - 1, true }
	none := func(OID) (OID, bool) { return 0, false }
	for text, n := range notificationSamples() {
		there, ok := MapOIDs(n, up)
		back, ok2 := MapOIDs(there, down)
		if d := cmp.Diff(n, back, noticeCmp); !ok || !ok2 || d != "" || cmp.Equal(n, there, noticeCmp) {
			t.Errorf("%s there and back: %s", text, d)
		}
		if _, ok := MapOIDs(n, none); ok {
			t.Errorf("%s: unknown objects go through", text)
		}
	}
	flushed, ok := MapOIDs(FdbEvents{{Event: FdbEventFlushed, Entry: FdbEntry{Switch: sw0}}}, up)
	if want := (FdbEvents{{Event: FdbEventFlushed, Entry: FdbEntry{Switch: sw0 + 1}}}); !ok || cmp.Diff(want, flushed, noticeCmp) != "" {
		t.Errorf("null does not stay null: %#v", flushed)
	}
}

func TestMapValue(t *testing.T) {
	up := func(o OID) (OID, bool) { return o + 1, o != 9 }
	for _, c := range []struct{ in, want any }{
		{OID(1), OID(2)}, {OID(0), OID(0)}, {ObjectList{1, 0}, ObjectList{2, 0}}, {uint32(7), uint32(7)},
		{Act(OID(1)), Act(OID(2))}, {AclAction[OID]{}, AclAction[OID]{}}, {AclField[OID]{Enabled: true, Value: 3}, AclField[OID]{Enabled: true, Value: 4}},
		{AclFieldObjects{true, ObjectList{1}}, AclFieldObjects{true, ObjectList{2}}}, {AclActionObjects{true, ObjectList{1}}, AclActionObjects{true, ObjectList{2}}},
		{AclChainList{{Group: 1}}, AclChainList{{Group: 2}}},
	} {
		if got, ok := MapValue(c.in, up); !ok || !same(c.want, got) {
			t.Errorf("%#v maps to %#v, want %#v", c.in, got, c.want)
		}
	}
	if _, ok := MapValue(ObjectList{1, 9}, up); ok {
		t.Error("an unknown object goes through")
	}
	n := 0
	EachOID(ObjectList{1, 0, 5}, func(OID) { n++ })
	if n != 2 {
		t.Errorf("%d objects in the list", n)
	}
}

func FuzzParseNotification(f *testing.F) {
	for text, n := range notificationSamples() {
		f.Add(n.Op(), text)
	}
	f.Fuzz(func(t *testing.T, op, data string) {
		n, err := ParseNotification(op, data)
		if err != nil {
			return
		}
		canonical, err := n.AppendData(nil)
		if err != nil {
			t.Fatalf("%s %q is %#v, which has no text: %v", op, data, n, err)
		}
		if again, err := ParseNotification(op, string(canonical)); err != nil || !cmp.Equal(n, again, noticeCmp, cmpopts.EquateEmpty()) {
			t.Fatalf("%s %q: the text %q is %#v, %v", op, data, canonical, again, err)
		}
	})
}
