package hwsku

import "slices"

// FilterPorts reduces a model to the ports whose netdev is present (sonic-contract 3.5: a container with 4 veths is a 4-port switch). A
// port's netdev is the lane map's (eth2 for the second port); one with the port's own name, as topologies may have it (lab.md 1.7), stands for that
// and is given its name later. Ports keep their names: with eth3 alone, the switch has Ethernet8. A netdev serves one port: of several on its
// lanes, the first.
func FilterPorts(s SKU, present []string) SKU {
	out := SKU{Profile: s.Profile}
	there, taken := map[string]bool{}, map[string]bool{}
	for _, name := range present {
		there[name] = true
	}
	for _, p := range s.Ports {
		netdev := s.LaneMap.Netdev(p.Lanes[0])
		if taken[netdev] || !there[netdev] && !there[p.Name] {
			continue
		}
		taken[netdev] = true
		out.Ports = append(out.Ports, p)
		out.LaneMap = append(out.LaneMap, Wire{Netdev: netdev, Lanes: p.Lanes})
	}
	for _, b := range s.Breakouts {
		if slices.ContainsFunc(b.Lanes, func(l uint32) bool { return out.LaneMap.Netdev(l) != "" }) {
			out.Breakouts = append(out.Breakouts, b)
		}
	}
	return out
}
