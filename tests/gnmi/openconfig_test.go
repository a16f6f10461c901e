package gnmi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmic/pkg/api"
	"google.golang.org/grpc/codes"

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
