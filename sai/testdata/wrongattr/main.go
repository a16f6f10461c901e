// This program must not compile: it gives a port's attribute to a VLAN.
package main

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
)

func main() {
	var tx *engine.Tx
	engine.Want(tx, sai.VlanKey{ID: 100}, sai.PortMtu(9100))
}
