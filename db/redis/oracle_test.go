package redis_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goredis "github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
)

// peer does by the letter of sonic-contract 2.4 what a swsscommon producer and consumer of a state table do, one row at a time and by a client
// that is not ours.
type peer struct {
	t     *testing.T
	redis *goredis.Client
	id    db.ID
	table string
}

const (
	peerSet = `local added = redis.call('SADD', KEYS[1], ARGV[1])
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[i], ARGV[i+1]) end
if added > 0 then redis.call('PUBLISH', KEYS[4], 'G') end`
	peerDel = `local added = redis.call('SADD', KEYS[1], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[3])
if added > 0 then redis.call('PUBLISH', KEYS[4], 'G') end`
	peerPop = `local out = {}
for _, key in ipairs(redis.call('SPOP', KEYS[1], 1000)) do
  local final = ARGV[1] .. key
  if redis.call('SREM', KEYS[2], key) == 1 then redis.call('DEL', final) end
  local delta = redis.call('HGETALL', '_' .. final)
  for i = 1, #delta, 2 do redis.call('HSET', final, delta[i], delta[i+1]) end
  redis.call('DEL', '_' .. final)
  out[#out+1] = key .. (#delta == 0 and ' DEL' or ' SET')
end
return out`
)

func (p *peer) eval(script, key string, args ...any) []string {
	p.t.Helper()
	keys := []string{p.table + "_KEY_SET", p.table + "_DEL_SET", "_" + p.table + ":" + key, db.Channel(p.id, p.table)}
	v, err := p.redis.Eval(p.t.Context(), script, keys, args...).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		p.t.Fatal(err)
	}
	var list []string
	if items, ok := v.([]any); ok {
		for _, i := range items {
			list = append(list, i.(string))
		}
	}
	return list
}

func (p *peer) write(w db.Write) {
	p.t.Helper()
	if w.Delete {
		p.eval(peerDel, w.Key, w.Key)
	}
	if len(w.Fields) == 0 {
		return
	}
	args := []any{w.Key}
	for _, f := range w.Fields {
		args = append(args, f.Name, f.Value)
	}
	p.eval(peerSet, w.Key, args...)
}

func (p *peer) pop() map[string]string {
	p.t.Helper()
	ops := map[string]string{}
	for _, line := range p.eval(peerPop, "", p.table+":") {
		key, op, _ := strings.Cut(line, " ")
		ops[key] = op
	}
	return ops
}

// TestAgainstPeer does the same random writes with our producer and SONiC's, and pops each with the other's consumer.
func TestAgainstPeer(t *testing.T) {
	for _, pattern := range []bool{false, true} {
		t.Run(fmt.Sprint("pattern=", pattern), func(t *testing.T) {
			socket := dbtest.Redis(t)
			c := newClient(t, socket, nil)
			ours := &peer{t, foreign(t, socket, db.Appl), db.Appl, "ROUTE_TABLE"} // written by us, popped by the peer
			theirs := &peer{t, foreign(t, socket, 15), 15, "ROUTE_TABLE"}         // written by the peer, popped by us
			if pattern {
				sub := theirs.redis.PSubscribe(t.Context(), "__keyspace@15__:*")
				defer sub.Close()
				if _, err := sub.Receive(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			schema := &db.Schema{Database: 15, Name: "ROUTE_TABLE", Transport: db.StateTable}
			feed, err := c.Watch(t.Context(), schema)
			if err != nil {
				t.Fatal(err)
			}
			defer feed.Close()
			if b, err := feed.Next(t.Context(), 0); err != nil || !b.Listed {
				t.Fatal(b, err)
			}
			rnd := rand.New(rand.NewPCG(3, 4))
			for round := range 150 {
				var writes []db.Write
				for range 1 + rnd.IntN(12) {
					writes = append(writes, randomRow(rnd))
				}
				mustWrite(t, c, writes...)
				for _, w := range writes {
					theirs.write(w)
				}
				compare(t, round, "pending", dump(t, ours.redis), dump(t, theirs.redis))
				ops := ours.pop()
				got := map[string]string{}
				for len(got) < len(ops) {
					b, err := feed.Next(t.Context(), 0)
					if err != nil {
						t.Fatal(err)
					}
					for _, change := range b.Changes {
						got[change.Key] = "SET"
						if change.Gone {
							got[change.Key] = "DEL"
						}
					}
				}
				compare(t, round, "operations", ops, got)
				compare(t, round, "final", dump(t, ours.redis), dump(t, theirs.redis))
			}
		})
	}
}

func randomRow(rnd *rand.Rand) db.Write {
	w := db.Write{Table: route, Key: fmt.Sprint(rnd.IntN(10))}
	if kind := rnd.IntN(4); kind == 0 {
		w.Delete = true
		return w
	} else if kind == 1 {
		w.Delete = true
	}
	for range 1 + rnd.IntN(3) {
		w.Fields = append(w.Fields, db.Field{Name: fmt.Sprint("f", rnd.IntN(4)), Value: fmt.Sprint(rnd.IntN(9))})
	}
	return w
}

func compare(t *testing.T, round int, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("round %d, %s: - peer, + ours:\n%s", round, what, diff)
	}
}

// TestEvents has somebody listen to patterns, who must see the events that SONiC's consumer causes.
func TestEvents(t *testing.T) {
	socket := dbtest.Redis(t)
	c := newClient(t, socket, nil)
	general := foreign(t, socket, db.Appl)
	sub := general.PSubscribe(t.Context(), "__keyspace@0__:ROUTE_TABLE:*")
	defer sub.Close()
	if _, err := sub.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := follow(t, c, route)
	r.until("a listing", func() bool { return r.lists == 1 })
	mustWrite(t, c, row(route, "a", "1"))
	r.untilRows(map[string]string{"ROUTE_TABLE|a": "1"})
	mustWrite(t, c, db.Write{Table: route, Key: "a", Delete: true})
	r.untilRows(map[string]string{})
	for _, want := range []string{"hset", "del"} {
		m, err := sub.ReceiveMessage(t.Context())
		if err != nil || m.Channel != "__keyspace@0__:ROUTE_TABLE:a" || m.Payload != want {
			t.Fatal(m, err)
		}
	}
}
