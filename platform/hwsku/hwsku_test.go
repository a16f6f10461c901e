package hwsku

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const portConfig = `# name          lanes             alias             index       speed   autoneg  fec   asic_port_name
Ethernet0       25,26,27,28       fortyGigE0/0      0           40000   off      none  xe0

word
# a comment
Ethernet4       29,30,31,32       fortyGigE0/4      1           40000
Ethernet8       33
`

func TestParsePortConfig(t *testing.T) {
	got, err := ParsePortConfig("port_config.ini", []byte(portConfig))
	if err != nil {
		t.Fatal(err)
	}
	want := []Port{
		{Name: "Ethernet0", Lanes: []uint32{25, 26, 27, 28}, Alias: "fortyGigE0/0", Speed: 40000, Autoneg: "off", FEC: "none",
			Extra: map[string]string{"asic_port_name": "xe0"}},
		{Name: "Ethernet4", Lanes: []uint32{29, 30, 31, 32}, Alias: "fortyGigE0/4", Index: 1, Speed: 40000},
		{Name: "Ethernet8", Lanes: []uint32{33}, Alias: "Ethernet8", Index: -1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, err = ParsePortConfig("port_config.ini", []byte("Ethernet0 1,2 a 7\n"))
	if want := []Port{{Name: "Ethernet0", Lanes: []uint32{1, 2}, Alias: "a", Index: 7}}; err != nil || !cmp.Equal(want, got) {
		t.Errorf("without header: %+v, %v", got, err)
	}
}

// TestErrors checks that errors name file, line, field and value.
func TestErrors(t *testing.T) {
	ports := func(s string) error { _, err := ParsePortConfig("p.ini", []byte(s)); return err }
	wires := func(s string) error { _, err := ParseLaneMap("lanemap.ini", []byte(s)); return err }
	profile := func(s string) error { _, err := ParseProfile("sai.profile", []byte(s)); return err }
	platform := func(s string) error { _, err := ParsePlatform("platform.json", []byte(s)); return err }
	sku := func(s string) error { _, err := ParseHwSKU("hwsku.json", []byte(s)); return err }
	cage := func(s string) error { return platform("{\"interfaces\":{\n\"Ethernet0\":{" + s + "}}}") }
	for _, c := range []struct {
		err  error
		want string
	}{
		{ports("# name lanes\nEthernet0 1,x\n"), `p.ini:2: lanes: "1,x": lane "x" is not a number`},
		{ports("Ethernet0 1,1"), `p.ini:1: lanes: "1,1": lane 1 twice`},
		{ports("Ethernet0 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"), `p.ini:1: lanes: "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17": more than 16 lanes`},
		{ports("# name lanes index\nEthernet0 1 -1"), `p.ini:2: index: "-1": not a number`},
		{ports("# name lanes speed\nEthernet0 1 10G"), `p.ini:2: speed: "10G": not a speed in Mbit/s`},
		{ports("# name lanes\nEthernet0 1 2"), `p.ini:2: "2": 3 values, the header has 2 columns`},
		{ports("# name speed\n"), `p.ini:1: header: "# name speed": columns name and lanes are needed`},
		{ports("# speed lanes name\n1 1\n"), `p.ini:2: name: "": missing`},
		{ports("# name alias lanes\nEthernet0 1\n"), `p.ini:2: lanes: "": missing`},
		{ports("Ethernet0 1 a\nEthernet0 2 b\n"), `p.ini:2: name: "Ethernet0": Ethernet0 is another port's already`},
		{ports("Ethernet0 1 a\nEthernet1 2 a\n"), `p.ini:2: alias: "a": a is Ethernet0's already`},
		{ports("Ethernet0 1 a\nEthernet1 1 b\n"), `p.ini:2: lanes: "1": 1 is Ethernet0's already`},

		{wires("# x\neth1\n"), `lanemap.ini:2: "eth1": want [switch:]netdev:lanes`},
		{wires(":1"), `lanemap.ini:1: ":1": want [switch:]netdev:lanes`},
		{wires("a:b:c:d"), `lanemap.ini:1: "a:b:c:d": want [switch:]netdev:lanes`},
		{wires("256:eth1:1"), `lanemap.ini:1: switch: "256": not a number up to 255`},
		{wires("eth1:1,2,3"), `lanemap.ini:1: lanes: "1,2,3": 3 lanes, want 1, 2, 4 or 8`},
		{wires("eth1:"), `lanemap.ini:1: lanes: "": lane "" is not a number`},
		{wires("eth1:1\neth1:2"), `lanemap.ini:2: netdev: "eth1": there twice`},
		{wires("eth1:1\neth2:1"), `lanemap.ini:2: lanes: "1": lane 1 is eth1's already`},

		{profile("A=1\nB"), `sai.profile:2: "B": want key=value`},
		{profile("=1"), `sai.profile:1: "=1": want key=value`},

		{platform("{\n]"), `platform.json:2: "": invalid character ']' looking for beginning of object key string`},
		{platform(`{"interfaces":[]}`), `platform.json: interfaces: "[]": an object is needed`},
		{platform(`{"interfaces":{"Ethernet0":7}}`), `platform.json: interfaces.Ethernet0: "number": a list or an object is needed`},
		{platform(`[]`), `platform.json: "array": a list or an object is needed`},
		{cage(`"index":0`), `platform.json: interfaces.Ethernet0.index: "number": text is needed`},
		{cage(`"index":"0","lanes":""`), `platform.json: interfaces.Ethernet0.lanes: "": lane "" is not a number`},
		{cage(`"index":"x","lanes":"1"`), `platform.json: interfaces.Ethernet0.index: "x": index "x" is not a number`},
		{cage(`"index":"0","lanes":"1,2"`), `platform.json: interfaces.Ethernet0.index: "0": 1 numbers for 2 lanes`},
		{cage(`"index":"0","lanes":"1"`), `platform.json: interfaces.Ethernet0.breakout_modes: "": an object is needed`},
		{cage(`"index":"0","lanes":"1","breakout_modes":{"1x1G":"a"}`), `platform.json: interfaces.Ethernet0.breakout_modes.1x1G: "string": a list or an object is needed`},
		{cage(`"index":"0","lanes":"1","breakout_modes":{"1x":["a"]}`), `platform.json: interfaces.Ethernet0.breakout_modes.1x: "1x": breakout mode "1x": "" is not a speed`},
		{cage(`"index":"0","lanes":"1","breakout_modes":{"1x1G":["a"],"1x1G":["a"]}`), `platform.json: interfaces.Ethernet0.breakout_modes: "1x1G": there twice`},
		{sku(`{"interfaces":{"Ethernet0":{"fec":{}}}}`), `hwsku.json: interfaces.Ethernet0.fec: "object": text is needed`},
	} {
		var e *Error
		if !errors.As(c.err, &e) || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
}

func TestParseMode(t *testing.T) {
	for mode, want := range map[string][]Part{
		"1x100G[40G]":              {{Ports: 1, Speed: 100000, Others: []uint32{40000}}},
		"4x25G[10G]":               {{Ports: 4, Speed: 25000, Others: []uint32{10000}}},
		"2x25G(2)+1x50G(2)":        {{Ports: 2, Speed: 25000, Lanes: 2}, {Ports: 1, Speed: 50000, Lanes: 2}},
		"1x400G(4)[200G, 100G]":    {{Ports: 1, Speed: 400000, Others: []uint32{100000, 200000}, Lanes: 4}},
		"1x100G[100G,50G][25G](4)": {{Ports: 1, Speed: 100000, Others: []uint32{25000, 50000}, Lanes: 4}},
		"1x1000":                   {{Ports: 1, Speed: 1000}},
	} {
		got, err := ParseMode(mode)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", mode, err, diff)
		}
	}
	for mode, want := range map[string]string{
		"":             `breakout mode "": "" does not begin with a number of ports and x`,
		"0x1G":         `breakout mode "0x1G": "0x1G" does not begin with a number of ports and x`,
		"1x1G+":        `breakout mode "1x1G+": "" does not begin with a number of ports and x`,
		"1234567x1G":   `breakout mode "1234567x1G": "1234567x1G" does not begin with a number of ports and x`,
		"1xG":          `breakout mode "1xG": "G" is not a speed`,
		"1x1T":         `breakout mode "1x1T": "1T" is not a speed`,
		"1x1G[":        `breakout mode "1x1G[": "[" is neither [speeds] nor (lanes)`,
		"1x1G[]":       `breakout mode "1x1G[]": "" is not a speed`,
		"1x1G(0)":      `breakout mode "1x1G(0)": "0" is not a number of lanes`,
		"1x1G(1)(1)":   `breakout mode "1x1G(1)(1)": two numbers of lanes`,
		"1x1G(1)x":     `breakout mode "1x1G(1)x": "x" is neither [speeds] nor (lanes)`,
		"1x1G[1G](1) ": `breakout mode "1x1G[1G](1) ": " " is neither [speeds] nor (lanes)`,
	} {
		if _, err := ParseMode(mode); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

const platformJSON = `{"chassis":{}, "interfaces":{
	"Ethernet8":{"index":"3,3,3,3,3,3,3,3","lanes":"9,10,11,12,13,14,15,16","breakout_modes":{
		"1x400G[200G,100G]":["etp3"], "2x200G":["etp3a","etp3b"], "2x100G(4)+1x200G(4)":["etp3a","etp3b","etp3c"]}},
	"Ethernet0":{"index":"1,1,1,1","lanes":"1,2,3,4","breakout_modes":{"1x100G[40G,50G]":["etp1"],"4x25G[10G]":["a","b","c","d"],"3x25G":["a","b","c"],"2x50G":["a"],
		"1x100G(5)":["a"]}},
	"Ethernet4":{"index":"2,2,2,2","lanes":"5,6,7,8","breakout_modes":{"1x100G":["etp2"]}}}}`

// write makes a directory of files.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLoadPlatform(t *testing.T) {
	device := t.TempDir()
	write(t, device, map[string]string{
		"dev/platform.json":       platformJSON,
		"dev/SKU/port_config.ini": portConfig,
		"dev/SKU/hwsku.json": `{"interfaces":{"Ethernet0":{"default_brkout_mode":"1x100G[50G,40G]","autoneg":"on"},
			"Ethernet8":{"default_brkout_mode":"2x100G(4)+1x200G(4)"},"Ethernet10":{"role":"Dpc","fec":"none","subport":"9"}}}`,
	})
	if err := os.Symlink(filepath.Join(device, "dev/SKU"), filepath.Join(device, "hwsku")); err != nil {
		t.Fatal(err)
	}
	want := []Port{
		{Name: "Ethernet8", Alias: "etp3a", Lanes: []uint32{9, 10}, Index: 3, Speed: 100000, FEC: "none", Subport: "1", Role: "Dpc"},
		{Name: "Ethernet10", Alias: "etp3b", Lanes: []uint32{11, 12}, Index: 3, Speed: 100000, FEC: "none", Subport: "9", Role: "Dpc"},
		{Name: "Ethernet12", Alias: "etp3c", Lanes: []uint32{13, 14, 15, 16}, Index: 3, Speed: 200000, FEC: "none", Subport: "3", Role: "Dpc"},
		{Name: "Ethernet0", Alias: "etp1", Lanes: []uint32{1, 2, 3, 4}, Index: 1, Speed: 100000, Autoneg: "on", Subport: "0"},
	}
	for _, dir := range []string{"hwsku", "dev/SKU"} {
		s, err := Load(filepath.Join(device, dir))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, s.Ports); diff != "" {
			t.Error(diff)
		}
		if got := s.LaneMap.Lanes("eth3"); !cmp.Equal(got, []uint32{13, 14, 15, 16}) {
			t.Errorf("eth3 has lanes %v", got)
		}
		if len(s.Breakouts) != 3 || s.Breakouts[2].Port != "Ethernet4" || s.Breakouts[2].Default != "" || s.Breakouts[1].Default != "1x100G[50G,40G]" {
			t.Errorf("breakouts %+v", s.Breakouts)
		}
	}
}

func TestBreakoutPorts(t *testing.T) {
	cages, err := ParsePlatform("platform.json", []byte(platformJSON))
	if err != nil {
		t.Fatal(err)
	}
	got, err := cages[0].Ports("2x200G")
	want := []Port{
		{Name: "Ethernet8", Alias: "etp3a", Lanes: []uint32{9, 10, 11, 12}, Index: 3, Speed: 200000, FEC: "rs", Subport: "1"},
		{Name: "Ethernet12", Alias: "etp3b", Lanes: []uint32{13, 14, 15, 16}, Index: 3, Speed: 200000, FEC: "rs", Subport: "2"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	got, err = cages[1].Ports("1x40G[100G,50G]")
	if err != nil || got[0].Speed != 40000 || got[0].FEC != "" {
		t.Errorf("asked for 40G of the same speeds: %+v, %v", got, err)
	}
	for mode, want := range map[string]string{
		"8x10G":     `breakout mode "8x10G": Ethernet0 has 1x100G[40G,50G], 4x25G[10G], 3x25G, 2x50G, 1x100G(5)`,
		"3x25G":     `breakout mode "3x25G": 4 lanes do not divide among 3 ports`,
		"2x50G":     `breakout mode "2x50G": 2 ports, 1 aliases`,
		"1x100G(5)": `breakout mode "1x100G(5)": needs more than Ethernet0's 4 lanes`,
	} {
		if _, err := cages[1].Ports(mode); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	cages[1].Port = "eth0"
	if _, err := cages[1].Ports("4x25G[10G]"); err == nil || err.Error() != `"eth0" is not of the form Ethernet0` {
		t.Error(err)
	}
}

// TestLoad checks which files win, and what is missing or wrong.
func TestLoad(t *testing.T) {
	const sku = `{"interfaces":{"Ethernet4":{"default_brkout_mode":"1x100G"}}}`
	for name, c := range map[string]struct {
		files map[string]string
		ports string
		err   string
	}{
		"ini":                 {map[string]string{"port_config.ini": portConfig}, "Ethernet0 Ethernet4 Ethernet8", ""},
		"both":                {map[string]string{"port_config.ini": portConfig, "platform.json": platformJSON, "hwsku.json": sku}, "Ethernet4", ""},
		"beside":              {map[string]string{"../platform/platform.json": platformJSON, "hwsku.json": sku}, "Ethernet4", ""},
		"no hwsku.json":       {map[string]string{"port_config.ini": portConfig, "platform.json": platformJSON}, "Ethernet0 Ethernet4 Ethernet8", ""},
		"no platform.json":    {map[string]string{"port_config.ini": portConfig, "hwsku.json": sku}, "Ethernet0 Ethernet4 Ethernet8", ""},
		"no interfaces":       {map[string]string{"port_config.ini": portConfig, "platform.json": `{"interfaces":{}}`, "hwsku.json": sku}, "Ethernet0 Ethernet4 Ethernet8", ""},
		"nothing of the sort": {map[string]string{"port_config.ini": portConfig, "platform.json": `{}`, "hwsku.json": sku}, "Ethernet0 Ethernet4 Ethernet8", ""},
		"empty":               {nil, "", "port_config.ini: no such file or directory"},
		"bad hwsku.json":      {map[string]string{"platform.json": platformJSON, "hwsku.json": `{`}, "", `hwsku.json:1: "": unexpected end of JSON input`},
		"bad platform.json":   {map[string]string{"platform.json": `{`, "hwsku.json": sku}, "", `platform.json:1: "": unexpected end of JSON input`},
		"bad lanemap.ini":     {map[string]string{"port_config.ini": portConfig, "lanemap.ini": "eth"}, "", `lanemap.ini:1: "eth": want [switch:]netdev:lanes`},
		"bad sai.profile":     {map[string]string{"port_config.ini": portConfig, "sai.profile": "x"}, "", `sai.profile:1: "x": want key=value`},
		"no mode": {map[string]string{"platform.json": platformJSON, "hwsku.json": `{"interfaces":{"Ethernet4":{}}}`}, "",
			`hwsku.json: interfaces.Ethernet4.default_brkout_mode: "": missing`},
		"unknown mode": {map[string]string{"platform.json": platformJSON, "hwsku.json": `{"interfaces":{"Ethernet4":{"default_brkout_mode":"2x50G"}}}`}, "",
			`hwsku.json: interfaces.Ethernet4.default_brkout_mode: "2x50G": breakout mode "2x50G": Ethernet4 has 1x100G`},
		"lanes twice": {map[string]string{"hwsku.json": `{"interfaces":{"Ethernet0":{"default_brkout_mode":"1x1G"},"Ethernet4":{"default_brkout_mode":"1x1G"}}}`,
			"platform.json": `{"interfaces":{"Ethernet0":{"index":"0","lanes":"1","breakout_modes":{"1x1G":["a"]}},"Ethernet4":{"index":"0","lanes":"1","breakout_modes":{"1x1G":["b"]}}}}`}, "",
			`platform.json: interfaces.Ethernet4.lanes: "1": 1 is Ethernet0's already`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "hwsku")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, dir, c.files)
			s, err := Load(dir)
			if c.err != "" {
				if err == nil || !strings.HasSuffix(err.Error(), c.err) {
					t.Errorf("got  %v\nwant %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range s.Ports {
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != c.ports {
				t.Errorf("ports %s, want %s", got, c.ports)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestLaneMap(t *testing.T) {
	m, err := ParseLaneMap("lanemap.ini", []byte("; comment\neth1:25,26,27,28\r\n\n0:eth2:1\n1:eth1:25,26\n"))
	want := LaneMap{{Netdev: "eth1", Lanes: []uint32{25, 26, 27, 28}}, {Netdev: "eth2", Lanes: []uint32{1}}, {Switch: 1, Netdev: "eth1", Lanes: []uint32{25, 26}}}
	if diff := cmp.Diff(want, m); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if m.Netdev(27) != "eth1" || m.Netdev(2) != "" || m.Lanes("eth9") != nil {
		t.Errorf("lane 27 is %q's, lane 2 %q's, eth9 has %v", m.Netdev(27), m.Netdev(2), m.Lanes("eth9"))
	}
	if b := BuiltinLaneMap(); len(b) != 32 || !cmp.Equal(b.Lanes("eth0"), []uint32{29, 30, 31, 32}) || b.Netdev(128) != "eth25" {
		t.Errorf("built-in lane map %v", b)
	}
}

func TestProfile(t *testing.T) {
	p, err := ParseProfile("sai.profile", []byte("# x\nSAI_VS_SWITCH_TYPE = SAI_VS_SWITCH_TYPE_BCM56850 \nSAI_VS_HOSTIF_USE_TAP_DEVICE=true\nA=b=c\nA=\n"))
	want := Profile{SwitchType: "SAI_VS_SWITCH_TYPE_BCM56850", UseTap: "true", "A": ""}
	if diff := cmp.Diff(want, p); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if !p.Bool(UseTap, false) || p.Bool("A", true) || !p.Bool(BFDOffload, true) || Profile(nil).Bool(UseTap, false) {
		t.Error("Bool")
	}
}

func TestDefault(t *testing.T) {
	s := Default()
	if len(s.Ports) != 32 || len(s.LaneMap) != 32 || !s.Profile.Bool(UseTap, false) {
		t.Fatalf("%+v", s)
	}
	set := newPortSet()
	sum := uint32(0)
	for i := range s.Ports {
		if _, value, reason := set.add(&s.Ports[i]); reason != "" {
			t.Error(value, reason)
		}
		for _, l := range s.Ports[i].Lanes {
			sum += l
		}
	}
	if sum != 128*129/2 {
		t.Errorf("not all lanes from 1 to 128: sum %d", sum)
	}
	want := Port{Name: "Ethernet124", Alias: "fortyGigE0/124", Lanes: []uint32{97, 98, 99, 100}, Index: 31, Speed: 40000}
	if diff := cmp.Diff(want, s.Ports[31]); diff != "" {
		t.Error(diff)
	}
	if s.LaneMap.Netdev(s.Ports[1].Lanes[0]) != "eth2" {
		t.Errorf("Ethernet4 is %s", s.LaneMap.Netdev(s.Ports[1].Lanes[0]))
	}
}

func TestFilterPorts(t *testing.T) {
	for name, c := range map[string]struct {
		present string
		want    string
	}{
		"four":       {"lo eth0 eth1 eth2 eth3 eth4", "Ethernet0=eth1 Ethernet4=eth2 Ethernet8=eth3 Ethernet12=eth4"},
		"gap":        {"eth3", "Ethernet8=eth3"},
		"by name":    {"Ethernet4 eth1", "Ethernet0=eth1 Ethernet4=eth2"},
		"both":       {"Ethernet4 eth2", "Ethernet4=eth2"},
		"not a port": {"eth0 eth33 Ethernet1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := FilterPorts(Default(), strings.Fields(c.present))
			var got []string
			for _, p := range s.Ports {
				got = append(got, p.Name+"="+s.LaneMap.Netdev(p.Lanes[0]))
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("got %s, want %s", g, c.want)
			}
		})
	}
}

// TestFilterBreakouts has two ports on the lanes of one netdev, and keeps the cage they come from.
func TestFilterBreakouts(t *testing.T) {
	cages, err := ParsePlatform("platform.json", []byte(platformJSON))
	if err != nil {
		t.Fatal(err)
	}
	ports, err := cages[0].Ports("2x200G")
	if err != nil {
		t.Fatal(err)
	}
	s := FilterPorts(SKU{Ports: ports, Breakouts: cages, LaneMap: LaneMap{{Netdev: "eth1", Lanes: cages[0].Lanes}}}, []string{"eth1"})
	if len(s.Ports) != 1 || s.Ports[0].Name != "Ethernet8" || len(s.Breakouts) != 1 || s.Breakouts[0].Port != "Ethernet8" {
		t.Errorf("%+v", s)
	}
}
