package cfgmgr

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// port copies the port with its defaults to APPL_DB and gives its netdev, which the SAI host interface makes, its MTU, MAC address and state.
func port(tx *engine.Tx, name string, r tables.PortRow) error {
	if err := checkPort(name, r); err != nil {
		return err
	}
	if mtu, ok := memberMTU(tx, name); ok {
		r.MTU = mtu
	}
	engine.Publish(tx, tables.ApplPort, name, r)
	l := linux.LinkKey{Name: name}
	engine.Set(tx, l, linux.LinkAdmin(bool(r.AdminStatus)), linux.LinkMTU(r.MTU))
	own, _ := engine.Get(tx, tables.ConfigInterface, tables.InterfaceKey{Name: name})
	if mac := firstMAC(own.MAC, switchMAC(tx)); mac != nil {
		engine.Set(tx, l, linux.LinkMAC(*mac))
	}
	return nil
}

func checkPort(name string, r tables.PortRow) error {
	if linux.HostKindOf(name) != linux.HostPort {
		return badKey(tables.ConfigPort, name, "is not a port name (Ethernet0, Ethernet4 ...)")
	}
	if err := linux.CheckName(name); err != nil {
		return badKey(tables.ConfigPort, name, err.Error())
	}
	if len(r.Lanes) == 0 {
		return badField(tables.ConfigPort, name, "lanes", "", "is missing")
	}
	return nil
}

// memberMTU is the MTU of the LAG that a port is a member of: it is the member's too (sonic-contract 4.5).
func memberMTU(tx *engine.Tx, port string) (uint32, bool) {
	for k := range engine.Each(tx, tables.ConfigLagMember) {
		if k.Port != port {
			continue
		}
		if r, ok := engine.Get(tx, tables.ConfigLag, k.Lag); ok && checkLag(k.Lag) == nil {
			return r.MTU, true
		}
	}
	return 0, false
}

// portConfigDone tells the orchestration agent that it knows all ports; it comes behind their rows, and also when there are none
// (sonic-contract 2.9). Malformed ports do not count, or one of them would keep the switch from starting. Once it has come it stays, whatever ports
// are added later: a row of facts remembers it.
func portConfigDone(tx *engine.Tx) error {
	_, done := engine.Get(tx, tables.FactPortInit, tables.PortConfigDone)
	count, rows := 0, []engine.Key(nil)
	for name, r := range engine.Each(tx, tables.ConfigPort) {
		if checkPort(name, r) != nil {
			continue
		}
		if count++; !done {
			rows = append(rows, engine.Row(tables.ApplPort, name))
		}
	}
	engine.Publish(tx, tables.ApplPortConfigDone, tables.PortConfigDone, tables.PortConfigDoneRow{Count: count}, rows...)
	told := engine.Row(tables.ApplPortConfigDone, tables.PortConfigDone)
	engine.Publish(tx, tables.FactPortInit, tables.PortConfigDone, tables.PortInitDoneRow{}, told)
	return nil
}
