package netsync

import (
	"bytes"
	"testing"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// FuzzMessages: whatever zebra's socket brings, rows come out that the next one can read.
func FuzzMessages(f *testing.F) {
	seed := func(ms ...fpm.Message) {
		var b []byte
		for _, m := range ms {
			if m.Kind == fpm.KindNexthop {
				b, _ = fpm.AppendObject(b, &m.Object)
			} else {
				b, _ = fpm.AppendRoute(b, &m.Route)
			}
		}
		f.Add(b)
	}
	seed(add("10.1.0.0/16", hop("10.0.0.1", 10), hop("10.0.0.3", 11)), del("10.1.0.0/16"))
	seed(add("::/0", hop("fe80::1", 10)), drop("2001:db8::/32", fpm.Blackhole), in(1001, add("10.1.0.0/16", hop("", 10))))
	seed(object(1, hop("10.0.0.1", 10)), groupOf(30, 1), groupOf(30, 30), byID("10.1.0.0/16", 30), byID("10.2.0.0/16", 7))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newDesk(RouteOptions{Ack: true})
		d.connect()
		reader, ms := fpm.NewReader(bytes.NewReader(b)), make([]fpm.Message, 8)
		for range 64 {
			n, err := reader.Read(ms)
			if err != nil {
				break
			}
			d.say(ms[:n]...)
		}
		for text := range d.v4.m {
			checkKey(t, d, text)
		}
		for text := range d.v6.m {
			checkKey(t, d, text)
		}
	})
}

func checkKey[K routeKey](t *testing.T, d *desk, k K) {
	key := tables.RouteKey{Vrf: d.names.vrfs[k.vrfIndex()], Prefix: k.prefix()}
	if got := string(appendRouteKey(nil, key.Vrf, k)); got != tables.ApplRoute.EncodeKey(key) {
		t.Fatalf("%q is not the key of %v", got, key)
	}
	if again, err := tables.ApplRoute.DecodeKey(tables.ApplRoute.EncodeKey(key)); err == nil && again != key {
		t.Fatalf("%v is read as %v", key, again)
	}
}
