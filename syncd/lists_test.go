package syncd_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goredis "github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
)

// TestLists speaks to syncd in the Redis commands of SONiC's ProducerTable and ConsumerTable: list elements, prefixes of operations, channels
// (sonic-contract 2.7).
func TestLists(t *testing.T) {
	socket := dbtest.Redis(t)
	ks, err := redis.New(redis.Options{Socket: socket, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ks.Close() }()
	b := newBench(t, ks, 1)
	b.start(b.asic)
	asic := goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket, DB: int(db.Asic), Protocol: 2, DisableIdentity: true})
	defer func() { _ = asic.Close() }()
	ctx := t.Context()
	answers := asic.Subscribe(ctx, "GETRESPONSE_CHANNEL@1")
	defer func() { _ = answers.Close() }()
	if _, err := answers.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	call := func(key, value, op string, want ...string) {
		t.Helper()
		if err := asic.LPush(ctx, "ASIC_STATE_KEY_VALUE_OP_QUEUE", key, value, op).Err(); err != nil {
			t.Fatal(err)
		}
		if err := asic.Publish(ctx, "ASIC_STATE_CHANNEL@1", "G").Err(); err != nil {
			t.Fatal(err)
		}
		m, err := answers.ReceiveTimeout(ctx, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := m.(*goredis.Message); !ok || m.Payload != "G" {
			t.Errorf("%v", m)
		}
		got, err := asic.RPopCount(ctx, "GETRESPONSE_KEY_VALUE_OP_QUEUE", 3).Result()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s %s\n%s", op, key, diff)
		}
		if n := asic.Exists(ctx, "ASIC_STATE_KEY_VALUE_OP_QUEUE", "GETRESPONSE_KEY_VALUE_OP_QUEUE").Val(); n != 0 {
			t.Errorf("%d queues are not empty", n)
		}
	}
	call("INIT_VIEW", "[]", "Snotify", ok, "[]", "Snotify")
	call("SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_INIT_SWITCH","true"]`, "Screate", ok, "[]", "Sgetresponse")
	call("APPLY_VIEW", "[]", "Snotify", ok, "[]", "Snotify")
	call("SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","0"]`, "Sget", ok, `["SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS","1"]`, "Sgetresponse")
	vlan := "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001000"
	call(vlan, `["SAI_VLAN_ATTR_VLAN_ID","100"]`, "Screate", ok, "[]", "Sgetresponse")
	if row := asic.HGetAll(ctx, "ASIC_STATE:"+vlan).Val(); row["SAI_VLAN_ATTR_VLAN_ID"] != "100" {
		t.Error(row)
	}
	call(vlan, `{}`, "Dremove", ok, "[]", "Sgetresponse")
	call("SAI_OBJECT_TYPE_FDB_FLUSH:"+sw, `[]`, "Sflush", ok, "[]", "Sflushresponse")
	call("PORT_STAT_COUNTER", `["POLL_INTERVAL","1000"]`, "Sset_counter_group", ok, "[]", "Sgetresponse")

	notes := asic.Subscribe(ctx, "NOTIFICATIONS")
	defer func() { _ = notes.Close() }()
	if _, err := notes.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	call("SAI_OBJECT_TYPE_SWITCH:"+sw, `["SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY","0x5581"]`, "Sset", ok, "[]", "Sgetresponse")
	port := ""
	for vid := range hash(t, ks, db.Asic, "COLDVIDS") {
		if row := asic.HGetAll(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_PORT:"+vid).Val(); len(row) > 0 && hash(t, ks, db.Asic, "LANES")["1"] == hash(t, ks, db.Asic, "VIDTORID")[vid] {
			port = vid
		}
	}
	call("SAI_OBJECT_TYPE_PORT:"+port, `["SAI_PORT_ATTR_ADMIN_STATE","true"]`, "Sset", ok, "[]", "Sgetresponse")
	m, err := notes.ReceiveMessage(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := `["port_state_change","[{\"port_error_status\":\"0x0\",\"port_id\":\"` + port + `\",\"port_state\":\"SAI_PORT_OPER_STATUS_UP\"}]"]`
	if m.Payload != want {
		t.Errorf("%s, want %s", m.Payload, want)
	}
}
