package netsync

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// link tells STATE_DB that the netdev of a configured port or sub-interface is there, and how it is. A sub-interface stands among the LAGs if its
// parent is one.
func link(tx *engine.Tx, name string, f tables.LinkFact) error {
	switch linux.HostKindOf(name) {
	case linux.HostPort:
		if _, configured := engine.Get(tx, tables.ConfigPort, name); configured {
			engine.Publish(tx, tables.StatePort, name, tables.PortStateRow{OperStatus: f.Oper, Admin: f.Admin, MTU: f.MTU})
		}
	case linux.HostSub:
		if _, configured := engine.Get(tx, tables.ConfigSubInterface, tables.InterfaceKey{Name: name}); !configured {
			return nil
		}
		if strings.HasPrefix(name, "Po") {
			engine.Publish(tx, tables.StateLag, name, tables.LagStateRow{OperStatus: f.Oper, Admin: f.Admin, MTU: f.MTU})
		} else {
			engine.Publish(tx, tables.StatePort, name, tables.PortStateRow{OperStatus: f.Oper, Admin: f.Admin, MTU: f.MTU})
		}
	}
	return nil
}

// portInitDone tells that all ports' netdevs have been there (sonic-contract 2.9). Once said it stays, whatever ports are added later: a row of
// facts remembers it.
func portInitDone(tx *engine.Tx) error {
	if _, done := engine.Get(tx, tables.FactPortInit, tables.PortInitDone); !done && !portsSeen(tx) {
		return nil
	}
	row := tables.PortInitDoneRow{Lanes: "0"}
	engine.Publish(tx, tables.FactPortInit, tables.PortInitDone, row)
	engine.Publish(tx, tables.ApplPortInitDone, tables.PortInitDone, row)
	return nil
}

func portsSeen(tx *engine.Tx) bool {
	for name := range engine.Each(tx, tables.ConfigPort) {
		// Names that no port can have are quarantined elsewhere; waiting for them would keep the switch from starting.
		if linux.HostKindOf(name) != linux.HostPort {
			continue
		}
		if _, there := engine.Get(tx, tables.FactLink, name); !there {
			return false
		}
	}
	return true
}
