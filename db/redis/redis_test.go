package redis_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newClient(t testing.TB, socket string, wait map[db.ID][]string) *redis.Client {
	t.Helper()
	c, err := redis.New(redis.Options{Socket: socket, WaitFor: wait, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// foreign is a well-kept client that is not ours: what it writes and sees is what any program does.
func foreign(t testing.TB, socket string, id db.ID) *goredis.Client {
	c := goredis.NewClient(&goredis.Options{Network: "unix", Addr: socket, DB: int(id), Protocol: 2, DisableIdentity: true})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestConformance(t *testing.T) {
	dbtest.Run(t, func(t *testing.T) dbtest.Fixture {
		socket := dbtest.Redis(t)
		clients := map[db.ID]*goredis.Client{}
		client := func(id db.ID) *goredis.Client {
			if clients[id] == nil {
				clients[id] = foreign(t, socket, id)
			}
			return clients[id]
		}
		return dbtest.Fixture{
			Client: func() db.Keyspace { return newClient(t, socket, nil) },
			Do: func(id db.ID, args ...string) error {
				list := make([]any, len(args))
				for i, a := range args {
					list[i] = a
				}
				return client(id).Do(t.Context(), list...).Err()
			},
			Dump: func(id db.ID) map[string]any { return dump(t, client(id)) },
		}
	})
}

func dump(t testing.TB, c *goredis.Client) map[string]any {
	t.Helper()
	ctx := t.Context()
	keys, err := c.Keys(ctx, "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, k := range keys {
		if strings.HasPrefix(k, "HYPERSONIC") {
			continue
		}
		var v any
		switch kind := c.Type(ctx, k).Val(); kind {
		case "hash":
			v, err = c.HGetAll(ctx, k).Result()
		case "string":
			v, err = c.Get(ctx, k).Result()
		case "list":
			v, err = c.LRange(ctx, k, 0, -1).Result()
		case "set":
			var members []string
			members, err = c.SMembers(ctx, k).Result()
			slices.Sort(members)
			v = members
		default:
			t.Fatal("unknown type", kind)
		}
		if err != nil {
			t.Fatal(err)
		}
		all[k] = v
	}
	return all
}

// TestServerWithoutSettings has a feed find a server that was started without any.
func TestServerWithoutSettings(t *testing.T) {
	socket := dbtest.Redis(t)
	general := foreign(t, socket, db.Config)
	if err := general.ConfigSet(t.Context(), "notify-keyspace-events", "").Err(); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, socket, nil)
	r := follow(t, c, vlan)
	r.until("a listing", func() bool { return r.lists == 1 })
	mustWrite(t, c, row(vlan, "Vlan1", "1"))
	r.untilRows(map[string]string{"VLAN|Vlan1": "1"})
	if err := general.ConfigSet(t.Context(), "notify-keyspace-events", "").Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := general.ConfigGet(t.Context(), "notify-keyspace-events").Val()["notify-keyspace-events"]; v != "AKE" {
		t.Error(v)
	}
}

// TestNoHash has keys of a table that are no hashes, and commands that the server refuses: the connection stays in step.
func TestNoHash(t *testing.T) {
	socket := dbtest.Redis(t)
	general := foreign(t, socket, db.Config)
	general.Set(t.Context(), "VLAN|text", "x", 0)
	c := newClient(t, socket, nil)
	if err := c.Write(t.Context(), []db.Write{row(vlan, "a", "1"), row(vlan, "text", "1"), row(vlan, "b", "1")}); err == nil {
		t.Error("a write to a text succeeds")
	}
	if rows, err := c.Read(t.Context(), vlan); err != nil || len(rows) != 2 {
		t.Error(rows, err)
	}
	if rows, err := c.Get(t.Context(), vlan, []string{"text", "a"}); err != nil || !rows[0].Gone || rows[1].Gone {
		t.Error(rows, err)
	}
	r := follow(t, c, vlan)
	r.untilRows(map[string]string{"VLAN|a": "1", "VLAN|b": "1"})
	if _, err := c.Raw(db.Config).Add(t.Context(), "VLAN|a", 1); err == nil {
		t.Error("a hash is counted")
	}
	none := follow(t, c)
	none.until("a listing of nothing", func() bool { return none.lists == 1 })
}
