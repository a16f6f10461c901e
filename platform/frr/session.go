package frr

import (
	"encoding/json"
	"fmt"
)

// Session is a neighbour of bgpd's in a VRF.
type Session struct {
	Vrf, Neighbor string // Vrf is "default" for the default one; Neighbor is an address or an interface
	State         string // in FRR's words: Established, Active, Idle (Admin) ...
	RemoteAS      uint32 // 0: not known yet
	LocalAS       uint32
	Established   uint64 // how often it was
	Since         int64  // when it was last, in seconds since 1970; 0: it is not
	Families      map[string]Prefixes
}

// Prefixes are counts of an address family, by FRR's name of it: ipv4Unicast, ipv6Unicast, l2VpnEvpn.
type Prefixes struct{ Received, Sent uint64 }

// SessionsCommand asks bgpd for all neighbours of all VRFs.
const SessionsCommand = "show bgp vrf all summary json"

// ParseSessions reads what bgpd prints: an object of VRFs, of families, of neighbours. Without an instance it prints an empty one, or nothing.
func ParseSessions(text []byte) ([]Session, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var vrfs map[string]map[string]json.RawMessage
	if err := json.Unmarshal(text, &vrfs); err != nil {
		return nil, fmt.Errorf("%s: %w", SessionsCommand, err)
	}
	var out []Session
	for vrf, families := range vrfs {
		at := map[string]int{} // of neighbours in out
		for family, raw := range families {
			var f struct {
				Peers map[string]struct {
					RemoteAS, LocalAS          uint32
					PfxRcd, PfxSnt             uint64
					State                      string
					ConnectionsEstablished     uint64
					PeerUptimeEstablishedEpoch int64
				}
			}
			if json.Unmarshal(raw, &f) != nil {
				continue // warnings stand beside families
			}
			for name, p := range f.Peers {
				i, known := at[name]
				if !known {
					i = len(out)
					at[name] = i
					out = append(out, Session{
						Vrf: vrf, Neighbor: name, State: p.State, RemoteAS: p.RemoteAS, LocalAS: p.LocalAS, Established: p.ConnectionsEstablished,
						Since: p.PeerUptimeEstablishedEpoch, Families: map[string]Prefixes{},
					})
				}
				out[i].Families[family] = Prefixes{Received: p.PfxRcd, Sent: p.PfxSnt}
			}
		}
	}
	return out, nil
}
