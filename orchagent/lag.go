package orchagent

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

func lag(tx *engine.Tx, name string, r tables.ApplLagRow) error {
	k := sai.LagKey{Name: name}
	engine.Want(tx, k)
	option(tx, "tpid", r.TPID, tables.ParseTPID, func(tpid uint16) {
		if tpid != defaultTPID {
			engine.Set(tx, k, sai.LagTpid(tpid))
		}
	})
	option(tx, "learn_mode", r.LearnMode, tables.ParseLearnMode, func(string) {}) // its bridge port has it
	engine.PublishIdentity(tx, tables.CountersLagName, name, k)
	return nil
}

// lagMember says whether a member carries frames. A port belongs to one LAG, the first by name, and not at all if it is a router interface.
func lagMember(tx *engine.Tx, k tables.LagMemberKey, r tables.ApplLagMemberRow) error {
	if _, routed := engine.Get(tx, tables.ApplInterface, tables.InterfaceKey{Name: k.Port}); routed {
		return fmt.Errorf("%s is a router interface and cannot be a member of %s", k.Port, k.Lag)
	}
	if first, _ := lagOf(tx, k.Port); first != k.Lag {
		return fmt.Errorf("%s is a member of %s and cannot be a member of %s", k.Port, first, k.Lag)
	}
	closed := !bool(r.Status)
	m := sai.LagMemberKey{Lag: sai.LagKey{Name: k.Lag}, Port: sai.PortKey{Name: k.Port}}
	useOf(tx, m, k.Port)
	engine.Want(tx, m, sai.LagMemberIngressDisable(closed), sai.LagMemberEgressDisable(closed))
	return nil
}

// lagOf is the LAG that a port belongs to.
func lagOf(tx *engine.Tx, port string) (string, bool) {
	for k := range engine.Each(tx, tables.ApplLagMembership) {
		if k.Port == port {
			return k.Lag, true
		}
	}
	return "", false
}
