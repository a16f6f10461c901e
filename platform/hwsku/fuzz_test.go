package hwsku

import "testing"

func FuzzPortConfig(f *testing.F) {
	f.Add([]byte(portConfig))
	f.Add([]byte("# name lanes\nEthernet0 1,2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ports, err := ParsePortConfig("port_config.ini", b)
		if err != nil {
			return
		}
		set := newPortSet()
		for i := range ports {
			if p := &ports[i]; p.Name == "" || p.Alias == "" || len(p.Lanes) == 0 || len(p.Lanes) > maxLanes || p.Index < -1 {
				t.Fatalf("%+v", p)
			}
			if _, _, reason := set.add(&ports[i]); reason != "" {
				t.Fatal(reason)
			}
		}
		FilterPorts(SKU{Ports: ports, LaneMap: laneMapOf(ports)}, []string{"eth1", "Ethernet0"})
	})
}

func FuzzPlatform(f *testing.F) {
	f.Add([]byte(platformJSON), []byte(`{"interfaces":{"Ethernet0":{"default_brkout_mode":"4x25G[10G]","fec":"rs"}}}`))
	f.Fuzz(func(t *testing.T, platform, hwsku []byte) {
		cages, err := ParsePlatform("platform.json", platform)
		if err != nil {
			return
		}
		for i := range cages {
			for _, m := range cages[i].Modes {
				ports, err := cages[i].Ports(m.Name)
				if err != nil {
					continue
				}
				lanes := 0
				for _, p := range ports {
					lanes += len(p.Lanes)
				}
				if lanes > len(cages[i].Lanes) {
					t.Fatalf("%s in mode %s has %d lanes: %+v", cages[i].Port, m.Name, lanes, ports)
				}
			}
		}
		if choices, err := ParseHwSKU("hwsku.json", hwsku); err == nil {
			breakOut("platform.json", "hwsku.json", cages, choices)
		}
	})
}

func FuzzMode(f *testing.F) {
	for _, s := range []string{"1x100G[40G]", "2x25G(2)+1x50G(2)", "1x100G(4)[50G, 25G]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, err := ParseMode(s)
		if err != nil {
			return
		}
		for _, p := range parts {
			if p.Ports <= 0 || p.Speed == 0 || p.Lanes < 0 {
				t.Fatalf("%q: %+v", s, p)
			}
		}
	})
}

func FuzzLaneMap(f *testing.F) {
	f.Add([]byte("# x\neth1:25,26,27,28\n1:eth2:1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseLaneMap("lanemap.ini", b)
		if err != nil {
			return
		}
		for _, w := range m {
			if w.Switch == 0 && m.Netdev(w.Lanes[0]) != w.Netdev {
				t.Fatalf("lane %d is %q's, not %q's", w.Lanes[0], m.Netdev(w.Lanes[0]), w.Netdev)
			}
		}
	})
}

func FuzzProfile(f *testing.F) {
	f.Add([]byte("# x\nA=b\n; y\nB = c = d\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseProfile("sai.profile", b)
		if _, ok := p[""]; ok && err == nil {
			t.Fatal("empty key")
		}
	})
}
