package netsync

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/lacp"
	"github.com/hypersonic-nos/hypersonic/platform/lacp/machine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The priorities of teamd, of which partners may be told.
const (
	lacpSystemPriority = 65535
	lacpPortPriority   = 255
)

// autoKey is the lacp_key that asks for one made of the LAG's number.
const autoKey = "auto"

// takePart wants a member in LACP, and publishes how it is. The system is the LAG's netdev, which has the switch's MAC address.
func takePart(tx *engine.Tx, k tables.LagMemberKey, r tables.LagRow) {
	system, there := engine.Get(tx, tables.FactLink, k.Lag)
	port, portThere := engine.Get(tx, tables.FactLink, k.Port)
	if !there || !portThere || system.MAC == nil || port.MAC == nil {
		return
	}
	group := machine.Config{
		System: machine.System{Priority: lacpSystemPriority, MAC: machine.MAC(*system.MAC)}, Key: lacpKey(k.Lag, r.LacpKey),
		Active: !r.Passive(), Fast: r.FastRate, Fallback: r.Fallback,
	}
	up := bool(port.Admin) && bool(port.Oper)
	engine.Want(tx, lacp.PortKey{Lag: k.Lag, Port: k.Port}, lacp.With(lacp.Settings{
		Group: group, Port: machine.PortConfig{MAC: machine.MAC(*port.MAC), Number: numberIn(k.Port) + 1, Priority: lacpPortPriority}, Index: port.Index, Up: up,
	}))
	if f, told := engine.Get(tx, tables.FactLacp, k); told {
		row := memberState(f, up)
		row.MAC, row.Index = *port.MAC, port.Index
		if f.Selected {
			row.Aggregator = system.Index
		}
		engine.Publish(tx, tables.StateLagMember, k, row, engine.Row(tables.StateLag, k.Lag))
		if sides := churns(f); sides != "" {
			engine.Complain(tx, fmt.Errorf("LACP: no agreement for a minute (%s churn)", sides))
		}
	}
}

func churns(f tables.LacpFact) string {
	switch {
	case f.ActorChurn && f.PartnerChurn:
		return "actor and partner"
	case f.ActorChurn:
		return "actor"
	case f.PartnerChurn:
		return "partner"
	}
	return ""
}

// lacpKey is a LAG's key: as configured, or made of its number as SONiC does, which sets a 1 before it.
func lacpKey(lag, configured string) uint16 {
	if n, err := strconv.ParseUint(configured, 10, 16); err == nil && configured != autoKey {
		return uint16(n)
	}
	n, _ := strconv.Atoi("1" + strings.TrimPrefix(lag, "PortChannel"))
	return uint16(n % 65535)
}

// numberIn is the number at the end of a port's name, which tells ports apart and stays.
func numberIn(port string) uint16 {
	n, _ := strconv.ParseUint(strings.TrimLeft(port, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), 10, 16)
	return uint16(n)
}

func memberState(f tables.LacpFact, up bool) tables.LagMemberStateRow {
	state := "current"
	switch s := machine.State(f.Actor.State); {
	case !up:
		state = "disabled"
	case s&machine.Expired != 0:
		state = "expired"
	case s&machine.Defaulted != 0:
		state = "defaulted"
	}
	return tables.LagMemberStateRow{
		LinkUp: up, WatchUp: up, Aggregated: f.Selected, Selected: f.Selected, State: state,
		ActorSystem: f.Actor.System, ActorSystemPriority: f.Actor.SystemPriority, ActorKey: f.Actor.Key, ActorPort: f.Actor.Port,
		ActorPortPriority: f.Actor.PortPriority, ActorState: f.Actor.State,
		PartnerSystem: f.Partner.System, PartnerSystemPrio: f.Partner.SystemPriority, PartnerKey: f.Partner.Key, PartnerPort: f.Partner.Port,
		PartnerPortPriority: f.Partner.PortPriority, PartnerState: f.Partner.State,
	}
}

// LacpFacts writes what the agent of LACP reports, as facts.
func LacpFacts(facts db.Store) func(context.Context, []lacp.Report) error {
	return func(ctx context.Context, reports []lacp.Report) error {
		writes := make([]db.Write, len(reports))
		for i, r := range reports {
			k := tables.LagMemberKey{Lag: r.Key.Lag, Port: r.Key.Port}
			if r.Gone {
				writes[i] = tables.FactLacp.Del(k)
				continue
			}
			writes[i] = tables.FactLacp.Replace(k, tables.LacpFact{
				Carries: r.Member.Carries, Selected: r.Member.Selected, Actor: lacpInfo(r.Member.Actor), Partner: lacpInfo(r.Member.Partner),
				ActorChurn: r.Member.Churns.Actor, PartnerChurn: r.Member.Churns.Partner,
			})
		}
		return facts.Write(ctx, writes)
	}
}

func lacpInfo(i machine.Info) tables.LacpInfo {
	return tables.LacpInfo{
		SystemPriority: i.System.Priority, System: tables.MAC(i.System.MAC), Key: i.Key, PortPriority: i.PortPriority, Port: i.Port, State: uint8(i.State),
	}
}
