package openconfig_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/openconfig"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// TestSetNamesPathAndCode holds that what is refused has the specification's code and the path of the leaf at fault.
func TestSetNamesPathAndCode(t *testing.T) {
	s := newSwitch(t, openconfig.New())
	port := "/interfaces/interface[name=Ethernet0]"
	for _, c := range []struct {
		path  string
		value *gpb.TypedValue
		code  codes.Code
		at    string // of the error; empty: the path
	}{
		{port + "/config/mtu", uintValue(70000), codes.InvalidArgument, ""},
		{port + "/config/mtu", stringValue("x"), codes.InvalidArgument, ""},
		{port + "/config/enabled", stringValue("yes"), codes.InvalidArgument, ""},
		{port + "/config/mtu", nil, codes.InvalidArgument, ""},
		{port + "/config", ietf(`{"mtu": -1}`), codes.InvalidArgument, port + "/config/mtu"},
		{port + "/config", ietf(`{`), codes.InvalidArgument, ""},
		{port + "/config", ietf(`[]`), codes.InvalidArgument, ""},
		{port + "/config", uintValue(1), codes.InvalidArgument, ""},
		{port + "/nothing", ietf(`1`), codes.NotFound, ""},
		{"/interfaces/interface[name=*]/config/mtu", uintValue(1500), codes.InvalidArgument, ""},
		{"/interfaces/interface[name=Ethernet0][x=1]/config/mtu", uintValue(1500), codes.InvalidArgument, ""},
		{port + "/state/mtu", uintValue(1500), codes.InvalidArgument, ""},
		{"/interfaces/interface[name=Ethernet400]/config/mtu", uintValue(1500), codes.NotFound, ""},
		{port + "/ethernet/switched-vlan/config/native-vlan", uintValue(10), codes.FailedPrecondition, ""},
		{"/interfaces", ietf(`{"interface": [{"config": {"mtu": 1500}}]}`), codes.InvalidArgument, "/interfaces/interface"},
		{"/interfaces", ietf(`{"interface": [{"name": "Ethernet0", "config": {"mtu": "x"}}]}`), codes.InvalidArgument, port + "/config/mtu"},
	} {
		want := c.at
		if want == "" {
			want = c.path
		}
		_, err := s.set(t, origin.Operation{Action: origin.Update, Path: parse(t, c.path), Value: c.value})
		var e *origin.Error
		if !errors.As(err, &e) {
			t.Errorf("%s %v: %v", c.path, c.value, err)
			continue
		}
		if got := origin.Text(e.Path); got != want || e.Code != c.code || e.Reason == "" {
			t.Errorf("%s %v: %s %s, not %s %s", c.path, c.value, e.Code, err, c.code, want)
		}
		if changes := s.candidate(t).Changes(); len(changes) > 0 {
			t.Errorf("%s: something was written: %v", c.path, changes)
		}
	}
}

// TestSetEncodings holds that scalars, plain JSON and RFC 7951's say the same.
func TestSetEncodings(t *testing.T) {
	o := openconfig.New()
	for _, c := range []struct {
		path   string
		values []*gpb.TypedValue
		want   string
	}{
		{"/interfaces/interface[name=Ethernet0]/config/mtu", []*gpb.TypedValue{uintValue(9000), intValue(9000), ietf("9000"), plain("9000")}, `mtu="9000"`},
		{"/interfaces/interface[name=Ethernet0]/config/enabled", []*gpb.TypedValue{boolValue(true), ietf("true"), plain("true")}, `admin_status="up"`},
		{"/interfaces/interface[name=Ethernet0]/ethernet/config/port-speed", []*gpb.TypedValue{
			stringValue("SPEED_10GB"), stringValue("openconfig-if-ethernet:SPEED_10GB"), ietf(`"openconfig-if-ethernet:SPEED_10GB"`), ietf(`"SPEED_10GB"`),
		}, `speed="10000"`},
		{"/routing-policy/defined-sets/bgp-defined-sets/as-path-sets/as-path-set[as-path-set-name=A]/config/as-path-set-member", []*gpb.TypedValue{
			leaflist("_1_", "_2_"), ietf(`["_1_", "_2_"]`),
		}, `as_path_set_member@="_1_,_2_"`},
	} {
		for _, v := range c.values {
			s := newSwitch(t, o)
			changes, err := s.set(t, origin.Operation{Action: origin.Update, Path: parse(t, c.path), Value: v})
			if err != nil || len(changes) != 1 || !strings.Contains(fields(changes[0].Now), c.want) {
				t.Errorf("%s %v: %v %v, not %s", c.path, v, err, changes, c.want)
			}
		}
	}
}

// TestOperationsInOrder holds that a Set's later operations see what the earlier ones did, as gNMI orders them: delete, replace, update.
func TestOperationsInOrder(t *testing.T) {
	s := newSwitch(t, openconfig.New())
	at := "/network-instances/network-instance[name=default]/vlans"
	set(t, s, "/network-instances", `{"network-instance": [{"name": "default", "vlans": {"vlan": [{"vlan-id": 10, "config": {"name": "old"}}, {"vlan-id": 20}]}}]}`)
	_, err := s.set(t,
		origin.Operation{Action: origin.Delete, Path: parse(t, at)},
		origin.Operation{Action: origin.Replace, Path: parse(t, at+"/vlan[vlan-id=10]"), Value: ietf(`{"vlan-id": 10, "config": {"name": "new"}}`)},
		origin.Operation{Action: origin.Update, Path: parse(t, at+"/vlan[vlan-id=30]/config/name"), Value: ietf(`"third"`)},
	)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range s.candidate(t).Keys("VLAN") {
		got = append(got, key+" "+fields(s.candidate(t).Fields("VLAN", key)))
	}
	want := `[Vlan10 description="new" vlanid="10" Vlan30 description="third" vlanid="30"]`
	if fmt.Sprint(got) != want {
		t.Errorf("%v, not %s", got, want)
	}
}

// TestUnionReplace holds that an Update of everything on an empty candidate makes what Get told, for the rows that OpenConfig can say.
func TestUnionReplace(t *testing.T) {
	s := newSwitch(t, openconfig.New())
	set(t, s, "/interfaces/interface[name=Ethernet0]/config", `{"mtu": 9000, "description": "x"}`)
	set(t, s, "/network-instances/network-instance[name=default]/protocols/protocol[identifier=BGP][name=bgp]/bgp/global/config", `{"as": 65001}`)
	text, err := s.json(t.Context(), &gpb.Path{}, gpb.GetRequest_CONFIG)
	if err != nil {
		t.Fatal(err)
	}
	empty := &aSwitch{store: newSwitch(t, s.origin).store, origin: s.origin, unchecked: true}
	c := empty.candidate(t)
	c.Replace(nil)
	if err := s.origin.Edit(candidateConfig{c}, []origin.Operation{{Action: origin.Update, Path: &gpb.Path{}, Value: ietf(text)}}); err != nil {
		t.Fatal(err)
	}
	if got, want := fields(c.Fields("PORT", "Ethernet0")), `description="x" mtu="9000" speed="100000"`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if got, want := fields(c.Fields("BGP_GLOBALS", "default")), `local_asn="65001"`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func set(t testing.TB, s *aSwitch, path, value string) {
	t.Helper()
	if _, err := s.set(t, origin.Operation{Action: origin.Update, Path: parse(t, path), Value: ietf(value)}); err != nil {
		t.Fatal(err)
	}
}

func uintValue(n uint64) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_UintVal{UintVal: n}}
}

func intValue(n int64) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_IntVal{IntVal: n}}
}

func boolValue(v bool) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_BoolVal{BoolVal: v}}
}

func stringValue(s string) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_StringVal{StringVal: s}}
}

func plain(text string) *gpb.TypedValue {
	return &gpb.TypedValue{Value: &gpb.TypedValue_JsonVal{JsonVal: []byte(text)}}
}

func leaflist(texts ...string) *gpb.TypedValue {
	list := &gpb.ScalarArray{}
	for _, s := range texts {
		list.Element = append(list.Element, stringValue(s))
	}
	return &gpb.TypedValue{Value: &gpb.TypedValue_LeaflistVal{LeaflistVal: list}}
}
