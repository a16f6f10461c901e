package hwsku

import "slices"

// FilterPorts reduces a model to the ports whose netdev is present (sonic-contract 3.5: a container with 4 veths is a 4-port switch). A
// port's netdev is the lane map's (eth2 for the second port), or else one with the port's own name, as topologies may have it (lab.md 1.7); the
// lane map of the result has the netdevs as they are. Ports keep their names: with eth3 alone, the switch has Ethernet8. A netdev serves one
// port: of several on its lanes, the first.
func FilterPorts(s SKU, present []string) SKU {
	out := SKU{Profile: s.Profile}
	free := map[string]bool{}
	for _, name := range present {
		free[name] = true
	}
	for _, p := range s.Ports {
		netdev := s.LaneMap.Netdev(p.Lanes[0])
		if !free[netdev] {
			if netdev = p.Name; !free[netdev] {
				continue
			}
		}
		free[netdev] = false
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
