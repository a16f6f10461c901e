package sairedis_test

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// yes is a database behind which a syncd accepts every command at once, so that only the client is measured.
type yes struct {
	db.Keyspace
	answers chan db.Command
	accept  string // the fields of an answer to a bulk command of 1000
}

func (y *yes) Inbox(context.Context, db.ID, string, string) (db.Inbox, error) {
	return yesInbox{y}, nil
}

type yesInbox struct{ *yes }

func (y yesInbox) Wait(context.Context) error                           { return nil }
func (y yesInbox) Close() error                                         { return nil }
func (y yesInbox) Peek(context.Context, int, int) ([]db.Command, error) { return nil, nil }
func (y yesInbox) Take(ctx context.Context, _ int) ([]db.Command, error) {
	select {
	case c := <-y.answers:
		return []db.Command{c}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (y yesInbox) Commit(_ context.Context, c db.Commit) error {
	for _, a := range c.Answers {
		switch {
		case a.Op == "notify":
			y.answers <- db.Command{Key: "SAI_STATUS_SUCCESS", Op: "notify", Value: []byte("[]")}
		default:
			y.answers <- db.Command{Key: "SAI_STATUS_SUCCESS", Op: "getresponse", Value: []byte(y.accept)}
		}
	}
	return nil
}

// BenchmarkClient measures the client alone: bulks of 10000 routes, from requests to statuses. An operation is a route.
func BenchmarkClient(b *testing.B) {
	ks := &yes{Keyspace: mem.New().Client(), answers: make(chan db.Command, 16), accept: "[" + strings.TrimSuffix(strings.Repeat(`"SAI_STATUS_SUCCESS","",`, 1000), ",") + "]"}
	c, err := sairedis.New(b.Context(), sairedis.Config{Keyspace: ks, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	hop := []sai.Attribute{{Meta: sai.ObjectTypeRouteEntry.Meta().Attr(sai.RouteEntryAttrNextHopID), Value: sai.OID(0x4000000000023)}}
	var creates []sai.CreateRequest
	var sets []sai.SetRequest
	var objects []sai.Object
	for i := range 10000 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 14), byte(i >> 6), byte(i << 2)}), 30)
		o := sai.Object{Type: sai.ObjectTypeRouteEntry, Entry: sai.RouteEntry{Switch: 0x21000000000000, VirtualRouter: 0x3000000000022, Destination: p}}
		objects = append(objects, o)
		creates = append(creates, sai.CreateRequest{Object: o, Attrs: hop})
		sets = append(sets, sai.SetRequest{Object: o, Attr: hop[0]})
	}
	run := func(name string, call func() sai.Status) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; n < b.N; n += 10000 {
				if st := call(); st != sai.StatusSuccess {
					b.Fatal(st)
				}
			}
		})
	}
	run("create", func() sai.Status { return c.Create(b.Context(), sai.ObjectTypeRouteEntry, creates)[9999].Status })
	run("set", func() sai.Status { return c.Set(b.Context(), sai.ObjectTypeRouteEntry, sets)[9999] })
	run("remove", func() sai.Status { return c.Remove(b.Context(), sai.ObjectTypeRouteEntry, objects)[9999] })
}
