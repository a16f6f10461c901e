package syncd_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestAwkwardValues sends values whose text has quotes, bars and backslashes, by the single and the bulk form.
func TestAwkwardValues(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 1)
		b.start(b.asic)
		c := b.client()
		o := &orchagent{t, c, createSwitch(t, c)}
		qosMap := []string{"QOS_MAP_ATTR_TYPE=SAI_QOS_MAP_TYPE_DOT1P_TO_TC", `QOS_MAP_ATTR_MAP_TO_VALUE_LIST={"count":1,"list":[{"key":` +
			`{"color":"SAI_PACKET_COLOR_GREEN","dot1p":1,"dscp":0,"fc":0,"mpls_exp":0,"pg":0,"prio":0,"qidx":0,"tc":0},"value":` +
			`{"color":"SAI_PACKET_COLOR_GREEN","dot1p":0,"dscp":0,"fc":0,"mpls_exp":0,"pg":0,"prio":0,"qidx":0,"tc":1}}]}`}
		want := map[string]string{}
		for _, a := range o.attrs(qosMap) {
			text, err := sai.AppendValue(nil, a.Meta, a.Value)
			if err != nil {
				t.Fatal(err)
			}
			want[a.Meta.Name] = string(text)
		}
		single := o.create("QOS_MAP", qosMap...)
		r := c.Create(t.Context(), sai.ObjectTypeQosMap, []sai.CreateRequest{
			{Object: sai.Object{Type: sai.ObjectTypeQosMap}, Attrs: o.attrs(qosMap)}, {Object: sai.Object{Type: sai.ObjectTypeQosMap}, Attrs: o.attrs(qosMap)},
		})
		for _, oid := range []sai.OID{single, r[0].OID, r[1].OID} {
			if diff := cmp.Diff(want, hash(t, ks, db.Asic, "ASIC_STATE:SAI_OBJECT_TYPE_QOS_MAP:"+oid.String())); diff != "" {
				t.Error(diff)
			}
			got := o.get(object(sai.ObjectTypeQosMap, oid), "QOS_MAP_ATTR_MAP_TO_VALUE_LIST")
			if diff := cmp.Diff(o.attrs(qosMap)[1].Value, got); diff != "" {
				t.Error(diff)
			}
		}
		name := []string{"HOSTIF_ATTR_TYPE=SAI_HOSTIF_TYPE_NETDEV", `HOSTIF_ATTR_NAME=a\x7Cb\x5C\x22`}
		hostif := o.create("HOSTIF", append(name, "HOSTIF_ATTR_OBJ_ID="+o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_CPU_PORT").(sai.OID).String())...)
		if got := o.get(object(sai.ObjectTypeHostif, hostif), "HOSTIF_ATTR_NAME"); got != `a|b\"` {
			t.Errorf("%q", got)
		}
	})
}

// TestCreateSwitchAgain has a second client in the same run create the switch: it gets the one that there is, with its attributes.
func TestCreateSwitchAgain(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 1)
		b.start(b.asic)
		c := b.client()
		sw := createSwitch(t, c)
		r := c.Create(t.Context(), sai.ObjectTypeSwitch, []sai.CreateRequest{{Object: sai.Object{Type: sai.ObjectTypeSwitch}, Attrs: []sai.Attribute{
			attr(t, "SAI_SWITCH_ATTR_INIT_SWITCH", "true"), attr(t, "SAI_SWITCH_ATTR_FDB_AGING_TIME", "600"),
		}}})[0]
		if r != (sai.CreateResult{OID: sw}) {
			t.Error(r)
		}
		row := hash(t, ks, db.Asic, "ASIC_STATE:SAI_OBJECT_TYPE_SWITCH:"+sw.String())
		if row["SAI_SWITCH_ATTR_FDB_AGING_TIME"] != "600" || row["SAI_SWITCH_ATTR_INIT_SWITCH"] != "true" {
			t.Error(row)
		}
		if st := c.Remove(t.Context(), sai.ObjectTypeSwitch, []sai.Object{{Type: sai.ObjectTypeSwitch, OID: sw}})[0]; st != sai.StatusNotSupported {
			t.Error("removal:", st)
		}
	})
}

// TestStrangers has the ASIC report objects that nobody knows: what is known of the report goes through.
func TestStrangers(t *testing.T) {
	_, ks := memKeyspace()
	b := newBench(t, ks, 2)
	b.events = make(chan sai.Notification, 10)
	b.asic = virtual.New(virtual.Config{Ports: ports(2)})
	b.start(b.asic)
	c := b.client()
	sub, err := c.Subscribe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sub.Close() }()
	o := &orchagent{t, c, createSwitch(t, c)}
	port := o.get(object(sai.ObjectTypeSwitch, o.sw), "SWITCH_ATTR_PORT_LIST").(sai.ObjectList)[0]
	rid := hashOf(t, ks, "VIDTORID")[port]
	b.events <- sai.PortStateChange{{Port: 0x999, State: sai.PortOperStatusUp}}
	b.events <- sai.PortStateChange{{Port: 0x999, State: sai.PortOperStatusUp}, {Port: rid, State: sai.PortOperStatusDown}}
	got, err := sub.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sai.Notification{sai.PortStateChange{{Port: port, State: sai.PortOperStatusDown}}}, got); diff != "" {
		t.Error(diff)
	}
}
