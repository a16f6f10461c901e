package orchagent

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// frameOverhead is what SAI counts into a port's MTU beside the configured one: Ethernet header 14, FCS 4, VLAN tag 4 (sonic-contract 4.3).
const frameOverhead = 22

// port wants the port, its host interface, and the rows that say how it is. PortConfigDone and PortInitDone share the table and are no
// ports; neither is a row that holds only what orchagent wrote into it.
func port(tx *engine.Tx, name string, r tables.PortRow) error {
	if name == tables.PortConfigDone || name == tables.PortInitDone || len(r.Lanes) == 0 {
		return nil
	}
	p := sai.PortKey{Name: name}
	oper, _ := engine.Get(tx, tables.FactPortOper, name)
	engine.Want(tx, p, portAttributes(r)...)
	engine.Want(tx, sai.HostifKey{Name: name}, sai.HostifTypeAttr(sai.HostifTypeNetdev), sai.HostifObjID(p), sai.HostifOperStatus(oper.Up))
	engine.PublishIdentity(tx, tables.CountersPortName, name, p)
	engine.Publish(tx, tables.ApplPortOper, name, tables.PortOperRow{
		OperStatus: tables.UpDown(oper.Up), FlapCount: oper.FlapCount, LastUpTime: oper.LastUpTime, LastDownTime: oper.LastDownTime,
	}, p)
	state := tables.PortAsicStateRow{HostTxReady: bool(r.AdminStatus)}
	if oper.Up {
		state.Speed, state.FEC = oper.Speed, r.FEC
	}
	engine.Publish(tx, tables.StatePortAsic, name, state, p)
	return nil
}

// portAttributes are what the row configures. Package objects knows in which order a port takes them.
func portAttributes(r tables.PortRow) []engine.Attr[sai.PortKey] {
	a := []engine.Attr[sai.PortKey]{sai.PortHwLaneList(r.Lanes...)}
	if r.Autoneg != nil {
		a = append(a, sai.PortAutoNegMode(bool(*r.Autoneg)))
	}
	if r.LinkTraining != nil {
		a = append(a, sai.PortLinkTrainingEnable(bool(*r.LinkTraining)))
	}
	if r.Speed != 0 {
		a = append(a, sai.PortSpeed(r.Speed))
	}
	a = append(a, sai.PortMtu(r.MTU+frameOverhead))
	switch r.FEC {
	case tables.FECNone:
		a = append(a, sai.PortFecModeAttr(sai.PortFecModeNone))
	case tables.FECRS:
		a = append(a, sai.PortFecModeAttr(sai.PortFecModeRs))
	case tables.FECFC:
		a = append(a, sai.PortFecModeAttr(sai.PortFecModeFc))
	}
	return append(a, sai.PortAdminState(bool(r.AdminStatus)))
}

// l2Port is the port or LAG of that name.
func l2Port(name string) sai.L2Port {
	if isLag(name) {
		return sai.LagKey{Name: name}
	}
	return sai.PortKey{Name: name}
}

func isLag(name string) bool { return strings.HasPrefix(name, "PortChannel") }

// operUp says whether next hops on an interface may carry traffic: the port's or LAG's state counts, a sub-interface has its parent's. A VLAN
// interface has no single link, and counts as up.
func operUp(tx *engine.Tx, name string) bool {
	parent, _, _ := splitSubInterface(name)
	switch {
	case isLag(parent):
		r, ok := engine.Get(tx, tables.ApplLagOper, parent)
		return ok && bool(r.OperStatus)
	case strings.HasPrefix(parent, "Vlan"):
		return true
	}
	r, ok := engine.Get(tx, tables.FactPortOper, parent)
	return ok && r.Up
}
