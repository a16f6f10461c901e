package gnmi

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// stub is the protocol itself, for what clients hide.
func (s *service) stub() gnmi.GNMIClient {
	s.t.Helper()
	conn, err := grpc.NewClient("unix:"+s.env.GnmiSocket(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	return gnmi.NewGNMIClient(conn)
}

// listener is one Subscribe.
type listener struct {
	t      testing.TB
	stream gnmi.GNMI_SubscribeClient
}

func (s *service) subscribe(ctx context.Context, list *gnmi.SubscriptionList) *listener {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	s.t.Cleanup(cancel)
	stream, err := s.stub().Subscribe(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := stream.Send(&gnmi.SubscribeRequest{Request: &gnmi.SubscribeRequest_Subscribe{Subscribe: list}}); err != nil {
		s.t.Fatal(err)
	}
	return &listener{s.t, stream}
}

// next is one response: "sync", or the lines of a notification.
func (l *listener) next() []string {
	l.t.Helper()
	r, err := l.stream.Recv()
	if err != nil {
		l.t.Fatal(err)
	}
	if r.GetSyncResponse() {
		return []string{"sync"}
	}
	return bare(r.GetUpdate())
}

// bare are the lines of a notification without the origin, which answers repeat.
func bare(n *gnmi.Notification) []string {
	lines := notificationText(n)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "sonic-db:", "")
	}
	return lines
}

// until collects lines until the wanted one has come.
func (l *listener) until(want string) (all []string) {
	l.t.Helper()
	for !slices.Contains(all, want) {
		r, err := l.stream.Recv()
		if err != nil {
			l.t.Fatalf("%v; %q has not come:\n  %s", err, want, strings.Join(all, "\n  "))
		}
		if r.GetSyncResponse() {
			all = append(all, "sync")
			continue
		}
		all = append(all, bare(r.GetUpdate())...)
	}
	return all
}

func path(t testing.TB, text string) *gnmi.Path {
	t.Helper()
	p, err := origin.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func list(mode gnmi.SubscriptionList_Mode, encoding gnmi.Encoding, subs ...*gnmi.Subscription) *gnmi.SubscriptionList {
	return &gnmi.SubscriptionList{Mode: mode, Encoding: encoding, Subscription: subs}
}

func onChange(t testing.TB, text string) *gnmi.Subscription {
	return &gnmi.Subscription{Path: path(t, text), Mode: gnmi.SubscriptionMode_ON_CHANGE}
}

// TestOnceAndPoll tells all that is there, once or whenever it is asked for.
func TestOnceAndPoll(t *testing.T) {
	s := start(t)
	once := s.subscribe(t.Context(), list(gnmi.SubscriptionList_ONCE, gnmi.Encoding_PROTO, onChange(t, configDB+"/PORT/*/mtu")))
	same(t, once.next(), "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100", "/CONFIG_DB/localhost/PORT/Ethernet4/mtu string 9100")
	same(t, once.next(), "sync")
	poll := s.subscribe(t.Context(), list(gnmi.SubscriptionList_POLL, gnmi.Encoding_PROTO, onChange(t, configDB+"/PORT/Ethernet0/mtu")))
	for _, mtu := range []string{"9100", "9000"} {
		s.config("PORT|Ethernet0 mtu " + mtu)
		must(t, poll.stream.Send(&gnmi.SubscribeRequest{Request: &gnmi.SubscribeRequest_Poll{Poll: &gnmi.Poll{}}}))
		same(t, poll.next(), "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string "+mtu)
		same(t, poll.next(), "sync")
	}
}

// TestOnChange tells what changes, leaf by leaf, and names what is gone.
func TestOnChange(t *testing.T) {
	s := start(t, "VLAN|Vlan10 vlanid 10 description x")
	l := s.subscribe(t.Context(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, configDB+"/VLAN"), onChange(t, configDB+"/PORT/Ethernet0/mtu")))
	same(t, l.next(), "/CONFIG_DB/localhost/VLAN/Vlan10/description string x", "/CONFIG_DB/localhost/VLAN/Vlan10/vlanid string 10")
	same(t, l.next(), "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100")
	same(t, l.next(), "sync")
	s.config("PORT|Ethernet0 admin_status down") // of no interest
	s.config("PORT|Ethernet0 mtu 9000")
	same(t, l.next(), "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9000")
	s.config("VLAN|Vlan20 vlanid 20")
	same(t, l.next(), "/CONFIG_DB/localhost/VLAN/Vlan20/vlanid string 20")
	s.config("VLAN|Vlan10")
	same(t, l.next(), "delete /CONFIG_DB/localhost/VLAN/Vlan10")
	s.config("VLAN|Vlan10 vlanid 10")
	same(t, l.next(), "/CONFIG_DB/localhost/VLAN/Vlan10/vlanid string 10")
}

// TestClassicOnChange has SONiC's shapes: trees at the path that was subscribed to, and an empty object for a row that went.
func TestClassicOnChange(t *testing.T) {
	s := start(t, "VLAN|Vlan10 vlanid 10")
	l := list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, "/VLAN"), onChange(t, "/PORT/Ethernet0/mtu"))
	l.Prefix = &gnmi.Path{Target: "CONFIG_DB"}
	c := s.subscribe(t.Context(), l)
	same(t, c.next(), `/VLAN json_ietf {"Vlan10":{"vlanid":"10"}}`)
	same(t, c.next(), `/PORT/Ethernet0/mtu string 9100`)
	same(t, c.next(), "sync")
	s.config("VLAN|Vlan20 vlanid 20 description x")
	same(t, c.next(), `/VLAN json_ietf {"Vlan20":{"description":"x","vlanid":"20"}}`)
	s.config("VLAN|Vlan10")
	same(t, c.next(), `delete /VLAN/Vlan10`, `/VLAN json_ietf {"Vlan10":{}}`)
	s.config("PORT|Ethernet0 mtu 1500")
	same(t, c.next(), `/PORT/Ethernet0/mtu string 1500`)
}

// TestVirtualOnChange follows counters by a port's name.
func TestVirtualOnChange(t *testing.T) {
	s := start(t)
	s.put(db.Counters, "COUNTERS_PORT_NAME_MAP Ethernet0 oid:0x1", "COUNTERS:oid:0x1 IN 1 OUT 1")
	l := list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_JSON_IETF, onChange(t, "/COUNTERS/Ethernet0"))
	l.Prefix = &gnmi.Path{Target: "COUNTERS_DB"}
	c := s.subscribe(t.Context(), l)
	same(t, c.next(), `/COUNTERS/Ethernet0 json_ietf {"IN":"1","OUT":"1"}`)
	same(t, c.next(), "sync")
	s.put(db.Counters, "COUNTERS:oid:0x1 IN 2")
	same(t, c.next(), `/COUNTERS/Ethernet0 json_ietf {"IN":"2","OUT":"1"}`)
}

// TestUpdatesOnly tells nothing of what is there.
func TestUpdatesOnly(t *testing.T) {
	s := start(t)
	l := list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_JSON, onChange(t, configDB+"/PORT"))
	l.UpdatesOnly = true
	c := s.subscribe(t.Context(), l)
	same(t, c.next(), "sync")
	s.config("PORT|Ethernet4 mtu 1500")
	same(t, c.next(), `/CONFIG_DB/localhost/PORT json {"Ethernet4":{"admin_status":"up","alias":"etp2","lanes":"4,5,6,7","mtu":"1500","speed":"100000"}}`)
}

// TestSample tells at intervals; with suppress_redundant only what differs, and all of it at the heartbeat.
func TestSample(t *testing.T) {
	s := start(t)
	sample := func(suppress bool, heartbeat time.Duration) *listener {
		return s.subscribe(t.Context(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, &gnmi.Subscription{
			Path: path(t, configDB+"/PORT/*/mtu"), Mode: gnmi.SubscriptionMode_SAMPLE, SampleInterval: uint64(100 * time.Millisecond),
			SuppressRedundant: suppress, HeartbeatInterval: uint64(heartbeat),
		}))
	}
	all := []string{"/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100", "/CONFIG_DB/localhost/PORT/Ethernet4/mtu string 9100"}
	l := sample(false, 0)
	same(t, l.next(), all...)
	same(t, l.next(), "sync")
	same(t, l.next(), all...)
	same(t, l.next(), all...)
	l = sample(true, 0)
	same(t, l.next(), all...)
	same(t, l.next(), "sync")
	s.config("PORT|Ethernet4 mtu 1500")
	same(t, l.next(), "/CONFIG_DB/localhost/PORT/Ethernet4/mtu string 1500")
	s.config("PORT|Ethernet4 mtu 9100")
	same(t, l.next(), "/CONFIG_DB/localhost/PORT/Ethernet4/mtu string 9100")
	l = sample(true, 300*time.Millisecond)
	same(t, l.next(), all...)
	same(t, l.next(), "sync")
	same(t, l.next(), all...)
}

// TestOnChangeHeartbeat tells all again though nothing changes.
func TestOnChangeHeartbeat(t *testing.T) {
	s := start(t)
	sub := onChange(t, configDB+"/PORT/Ethernet0/mtu")
	sub.HeartbeatInterval = uint64(100 * time.Millisecond)
	l := s.subscribe(t.Context(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, sub))
	for _, want := range []string{"/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100", "sync", "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100", "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 9100"} {
		same(t, l.next(), want)
	}
}

// TestSubscribeRefuses has each malformed request end with its code.
func TestSubscribeRefuses(t *testing.T) {
	s := start(t)
	port := configDB + "/PORT"
	for name, c := range map[string]struct {
		list *gnmi.SubscriptionList
		code codes.Code
	}{
		"nothing":   {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO), codes.InvalidArgument},
		"encoding":  {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_BYTES, onChange(t, port)), codes.Unimplemented},
		"mode":      {list(9, gnmi.Encoding_PROTO, onChange(t, port)), codes.InvalidArgument},
		"path":      {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, "sonic-db:/X_DB")), codes.NotFound},
		"origin":    {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, "x:/X_DB")), codes.InvalidArgument},
		"whole":     {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, "sonic-db:/STATE_DB")), codes.Unimplemented},
		"interval":  {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, &gnmi.Subscription{Path: path(t, port), Mode: gnmi.SubscriptionMode_SAMPLE, SampleInterval: 1}), codes.InvalidArgument},
		"pace":      {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, &gnmi.Subscription{Path: path(t, port), Mode: 7}), codes.InvalidArgument},
		"heartbeat": {list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, &gnmi.Subscription{Path: path(t, port), Mode: gnmi.SubscriptionMode_ON_CHANGE, HeartbeatInterval: 1}), codes.InvalidArgument},
	} {
		l := s.subscribe(t.Context(), c.list)
		if _, err := l.stream.Recv(); status.Code(err) != c.code {
			t.Errorf("%s: %v, not %s", name, err, c.code)
		}
	}
	l := s.subscribe(t.Context(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, port)))
	l.until("sync")
	must(t, l.stream.Send(&gnmi.SubscribeRequest{Request: &gnmi.SubscribeRequest_Poll{Poll: &gnmi.Poll{}}}))
	if _, err := l.stream.Recv(); status.Code(err) != codes.InvalidArgument {
		t.Error(err)
	}
}

// TestManySubscribers has many follow the same over one connection: what changes is told to all.
func TestManySubscribers(t *testing.T) {
	s := start(t)
	client := s.stub()
	var all []*listener
	for range 100 {
		stream, err := client.Subscribe(t.Context())
		must(t, err)
		req := list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, configDB+"/PORT/Ethernet0/mtu"))
		must(t, stream.Send(&gnmi.SubscribeRequest{Request: &gnmi.SubscribeRequest_Subscribe{Subscribe: req}}))
		all = append(all, &listener{t, stream})
	}
	for _, l := range all {
		l.until("sync")
	}
	s.config("PORT|Ethernet0 mtu 4000")
	for _, l := range all {
		same(t, l.next(), "/CONFIG_DB/localhost/PORT/Ethernet0/mtu string 4000")
	}
}
