package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// check says what is wrong with the candidate that was not wrong before: a row that has been bad for long keeps nobody from changing another.
func (c *candidate) check() []error {
	found := faults(c)
	if len(found) == 0 {
		return nil
	}
	known := map[string]bool{}
	for _, err := range faults(&candidate{now: c.was}) {
		known[err.Error()] = true
	}
	return slices.DeleteFunc(found, func(err error) bool { return known[err.Error()] })
}

// faults are all rows that are wrong by themselves or together with others (the references and exclusions of SONiC's YANG models).
func faults(c *candidate) []error {
	out := configjson.Check(rows(c.now), tables.Config())
	k := newCrossCheck(c)
	k.members()
	k.interfaces()
	k.vrfs()
	return append(out, k.errs...)
}

// crossCheck looks at rows together.
type crossCheck struct {
	*candidate
	errs     []error
	lagOf    map[string]string // of a member port
	routed   map[string]bool   // ports and LAGs with a router interface
	anyPorts bool              // a configuration without ports gets the SKU's: nothing is known of them here
}

func newCrossCheck(c *candidate) *crossCheck {
	k := &crossCheck{candidate: c, lagOf: map[string]string{}, routed: map[string]bool{}}
	k.anyPorts = len(c.keysOf(tables.ConfigPort.Schema)) > 0
	for _, t := range []db.Table[tables.InterfaceKey, tables.InterfaceRow]{tables.ConfigInterface, tables.ConfigLagInterface} {
		for _, e := range rowsOf(c, t) {
			k.routed[e.Key.Name] = true
		}
	}
	return k
}

func (k *crossCheck) fault(t *db.Schema, key, format string, args ...any) {
	k.errs = append(k.errs, fmt.Errorf("%s: %s", fullKey(t, key), fmt.Sprintf(format, args...)))
}

func (k *crossCheck) members() {
	t := tables.ConfigLagMember
	for _, e := range rowsOf(k.candidate, t) {
		text := t.EncodeKey(e.Key)
		switch other := k.lagOf[e.Key.Port]; {
		case !has(k.candidate, tables.ConfigLag, e.Key.Lag):
			k.fault(t.Schema, text, "%s does not exist", e.Key.Lag)
		case !k.isPort(e.Key.Port):
			k.fault(t.Schema, text, "%s does not exist", e.Key.Port)
		case other != "":
			k.fault(t.Schema, text, "%s is a member of %s too", e.Key.Port, other)
		case k.routed[e.Key.Port]:
			k.fault(t.Schema, text, "%s is a router interface", e.Key.Port)
		}
		k.lagOf[e.Key.Port] = e.Key.Lag
	}
	m := tables.ConfigVlanMember
	untagged := map[string]tables.VlanID{}
	for _, e := range rowsOf(k.candidate, m) {
		text, port := m.EncodeKey(e.Key), e.Key.Port
		switch {
		case !has(k.candidate, tables.ConfigVlan, e.Key.Vlan):
			k.fault(m.Schema, text, "%s does not exist", e.Key.Vlan)
		case !k.isPort(port) && !has(k.candidate, tables.ConfigLag, port):
			k.fault(m.Schema, text, "%s does not exist", port)
		case k.lagOf[port] != "":
			k.fault(m.Schema, text, "%s is a member of %s", port, k.lagOf[port])
		case k.routed[port]:
			k.fault(m.Schema, text, "%s is a router interface", port)
		case e.Row.Tagging == tables.Untagged && untagged[port] != 0:
			k.fault(m.Schema, text, "%s is an untagged member of %s too", port, untagged[port])
		}
		if e.Row.Tagging == tables.Untagged {
			untagged[port] = e.Key.Vlan
		}
	}
}

// interfaces holds that a router interface is one of something, and an address one of a router interface.
func (k *crossCheck) interfaces() {
	for _, t := range interfaceTables() {
		for _, e := range rowsOf(k.candidate, t) {
			text := t.EncodeKey(e.Key)
			if e.Key.Prefix.IsValid() {
				if !has(k.candidate, t, tables.InterfaceKey{Name: e.Key.Name}) {
					k.fault(t.Schema, text, "there is no row %s for the interface", fullKey(t.Schema, e.Key.Name))
				}
				continue
			}
			if !k.exists(e.Key.Name) {
				k.fault(t.Schema, text, "%s does not exist", e.Key.Name)
			}
		}
	}
}

// exists tells whether there is a port, LAG or VLAN of the name, or for a sub-interface its parent. Loopbacks exist by their own row.
func (k *crossCheck) exists(name string) bool {
	parent, _, _ := strings.Cut(name, subInterface)
	switch {
	case strings.HasPrefix(parent, ethernet):
		return k.isPort(parent)
	case strings.HasPrefix(parent, portChannel):
		return has(k.candidate, tables.ConfigLag, parent)
	case strings.HasPrefix(parent, vlanPrefix):
		id, err := tables.ParseVlanID(parent)
		return err == nil && has(k.candidate, tables.ConfigVlan, id)
	}
	return true
}

func (k *crossCheck) isPort(name string) bool {
	return !k.anyPorts || has(k.candidate, tables.ConfigPort, name)
}

func (k *crossCheck) vrfs() {
	for _, t := range interfaceTables() {
		for _, e := range rowsOf(k.candidate, t) {
			if vrf := e.Row.VrfName; strings.HasPrefix(vrf, vrfPrefix) && !has(k.candidate, tables.ConfigVrf, vrf) {
				k.fault(t.Schema, t.EncodeKey(e.Key), "VRF %s does not exist", vrf)
			}
		}
	}
}
