package syncd_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/mem"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/syncd"
)

// null is an ASIC that accepts everything and keeps nothing.
type null struct{ next sai.OID }

func (n *null) Create(_ context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	out := make([]sai.CreateResult, len(r))
	if !sai.IsEntry(t) {
		for i := range out {
			n.next++
			out[i].OID = n.next
		}
	}
	return out
}

func (n *null) Remove(_ context.Context, _ sai.ObjectType, o []sai.Object) []sai.Status {
	return make([]sai.Status, len(o))
}

func (n *null) Set(_ context.Context, _ sai.ObjectType, r []sai.SetRequest) []sai.Status {
	return make([]sai.Status, len(r))
}

func (n *null) Get(_ context.Context, _ sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	out := make([]sai.GetResult, len(r))
	for i := range out {
		out[i].Status = sai.StatusNotImplemented
	}
	return out
}

func (n *null) GetStats(_ context.Context, _ sai.ObjectType, r []sai.StatsRequest) []sai.StatsResult {
	return make([]sai.StatsResult, len(r))
}

func (n *null) ClearStats(_ context.Context, _ sai.ObjectType, r []sai.StatsRequest) []sai.Status {
	return make([]sai.Status, len(r))
}
func (n *null) FlushFdb(context.Context, sai.OID, []sai.Attribute) sai.Status {
	return sai.StatusSuccess
}
func (n *null) Availability(context.Context, sai.OID, sai.ObjectType, []sai.Attribute) (uint64, sai.Status) {
	return 0, sai.StatusNotImplemented
}

func (n *null) AttributeCapability(context.Context, sai.OID, *sai.AttrMeta) (sai.Capability, sai.Status) {
	return sai.Capability{}, sai.StatusNotImplemented
}

func (n *null) EnumCapability(context.Context, sai.OID, *sai.AttrMeta) ([]int32, sai.Status) {
	return nil, sai.StatusNotImplemented
}

func (n *null) StatsCapability(context.Context, sai.OID, sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	return nil, sai.StatusNotImplemented
}

// feed is a database of one inbox that yields commands and swallows commits, so that only syncd is measured.
type feed struct {
	db.Keyspace
	first    []db.Command // once
	commands []db.Command // then, again and again, n of them
	n        int
	stop     context.CancelFunc
}

type feedInbox struct{ *feed }

func (f *feed) open() db.Keyspace { return feedKeyspace{f.Keyspace, f} }

type feedKeyspace struct {
	db.Keyspace
	f *feed
}

func (k feedKeyspace) Inbox(context.Context, db.ID, string, string) (db.Inbox, error) {
	return feedInbox{k.f}, nil
}

func (f feedInbox) Wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func (f feedInbox) Close() error                   { return nil }
func (f feedInbox) Take(ctx context.Context, _ int) ([]db.Command, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (f feedInbox) Peek(_ context.Context, skip, _ int) ([]db.Command, error) {
	if len(f.first) > 0 {
		if skip > 0 {
			return nil, nil
		}
		return f.first, nil
	}
	if f.n == 0 {
		return nil, nil
	}
	c := f.commands[f.n%len(f.commands)]
	c.Value = append([]byte(nil), c.Value...)
	return []db.Command{c}, nil
}

func (f feedInbox) Commit(_ context.Context, c db.Commit) error {
	if c.Taken == 0 {
		return nil
	}
	for _, a := range c.Answers {
		if a.Key != "SAI_STATUS_SUCCESS" {
			return fmt.Errorf("answer %s %.100s", a.Key, a.Value)
		}
	}
	if len(f.first) > 0 {
		f.feed.first = f.first[c.Taken:]
		return nil
	}
	if f.feed.n -= c.Taken; f.n <= 0 {
		f.stop()
	}
	return nil
}

func routeCommands(op, attrs string) []db.Command {
	var out []db.Command
	for i := range 50 {
		value := []byte{'['}
		for j := range 1000 {
			if j > 0 {
				value = append(value, ',')
			}
			p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i), byte(j >> 6), byte(j << 2)}), 30)
			value = append(value, fmt.Sprintf(`"{\"dest\":\"%s\",\"switch_id\":\"oid:0x21000000000000\",\"vr\":\"oid:0x3000000000022\"}","%s"`, p, attrs)...)
		}
		out = append(out, db.Command{Key: "SAI_OBJECT_TYPE_ROUTE_ENTRY:1000", Op: op, Value: append(value, ']')})
	}
	return out
}

// BenchmarkServer measures syncd alone: commands of 1000 routes from parsing to the commit, which costs nothing here. An operation is a route.
func BenchmarkServer(b *testing.B) {
	for _, op := range []struct{ op, attrs string }{
		{"bulkcreate", "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000023"},
		{"bulkset", "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000023"},
		{"bulkremove", ""},
	} {
		b.Run(op.op, func(b *testing.B) {
			b.ReportAllocs()
			ctx, cancel := context.WithCancel(b.Context())
			f := &feed{Keyspace: mem.New().Client(), stop: cancel, commands: routeCommands(op.op, op.attrs), n: b.N/1000 + 1, first: []db.Command{
				{Key: "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", Op: "create", Value: []byte(`["SAI_SWITCH_ATTR_INIT_SWITCH","true"]`)},
				{Key: "SAI_OBJECT_TYPE_VIRTUAL_ROUTER:oid:0x3000000000022", Op: "create", Value: []byte(`["NULL","NULL"]`)},
				{Key: "SAI_OBJECT_TYPE_NEXT_HOP:oid:0x4000000000023", Op: "create", Value: []byte(`["NULL","NULL"]`)},
			}}
			b.ResetTimer()
			err := syncd.New(syncd.Config{Keyspace: f.open(), API: &null{}, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
			if !errors.Is(err, context.Canceled) {
				b.Error(err)
			}
		})
	}
}
