package syncd_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// fdbEvents gives the FDB events of a subscription, one by one.
func fdbEvents(t *testing.T, sub *sairedis.Subscription) func() sai.FdbEvents {
	var queue []sai.Notification
	return func() sai.FdbEvents {
		t.Helper()
		for {
			for len(queue) > 0 {
				n := queue[0]
				queue = queue[1:]
				if f, ok := n.(sai.FdbEvents); ok {
					return f
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			var err error
			queue, err = sub.Next(ctx)
			cancel()
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestFdbEvents has the ASIC learn, age and flush addresses: rows are there when the notification comes.
func TestFdbEvents(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		c := b.client()
		sub, err := c.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sub.Close() }()
		o := populate(t, c)
		vlan, port := sai.OID(0), sai.OID(0)
		for vid := range hash(t, ks, db.Asic, "VIDTORID") {
			oid, _ := sai.ParseOID(vid)
			switch hash(t, ks, db.Asic, "ASIC_STATE:"+oid.VIDType().String()+":"+vid)["SAI_VLAN_ATTR_VLAN_ID"] {
			case "100":
				vlan = oid
			}
			if oid.VIDType() == sai.ObjectTypeBridgePort {
				port = oid
			}
		}
		real := func(vid sai.OID) sai.OID {
			rid, _ := sai.ParseOID(hash(t, ks, db.Asic, "VIDTORID")[vid.String()])
			return rid
		}
		mac := sai.MAC{2, 0, 0, 0, 0, 1}
		key := func(m string) string {
			return `ASIC_STATE:SAI_OBJECT_TYPE_FDB_ENTRY:{"bvid":"` + vlan.String() + `","mac":"` + m + `","switch_id":"` + o.sw.String() + `"}`
		}
		bp := sai.ObjectTypeFdbEntry.Meta().Attr(sai.FdbEntryAttrBridgePortID)
		notice := func(e sai.FdbEvent, m sai.MAC) sai.FdbEvents {
			return sai.FdbEvents{{Event: e, Entry: sai.FdbEntry{Switch: real(o.sw), BV: real(vlan), MAC: m}, Attrs: []sai.Attribute{{Meta: bp, Value: real(port)}}}}
		}
		next := fdbEvents(t, sub)
		learned := map[string]string{"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID": port.String(), "SAI_FDB_ENTRY_ATTR_TYPE": "SAI_FDB_ENTRY_TYPE_DYNAMIC"}

		b.events <- notice(sai.FdbEventLearned, mac)
		if got := next(); got[0].Entry.BV != vlan || got[0].Attrs[0].Value != any(port) {
			t.Errorf("learned: %v", got)
		}
		if diff := cmp.Diff(learned, hash(t, ks, db.Asic, key("02:00:00:00:00:01"))); diff != "" {
			t.Error(diff)
		}
		b.events <- notice(sai.FdbEventAged, mac)
		next()
		if row := hash(t, ks, db.Asic, key("02:00:00:00:00:01")); row != nil {
			t.Error("aged:", row)
		}
		b.events <- notice(sai.FdbEventLearned, mac)
		b.events <- notice(sai.FdbEventFlushed, sai.MAC{})
		next()
		next()
		if row := hash(t, ks, db.Asic, key("02:00:00:00:00:01")); row != nil {
			t.Error("flushed:", row)
		}
		static := key("00:01:02:03:04:05")
		if row := hash(t, ks, db.Asic, static); row == nil {
			t.Error("a static entry was flushed")
		}
		if st := c.FlushFdb(t.Context(), o.sw, []sai.Attribute{attr(t, "SAI_FDB_FLUSH_ATTR_ENTRY_TYPE", "SAI_FDB_FLUSH_ENTRY_TYPE_ALL")}); st != sai.StatusSuccess {
			t.Error(st)
		}
		if row := hash(t, ks, db.Asic, static); row != nil {
			t.Error("a flush of all left", row)
		}
	})
}

// TestLearnedMeanwhile has an ASIC that goes on learn one address and forget another while there is no syncd: both are reported by the next one.
func TestLearnedMeanwhile(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 2)
		b.start(b.asic)
		c := b.client()
		sub, err := c.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sub.Close() }()
		o := populate(t, c)
		var static sai.Object
		var attrs []sai.Attribute
		_ = b.asic.List(t.Context(), sai.ObjectTypeFdbEntry, func(e sai.Object, a []sai.Attribute) error { static, attrs = e, a; return nil })
		dynamic := func(last byte) sai.CreateRequest {
			e := static.Entry.(sai.FdbEntry)
			e.MAC = sai.MAC{2, 0, 0, 0, 0, last}
			r := sai.CreateRequest{Object: sai.Object{Type: static.Type, Entry: e}}
			for _, a := range attrs {
				if a.Meta.ID == sai.FdbEntryAttrType {
					a.Value = sai.FdbEntryTypeDynamic
				}
				r.Attrs = append(r.Attrs, a)
			}
			return r
		}
		first := dynamic(1)
		b.asic.Create(t.Context(), sai.ObjectTypeFdbEntry, []sai.CreateRequest{first})
		b.stop()
		b.start(b.asic)
		next := fdbEvents(t, sub)
		expect := func(event sai.FdbEvent, last byte) {
			t.Helper()
			e := next()
			if len(e) != 1 || e[0].Event != event || e[0].Entry.MAC != (sai.MAC{2, 0, 0, 0, 0, last}) || e[0].Entry.Switch != o.sw {
				t.Errorf("%v", e)
			}
		}
		expect(sai.FdbEventLearned, 1)
		if n := rows(t, ks)["SAI_OBJECT_TYPE_FDB_ENTRY"]; n != 2 {
			t.Errorf("%d rows", n)
		}
		b.stop()
		b.asic.Remove(t.Context(), sai.ObjectTypeFdbEntry, []sai.Object{first.Object})
		b.start(b.asic)
		expect(sai.FdbEventAged, 1)
		if n := rows(t, ks)["SAI_OBJECT_TYPE_FDB_ENTRY"]; n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestPortEvents has ports come up.
func TestPortEvents(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		c := b.client()
		sub, err := c.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sub.Close() }()
		o := &orchagent{t, c, createSwitch(t, c)}
		port := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)[1]
		o.set(object(sai.ObjectTypePort, port), "PORT_ATTR_ADMIN_STATE=true")
		got, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []sai.Notification{sai.PortStateChange{{Port: port, State: sai.PortOperStatusUp}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPorts removes a port and makes another: what belongs to it comes and goes with it.
func TestPorts(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 4)
		b.start(b.asic)
		c := b.client()
		o := populate(t, c)
		before := rows(t, ks)
		ports := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)
		o.remove(object(sai.ObjectTypePort, ports[3]))
		if lanes := hash(t, ks, db.Asic, "LANES"); len(lanes) != 12 || lanes["13"] != "" {
			t.Error("LANES:", lanes)
		}
		without := rows(t, ks)
		if without["SAI_OBJECT_TYPE_QUEUE"] >= before["SAI_OBJECT_TYPE_QUEUE"] || len(hash(t, ks, db.Asic, "VIDTORID")) != len(hash(t, ks, db.Asic, "RIDTOVID")) {
			t.Error("queues are left", without)
		}
		paths := len(hash(t, ks, db.Asic, "HYPERSONIC_PATHS"))
		o.remove(object(sai.ObjectTypePort, o.create("PORT", "PORT_ATTR_HW_LANE_LIST=2:13,14", "PORT_ATTR_SPEED=10000")))
		if n := len(hash(t, ks, db.Asic, "HYPERSONIC_PATHS")); n != paths {
			t.Errorf("%d paths are left of a port that came and went", n-paths)
		}
		for _, lanes := range []string{"2:13,14", "2:15,16"} {
			port := o.create("PORT", "PORT_ATTR_HW_LANE_LIST="+lanes, "PORT_ATTR_SPEED=10000")
			queues := o.get(object(sai.ObjectTypePort, port), "PORT_ATTR_QOS_QUEUE_LIST").(sai.ObjectList)
			if len(queues) == 0 {
				t.Fatal("no queues")
			}
			if row := hash(t, ks, db.Asic, "ASIC_STATE:SAI_OBJECT_TYPE_QUEUE:"+queues[0].String()); row["NULL"] != "NULL" {
				t.Error("queue:", row)
			}
		}
		if lanes := hash(t, ks, db.Asic, "LANES"); len(lanes) != 16 || lanes["13"] == "" {
			t.Error("LANES:", lanes)
		}
		b.stop()
		wantState, want := state(t, ks), content(t, ks, b.asic)
		b.freshASIC(4)
		b.start(b.asic)
		b.client()
		if diff := cmp.Diff(wantState, state(t, ks)); diff != "" {
			t.Errorf("ASIC_STATE\n%s", diff)
		}
		if diff := cmp.Diff(want, content(t, ks, b.asic)); diff != "" {
			t.Errorf("ASIC\n%s", diff)
		}
	})
}
