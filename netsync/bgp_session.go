package netsync

import (
	"context"
	"maps"
	"reflect"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/frr"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// askBgp is how often bgpd is asked for its sessions: it tells of them by itself only in its log. SONiC's bgpmon looks every 15 s.
const askBgp = 2 * time.Second

// BgpSessions follows bgpd's sessions. It is owned by one goroutine at a time.
type BgpSessions struct {
	// Ask returns the sessions; an error says that there is no bgpd, which has none.
	Ask   func(context.Context) ([]frr.Session, error)
	Facts db.Store
	told  map[tables.BgpNeighborKey]tables.BgpSessionRow
}

// Run asks until ctx ends.
func (b *BgpSessions) Run(ctx context.Context) error {
	tick := time.NewTicker(askBgp)
	defer tick.Stop()
	for {
		if err := b.Refresh(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Refresh asks once and notes what differs as facts.
func (b *BgpSessions) Refresh(ctx context.Context) error {
	now := map[tables.BgpNeighborKey]tables.BgpSessionRow{}
	sessions, _ := b.Ask(ctx) // whoever is to configure bgpd says that it is not there
	for _, s := range sessions {
		k, r := sessionRow(s)
		now[k] = r
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var writes []db.Write
	for k, r := range now {
		if was, there := b.told[k]; !there || !reflect.DeepEqual(was, r) {
			writes = append(writes, tables.FactBgpSession.Replace(k, r))
		}
	}
	for k := range maps.Keys(b.told) {
		if _, there := now[k]; !there {
			writes = append(writes, tables.FactBgpSession.Del(k))
		}
	}
	if len(writes) == 0 {
		return nil
	}
	if err := b.Facts.Write(ctx, writes); err != nil {
		return err
	}
	b.told = now
	return nil
}

// sessionRow is a session as SONiC's bgpmon has it, and more.
func sessionRow(s frr.Session) (tables.BgpNeighborKey, tables.BgpSessionRow) {
	k := tables.BgpNeighborKey{Vrf: s.Vrf, Neighbor: tables.Word(s.Neighbor)}
	if s.Vrf == "default" {
		k.Vrf = ""
	}
	r := tables.BgpSessionRow{State: s.State, RemoteAS: s.RemoteAS, LocalAS: s.LocalAS, Transitions: s.Established, Since: s.Since}
	switch {
	case s.RemoteAS == 0:
	case s.RemoteAS == s.LocalAS:
		r.PeerType = "i-BGP"
	default:
		r.PeerType = "e-BGP"
	}
	for family, p := range s.Families {
		switch family {
		case "ipv4Unicast":
			r.IPv4Received, r.IPv4Sent = &p.Received, &p.Sent
		case "ipv6Unicast":
			r.IPv6Received, r.IPv6Sent = &p.Received, &p.Sent
		case "l2VpnEvpn":
			r.EvpnReceived, r.EvpnSent = &p.Received, &p.Sent
		}
	}
	return k, r
}

func bgpSession(tx *engine.Tx, k tables.BgpNeighborKey, r tables.BgpSessionRow) error {
	engine.Publish(tx, tables.StateBgpSession, k, r)
	return nil
}
