package gnmi

import (
	"testing"

	"github.com/openconfig/gnmic/pkg/api"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/db"
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

// TestSetAPPL hands rows of APPL_DB to their consumer by SONiC's protocol, which nothing else of a request may go with.
func TestSetAPPL(t *testing.T) {
	const appl = "sonic-db:/APPL_DB/localhost/DASH_VNET_TABLE"
	s := start(t)
	tg := s.target()
	vnet := &db.Schema{Database: db.Appl, Name: "DASH_VNET_TABLE", Transport: db.StateTable}
	feed, err := s.store.Watch(t.Context(), vnet)
	must(t, err)
	defer feed.Close()
	next := func(want string) {
		t.Helper()
		for {
			b, err := feed.Next(t.Context(), 0)
			must(t, err)
			if len(b.Changes) == 0 {
				continue
			}
			got := ""
			for _, c := range b.Changes {
				if got += c.Key + ": " + fieldsText(c.Fields); c.Gone {
					got += "gone"
				}
			}
			if got != want {
				t.Errorf("the consumer has %q, not %q", got, want)
			}
			return
		}
	}
	must(t, set(t, tg, api.Update(api.Path(appl+"/Vnet1"), api.Value(`{"vni":"1000","guid":"a:b"}`, "json_ietf"))))
	next("Vnet1: guid=a:b vni=1000")
	must(t, set(t, tg, api.Update(api.Path(appl+"/Vnet1/vni"), api.Value("1001", "string"))))
	next("Vnet1: guid=a:b vni=1001")
	must(t, set(t, tg, api.Target("APPL_DB"), api.Replace(api.Path("/DASH_VNET_TABLE/Vnet1"), api.Value(`{"vni":"7"}`, "json_ietf"))))
	next("Vnet1: vni=7")
	message := []byte{8, 0, 255}
	must(t, set(t, tg, api.Replace(api.Path(appl+"/Vnet1"), api.Value(message, "bytes"))))
	next("Vnet1: pb=" + string(message))
	must(t, set(t, tg, api.Delete(appl+"/Vnet1")))
	next("Vnet1: gone")
	before := s.row("PORT|Ethernet0")
	for text, op := range map[string]api.GNMIOption{
		"APPL_DB":     api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu"), api.Value("1234", "string")),
		"wildcard":    api.Delete(appl + "/*"),
		"names no":    api.Delete(appl),
		"whole rows":  api.Delete(appl + "/Vnet1/vni"),
		"are replace": api.Replace(api.Path(appl), api.Value(`{}`, "json_ietf")),
		"not an obj":  api.Update(api.Path(appl+"/Vnet2"), api.Value(`["x"]`, "json_ietf")),
	} {
		refused(t, set(t, tg, api.Update(api.Path(appl+"/Vnet2"), api.Value(`{"vni":"1"}`, "json_ietf")), op), codes.InvalidArgument, text)
	}
	rows, err := s.store.Get(t.Context(), vnet, []string{"Vnet2"})
	must(t, err)
	if after := s.row("PORT|Ethernet0"); !rows[0].Gone || after != before {
		t.Errorf("something was written: %v %s", rows, after)
	}
}
