package gnmi

import (
	"testing"

	"github.com/openconfig/gnmic/pkg/api"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

const configDB = "sonic-db:/CONFIG_DB/localhost"

// TestSet applies operations in the specification's order, with the specification's meaning, in one request.
func TestSet(t *testing.T) {
	s := start(t, "VLAN|Vlan20 vlanid 20 description old")
	tg := s.target()
	must(t, set(t, tg,
		api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu"), api.Value("9000", "json_ietf")),
		api.Update(api.Path(configDB+"/PORT/Ethernet4"), api.Value(`{"description":"up link","mtu":1500}`, "json_ietf")),
		api.Replace(api.Path(configDB+"/VLAN/Vlan20"), api.Value(`{"vlanid":"20"}`, "json_ietf")),
		api.Update(api.Path(configDB+"/VLAN"), api.Value(`{"Vlan30":{"vlanid":"30"}}`, "json")),
		api.Update(api.Path(configDB+"/VLAN_MEMBER/Vlan30|Ethernet0/tagging_mode"), api.Value("tagged", "string")),
	))
	for key, want := range map[string]string{
		"PORT|Ethernet0":               "admin_status=up alias=etp1 lanes=0,1,2,3 mtu=9000 speed=100000",
		"PORT|Ethernet4":               "admin_status=up alias=etp2 description=up link lanes=4,5,6,7 mtu=1500 speed=100000",
		"VLAN|Vlan20":                  "vlanid=20",
		"VLAN|Vlan30":                  "vlanid=30",
		"VLAN_MEMBER|Vlan30|Ethernet0": "tagging_mode=tagged",
	} {
		if got := s.row(key); got != want {
			t.Errorf("%s: %s, not %s", key, got, want)
		}
	}
	// delete goes before update, and what is not there is deleted too
	must(t, set(t, tg,
		api.Update(api.Path(configDB+"/VLAN/Vlan20/description"), api.Value("new", "string")),
		api.Delete(configDB+"/VLAN/Vlan20"), api.Delete(configDB+"/VLAN/Vlan4000"),
		api.Update(api.Path(configDB+"/VLAN/Vlan20/vlanid"), api.Value("20", "string")),
		api.Delete(configDB+"/PORT/*/description"),
	))
	if got := s.row("VLAN|Vlan20"); got != "description=new vlanid=20" {
		t.Error(got)
	}
	if got := s.row("PORT|Ethernet4"); got != "admin_status=up alias=etp2 lanes=4,5,6,7 mtu=1500 speed=100000" {
		t.Error(got)
	}
	// SONiC's older form
	must(t, set(t, tg, api.Target("CONFIG_DB"), api.Update(api.Path("/PORT/Ethernet4/mtu"), api.Value("1400", "json_ietf"))))
	if got := s.row("PORT|Ethernet4"); got != "admin_status=up alias=etp2 lanes=4,5,6,7 mtu=1400 speed=100000" {
		t.Error(got)
	}
}

// TestSetIsAllOrNothing refuses requests of which one part is wrong, names the path, and writes nothing.
func TestSetIsAllOrNothing(t *testing.T) {
	s := start(t, "VLAN|Vlan10 vlanid 10", "VLAN_MEMBER|Vlan10|Ethernet0 tagging_mode tagged")
	tg := s.target()
	good := api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu"), api.Value("1234", "json_ietf"))
	before := s.row("PORT|Ethernet0")
	for _, c := range []struct {
		name  string
		op    api.GNMIOption
		code  codes.Code
		parts []string
	}{
		{"value", api.Update(api.Path(configDB+"/PORT/Ethernet4/mtu"), api.Value("many", "string")), codes.InvalidArgument, []string{"/CONFIG_DB/localhost/PORT/Ethernet4/mtu", `"many"`}},
		{"range", api.Update(api.Path(configDB+"/VLAN/Vlan5000/vlanid"), api.Value("5000", "string")), codes.InvalidArgument, []string{"Vlan5000"}},
		{"reference", api.Update(api.Path(configDB+"/VLAN_MEMBER/Vlan99|Ethernet0/tagging_mode"), api.Value("tagged", "string")), codes.InvalidArgument, []string{"Vlan99"}},
		{"used", api.Delete(configDB + "/VLAN/Vlan10"), 0, []string{"Vlan10"}},
		{"object", api.Update(api.Path(configDB+"/PORT/Ethernet4/mtu"), api.Value(`{"a":1}`, "json_ietf")), codes.InvalidArgument, []string{"/mtu"}},
		{"null", api.Update(api.Path(configDB+"/PORT/Ethernet4/mtu"), api.Value(`null`, "json_ietf")), codes.InvalidArgument, []string{"/mtu", "null"}},
		{"row", api.Update(api.Path(configDB+"/PORT/Ethernet4"), api.Value(`"x"`, "json_ietf")), codes.InvalidArgument, []string{"/Ethernet4"}},
		{"wildcard", api.Update(api.Path(configDB+"/PORT/*/mtu"), api.Value("9000", "string")), codes.InvalidArgument, []string{"wildcard"}},
		{"database", api.Update(api.Path("sonic-db:/STATE_DB/localhost/PORT_TABLE/Ethernet0/x"), api.Value("1", "string")), codes.Unimplemented, []string{"STATE_DB"}},
		{"no database", api.Update(api.Path("sonic-db:/NO_DB/localhost/PORT"), api.Value("{}", "json")), codes.NotFound, []string{"NO_DB"}},
		{"instance", api.Update(api.Path("sonic-db:/CONFIG_DB/asic0/PORT"), api.Value("{}", "json")), codes.NotFound, []string{"asic0"}},
		{"origin", api.Update(api.Path("cisco:/CONFIG_DB/localhost/PORT"), api.Value("{}", "json")), codes.InvalidArgument, []string{"cisco"}},
		{"long", api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu/0/1"), api.Value("1", "string")), codes.InvalidArgument, []string{"longer"}},
		{"index", api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu/x"), api.Value("1", "string")), codes.InvalidArgument, []string{"index"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := set(t, tg, good, c.op)
			if c.code == 0 { // either is right
				c.code = codes.InvalidArgument
				if err != nil && grpcstatus.Code(err) == codes.FailedPrecondition {
					c.code = codes.FailedPrecondition
				}
			}
			refused(t, err, c.code, c.parts...)
			if got := s.row("PORT|Ethernet0"); got != before {
				t.Errorf("something was written: %s", got)
			}
		})
	}
	if got := s.row("VLAN|Vlan10"); got != "vlanid=10" {
		t.Error(got)
	}
}
