package syncd_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/db"
)

// raw is an orchagent of SONiC's, in Redis commands.
type rawClient struct {
	t     testing.TB
	ks    db.Keyspace
	inbox db.Inbox
}

func newRawClient(t testing.TB, ks db.Keyspace) *rawClient {
	t.Helper()
	inbox, err := ks.Inbox(t.Context(), db.Asic, "GETRESPONSE", "ASIC_STATE")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	return &rawClient{t, ks, inbox}
}

// send pushes a command as it lies in the list, and gives its answer: key, value, op.
func (c *rawClient) call(op, key, value string) (status, fields, answer string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	if err := c.inbox.Commit(ctx, db.Commit{Answers: []db.Command{{Key: key, Op: op, Value: []byte(value)}}}); err != nil {
		c.t.Fatal(err)
	}
	got, err := c.inbox.Take(ctx, 10)
	if err != nil {
		c.t.Fatalf("%s %s: %v", op, key, err)
	}
	if len(got) != 1 {
		c.t.Fatalf("%s %s: %d answers", op, key, len(got))
	}
	return got[0].Key, string(got[0].Value), got[0].Op
}

func (c *rawClient) expect(op, key, value, status, fields, answer string) {
	c.t.Helper()
	s, f, a := c.call(op, key, value)
	if diff := cmp.Diff([]string{status, fields, answer}, []string{s, f, a}); diff != "" {
		c.t.Errorf("%s %s %s\n%s", op, key, value, diff)
	}
}

// hash is a row of a database; nil if there is none.
func hash(t testing.TB, ks db.Keyspace, id db.ID, key string) map[string]string {
	t.Helper()
	rows, err := ks.Raw(id).Hashes(t.Context(), []string{key})
	if err != nil {
		t.Fatal(err)
	}
	if rows[0] == nil {
		return nil
	}
	out := map[string]string{}
	for _, f := range rows[0] {
		out[f.Name] = f.Value
	}
	return out
}

func (c *rawClient) row(key string, want map[string]string) {
	c.t.Helper()
	if diff := cmp.Diff(want, hash(c.t, c.ks, db.Asic, key)); diff != "" {
		c.t.Errorf("%s\n%s", key, diff)
	}
}

const (
	ok      = "SAI_STATUS_SUCCESS"
	sw      = "oid:0x21000000000000"
	created = `[]`
)

// TestGoldenTrace sends what SONiC's orchagent sends, literally, and compares the literal answers and rows.
func TestGoldenTrace(t *testing.T) {
	eachKeyspace(t, func(t *testing.T, ks db.Keyspace) {
		b := newBench(t, ks, 2)
		b.start(b.asic)
		c := newRawClient(t, ks)
		c.expect("notify", "INIT_VIEW", `[]`, ok, `[]`, "notify")
		c.expect("create", "SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_INIT_SWITCH","true","SAI_SWITCH_ATTR_SRC_MAC_ADDRESS","52:54:00:11:22:33"]`, ok, `[]`, "getresponse")
		c.expect("notify", "APPLY_VIEW", `[]`, ok, `[]`, "notify")
		c.row("ASIC_STATE:SAI_OBJECT_TYPE_SWITCH:"+sw, map[string]string{"SAI_SWITCH_ATTR_INIT_SWITCH": "true", "SAI_SWITCH_ATTR_SRC_MAC_ADDRESS": "52:54:00:11:22:33"})

		// VIDs of default objects are told by gets; a list comes with as many zero elements as fit.
		status, value, _ := c.call("get", "SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID","oid:0x0"]`)
		if status != ok {
			t.Fatal(status)
		}
		vr := value[len(`["SAI_SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID","`) : len(value)-2]
		c.row("ASIC_STATE:SAI_OBJECT_TYPE_VIRTUAL_ROUTER:"+vr, map[string]string{"NULL": "NULL"})
		c.expect("get", "SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_PORT_LIST","1:oid:0x0"]`,
			"SAI_STATUS_BUFFER_OVERFLOW", `["SAI_SWITCH_ATTR_PORT_LIST","2"]`, "getresponse")
		c.expect("get", "SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","0"]`, ok, `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","2"]`, "getresponse")

		vlan := "oid:0x26000000001000"
		c.expect("create", "SAI_OBJECT_TYPE_VLAN:"+vlan, `["SAI_VLAN_ATTR_VLAN_ID","100"]`, ok, `[]`, "getresponse")
		c.row("ASIC_STATE:SAI_OBJECT_TYPE_VLAN:"+vlan, map[string]string{"SAI_VLAN_ATTR_VLAN_ID": "100"})
		rid := hash(t, ks, db.Asic, "VIDTORID")[vlan]
		if back := hash(t, ks, db.Asic, "RIDTOVID")[rid]; back != vlan {
			t.Errorf("VID of %s is %s", rid, back)
		}
		c.expect("set", "SAI_OBJECT_TYPE_VLAN:"+vlan, `["SAI_VLAN_ATTR_LEARN_DISABLE","true"]`, ok, `[]`, "getresponse")
		c.row("ASIC_STATE:SAI_OBJECT_TYPE_VLAN:"+vlan, map[string]string{"SAI_VLAN_ATTR_VLAN_ID": "100", "SAI_VLAN_ATTR_LEARN_DISABLE": "true"})
		c.expect("remove", "SAI_OBJECT_TYPE_VLAN:"+vlan, `{}`, ok, `[]`, "getresponse")
		c.row("ASIC_STATE:SAI_OBJECT_TYPE_VLAN:"+vlan, nil)
		if left, there := hash(t, ks, db.Asic, "VIDTORID")[vlan]; there {
			t.Errorf("VIDTORID still has %s", left)
		}

		route := func(dest string) string {
			return `{\"dest\":\"` + dest + `\",\"switch_id\":\"` + sw + `\",\"vr\":\"` + vr + `\"}`
		}
		c.expect("bulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2",
			`["`+route("10.0.0.0/24")+`","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP","`+route("fc00::/64")+`","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP|SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x0"]`,
			ok, `["SAI_STATUS_SUCCESS","","SAI_STATUS_SUCCESS",""]`, "getresponse")
		c.row(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"`+sw+`","vr":"`+vr+`"}`,
			map[string]string{"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION": "SAI_PACKET_ACTION_DROP"})
		c.row(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"fc00::/64","switch_id":"`+sw+`","vr":"`+vr+`"}`,
			map[string]string{"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION": "SAI_PACKET_ACTION_DROP", "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID": "oid:0x0"})
		// One of two exists already.
		c.expect("bulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2",
			`["`+route("10.0.0.0/24")+`","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP","`+route("10.0.1.0/24")+`","NULL=NULL"]`,
			"SAI_STATUS_FAILURE", `["SAI_STATUS_ITEM_ALREADY_EXISTS","","SAI_STATUS_SUCCESS",""]`, "getresponse")
		c.row(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.1.0/24","switch_id":"`+sw+`","vr":"`+vr+`"}`, map[string]string{"NULL": "NULL"})
		c.expect("bulkset", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1", `["`+route("10.0.0.0/24")+`","SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_FORWARD"]`,
			ok, `["SAI_STATUS_SUCCESS",""]`, "getresponse")
		c.row(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"`+sw+`","vr":"`+vr+`"}`,
			map[string]string{"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION": "SAI_PACKET_ACTION_FORWARD"})
		c.expect("bulkremove", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", `["`+route("10.0.0.0/24")+`","","`+route("10.9.0.0/24")+`",""]`,
			"SAI_STATUS_FAILURE", `["SAI_STATUS_SUCCESS","","SAI_STATUS_ITEM_NOT_FOUND",""]`, "getresponse")
		c.row(`ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"`+sw+`","vr":"`+vr+`"}`, nil)

		c.expect("flush", "SAI_OBJECT_TYPE_FDB_FLUSH:"+sw, `["SAI_FDB_FLUSH_ATTR_ENTRY_TYPE","SAI_FDB_FLUSH_ENTRY_TYPE_DYNAMIC"]`, ok, `[]`, "flushresponse")
		c.expect("attribute_capability_query", sw, `["OBJECT_TYPE","SAI_OBJECT_TYPE_PORT","ATTR_ID","SAI_PORT_ATTR_ADMIN_STATE"]`,
			ok, `["CREATE_IMPLEMENTED","true","SET_IMPLEMENTED","true","GET_IMPLEMENTED","true"]`, "attribute_capability_response")
		c.expect("object_type_get_availability_query", sw, `["OBJECT_TYPE","SAI_OBJECT_TYPE_NEXT_HOP_GROUP"]`,
			ok, `["OBJECT_COUNT","400"]`, "object_type_get_availability_response")
		c.expect("set_counter_group", "PORT_STAT_COUNTER", `["POLL_INTERVAL","1000","STATS_MODE","STATS_MODE_READ"]`, ok, `[]`, "getresponse")
		c.row("nothing", nil)
		if diff := cmp.Diff(map[string]string{"POLL_INTERVAL": "1000", "STATS_MODE": "STATS_MODE_READ"}, hash(t, ks, db.FlexCounter, "FLEX_COUNTER_GROUP_TABLE:PORT_STAT_COUNTER")); diff != "" {
			t.Error(diff)
		}

		// What nobody can execute is answered, too.
		c.expect("frobnicate", "x", `[]`, "SAI_STATUS_NOT_IMPLEMENTED", `[]`, "getresponse")
		c.expect("create", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001001", `["SAI_VLAN_ATTR_NO_SUCH","1"]`, "SAI_STATUS_UNKNOWN_ATTRIBUTE_0", `[]`, "getresponse")
		c.expect("create", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001001", `["SAI_VLAN_ATTR_VLAN_ID","many"]`, "SAI_STATUS_INVALID_ATTR_VALUE_0", `[]`, "getresponse")
		c.expect("create", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001001", `[`, "SAI_STATUS_INVALID_PARAMETER", `[]`, "getresponse")
		c.expect("remove", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001001", `{}`, "SAI_STATUS_INVALID_OBJECT_ID", `[]`, "getresponse")
		c.expect("get", "SAI_OBJECT_TYPE_NOTHING:oid:0x1", `[]`, "SAI_STATUS_INVALID_OBJECT_TYPE", `[]`, "getresponse")
	})
}
