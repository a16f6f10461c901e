package gnmi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmic/pkg/api"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

const port0 = "openconfig:/interfaces/interface[name=Ethernet0]"

// TestOpenConfig configures by OpenConfig's models and finds it in CONFIG_DB, and the other way round.
func TestOpenConfig(t *testing.T) {
	s := start(t, "DEVICE_METADATA|localhost hostname leaf1")
	tg := s.target()
	must(t, set(t, tg,
		api.Update(api.Path(port0+"/config"), api.Value(`{"openconfig-interfaces:mtu": 9000, "openconfig-interfaces:description": "uplink"}`, "json_ietf")),
		api.Update(api.Path("openconfig:/network-instances/network-instance[name=default]/vlans/vlan[vlan-id=10]"),
			api.Value(`{"vlan-id": 10, "config": {"vlan-id": 10}}`, "json_ietf")),
		api.Update(api.Path("openconfig:/interfaces/interface[name=Ethernet4]/ethernet/switched-vlan/config"),
			api.Value(`{"interface-mode": "ACCESS", "access-vlan": 10}`, "json_ietf")),
	))
	for key, want := range map[string]string{
		"PORT|Ethernet0": "admin_status=up alias=etp1 description=uplink lanes=0,1,2,3 mtu=9000 speed=100000",
		"VLAN|Vlan10":    "vlanid=10", "VLAN_MEMBER|Vlan10|Ethernet4": "tagging_mode=untagged",
	} {
		if got := s.row(key); got != want {
			t.Errorf("%s: %s, not %s", key, got, want)
		}
	}
	s.config("PORT|Ethernet0 mtu 1500")
	r := get(t, tg, api.Path(port0+"/config/mtu"), api.Encoding("json_ietf"))
	if got := string(r.Notification[0].Update[0].Val.GetJsonIetfVal()); got != "1500" {
		t.Errorf("mtu is told as %s", got)
	}
	r = get(t, tg, api.Path(port0), api.Encoding("json_ietf"))
	if !json.Valid(r.Notification[0].Update[0].Val.GetJsonIetfVal()) {
		t.Errorf("%v", r)
	}

	refused(t, set(t, tg, api.Update(api.Path(port0+"/config/mtu"), api.Value("many", "string"))), codes.InvalidArgument, "/interfaces/interface[name=Ethernet0]/config/mtu")
	refused(t, set(t, tg,
		api.Update(api.Path(port0+"/config/description"), api.Value("not written", "string")),
		api.Update(api.Path("openconfig:/interfaces/interface[name=Ethernet4]/ethernet/switched-vlan/config/access-vlan"), api.Value("77", "uint")),
	), codes.InvalidArgument, "77")
	if got := s.row("PORT|Ethernet0"); !strings.Contains(got, "description=uplink") {
		t.Errorf("a Set that was refused wrote %s", got)
	}
}

// TestOpenConfigOnChange tells a leaf whose row somebody changed in CONFIG_DB.
func TestOpenConfigOnChange(t *testing.T) {
	s := start(t)
	path, err := origin.Parse("/interfaces/interface[name=Ethernet0]/config/mtu")
	if err != nil {
		t.Fatal(err)
	}
	l := s.subscribe(t.Context(), &gnmi.SubscriptionList{
		Prefix: &gnmi.Path{Origin: "openconfig"}, Encoding: gnmi.Encoding_JSON_IETF,
		Subscription: []*gnmi.Subscription{{Path: path, Mode: gnmi.SubscriptionMode_ON_CHANGE}},
	})
	for !slices.Equal(l.next(), []string{"sync"}) {
	}
	s.config("PORT|Ethernet0 mtu 1600")
	if got := strings.Join(l.next(), "\n"); !strings.Contains(got, "mtu") || !strings.Contains(got, "1600") {
		t.Error(got)
	}
}

// TestCapabilities names the models of both origins.
func TestCapabilities(t *testing.T) {
	s := start(t)
	r, err := s.stub().Capabilities(t.Context(), &gnmi.CapabilityRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range r.SupportedModels {
		names = append(names, m.Name)
	}
	for _, want := range []string{"sonic-db", "openconfig-interfaces", "openconfig-network-instance", "hypersonic-deviations"} {
		if !slices.Contains(names, want) {
			t.Errorf("no model %s in %v", want, names)
		}
	}
}

// TestAtomic tells entries of the forwarding tables as a whole, as their model has it, and leaves below one by one.
func TestAtomic(t *testing.T) {
	const afts = "openconfig:/network-instances/network-instance[name=default]/afts"
	s := start(t)
	route := &db.Schema{Database: db.Appl, Name: "ROUTE_TABLE", Transport: db.Plain}
	write := func(hops, interfaces string) {
		must(t, s.store.Write(t.Context(), []db.Write{{Table: route, Key: "10.9.0.0/16", Delete: true, Fields: []db.Field{
			{Name: "nexthop", Value: hops}, {Name: "ifname", Value: interfaces}, {Name: "protocol", Value: "bgp"},
		}}}))
	}
	write("10.0.0.1,10.0.0.3", "Ethernet0,Ethernet4")
	l := s.subscribe(t.Context(), list(gnmi.SubscriptionList_STREAM, gnmi.Encoding_PROTO, onChange(t, afts)))
	wholes := func(n int) map[string]int {
		got := map[string]int{}
		for len(got) < n {
			r, err := l.stream.Recv()
			must(t, err)
			switch u := r.GetUpdate(); {
			case r.GetSyncResponse():
			case u.GetAtomic():
				elems := u.GetPrefix().GetElem()
				got[elems[len(elems)-1].GetName()] += len(u.GetUpdate())
				if u.GetPrefix().GetOrigin() != "openconfig" {
					t.Errorf("the prefix %v has another origin", u.GetPrefix())
				}
			default:
				t.Errorf("not atomic: %v", r)
			}
		}
		return got
	}
	// prefix twice, the group and the protocol; of a group its id twice and of each of two next hops the index twice and the weight; of a next hop ...
	if got := wholes(3); got["ipv4-entry"] != 4 || got["next-hop-group"] != 8 || got["next-hop"] < 4 {
		t.Errorf("%v", got)
	}
	leaf := s.subscribe(t.Context(), list(gnmi.SubscriptionList_ONCE, gnmi.Encoding_PROTO, onChange(t, afts+"/ipv4-unicast/ipv4-entry[prefix=10.9.0.0/16]/state/origin-protocol")))
	if r, err := leaf.stream.Recv(); err != nil || r.GetUpdate().GetAtomic() || len(r.GetUpdate().GetUpdate()) != 1 {
		t.Errorf("a leaf below an entry: %v %v", r, err)
	}
}
