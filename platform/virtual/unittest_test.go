package virtual

import (
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestUnitTestChannel plays what SONiC's tests send on SAI_VS_UNITTEST_CHANNEL.
func TestUnitTestChannel(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1)})
	vid := sai.VID(0, sai.ObjectTypeSwitch, 0)
	translate := func(o sai.OID) (sai.OID, bool) { return sw, o == vid }
	send := func(ok bool, op, data string, fields ...Field) {
		t.Helper()
		if err := a.UnitTest(op, data, fields, translate); (err == nil) != ok {
			t.Errorf("%s %s %v: %v", op, data, fields, err)
		}
	}
	free := func(want uint32) {
		t.Helper()
		if got := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrAvailableIPv4RouteEntry); got != want {
			t.Errorf("AVAILABLE_IPV4_ROUTE_ENTRY is %v, want %d", got, want)
		}
	}
	object := "SAI_OBJECT_TYPE_SWITCH:" + vid.String()
	crm := Field{"SAI_SWITCH_ATTR_AVAILABLE_IPV4_ROUTE_ENTRY", "1000"}
	send(false, "set_ro", object, crm) // not enabled
	send(false, "enable_unittests", "perhaps")
	send(true, "enable_unittests", "true")
	send(true, "set_ro", object, crm)
	free(1000)
	send(true, "enable_unittests", "true") // forgets nothing
	free(1000)
	send(false, "set_ro", object, Field{"SAI_SWITCH_ATTR_NO_SUCH", "1"})
	send(false, "set_ro", object, Field{crm.Name, "many"})
	send(false, "set_ro", "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000001", crm)
	send(false, "set_ro", "nonsense", crm)
	send(false, "drop_tables", object)
	send(true, "enable_unittests", "false")
	free(100000)
}

func TestUnitTestStats(t *testing.T) {
	a, sw := boot(t, Config{Ports: testPorts(1), Counters: netdevs{"Ethernet0": {RxBytes: 7}}})
	ports, _ := getAttr(t, a, sai.ObjectTypeSwitch, sw, sai.SwitchAttrPortList).(sai.ObjectList)
	queues, _ := getAttr(t, a, sai.ObjectTypePort, ports[0], sai.PortAttrQosQueueList).(sai.ObjectList)
	queue := sai.Object{Type: sai.ObjectTypeQueue, OID: queues[3]}
	read := func() uint64 {
		t.Helper()
		r := a.GetStats(t.Context(), sai.ObjectTypeQueue, []sai.StatsRequest{{Object: queue, Stats: []int32{int32(sai.QueueStatPackets)}}})
		if r[0].Status != sai.StatusSuccess {
			t.Fatal(r[0].Status)
		}
		return r[0].Values[0]
	}
	if err := a.UnitTest("enable_unittests", "true", nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := a.UnitTest("set_stats", queue.String(), []Field{{"SAI_QUEUE_STAT_PACKETS", "42"}}, nil); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != 42 {
		t.Errorf("%d packets, want 42", got)
	}
	a.ClearStats(t.Context(), sai.ObjectTypeQueue, []sai.StatsRequest{{Object: queue, Stats: []int32{int32(sai.QueueStatPackets)}}})
	if got := read(); got != 0 {
		t.Errorf("%d packets, want 0", got)
	}
	for _, bad := range []Field{{"SAI_QUEUE_STAT_NONE", "1"}, {"SAI_QUEUE_STAT_PACKETS", "-1"}} {
		if err := a.UnitTest("set_stats", queue.String(), []Field{bad}, nil); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
