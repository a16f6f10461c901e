package cfgmgr

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// sag passes the gateway's address on.
func sag(tx *engine.Tx, k string, r tables.SagRow) error {
	switch {
	case k != tables.SagGlobal:
		return badKey(tables.ConfigSag, k, fmt.Sprintf("is not %s", tables.SagGlobal))
	case r.GatewayMAC[0]&1 != 0 || r.GatewayMAC.IsZero():
		return badField(tables.ConfigSag, k, "gateway_mac", r.GatewayMAC, "is not a unicast MAC address")
	}
	engine.Publish(tx, tables.ApplSag, k, r)
	return nil
}

// sagMAC is the address of a VLAN interface that is an anycast gateway; nil of another one.
func sagMAC(tx *engine.Tx, r tables.InterfaceRow) *tables.MAC {
	if !isTrue(r.AnycastGateway) {
		return nil
	}
	s, ok := engine.Get(tx, tables.ConfigSag, tables.SagGlobal)
	if !ok || s.GatewayMAC[0]&1 != 0 {
		return nil
	}
	return &s.GatewayMAC
}
