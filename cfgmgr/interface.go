package cfgmgr

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// interfaceTable is one of the five tables of router interfaces: they differ in the names they hold.
type interfaceTable struct {
	table db.Table[tables.InterfaceKey, tables.InterfaceRow]
	kind  linux.HostKind
	what  string // of a name that belongs there
}

func interfaceTables() []interfaceTable {
	return []interfaceTable{
		{tables.ConfigInterface, linux.HostPort, "a port"},
		{tables.ConfigLagInterface, linux.HostLag, "a PortChannel"},
		{tables.ConfigVlanInterface, linux.HostVlan, "a VLAN"},
		{tables.ConfigLoopbackInterface, linux.HostLoopback, "a loopback"},
		{tables.ConfigSubInterface, linux.HostSub, "a sub-interface"},
	}
}

func (t interfaceTable) translate(tx *engine.Tx, k tables.InterfaceKey, r tables.InterfaceRow) error {
	if linux.HostKindOf(k.Name) != t.kind {
		return badKey(t.table, k, fmt.Sprintf("does not name %s", t.what))
	}
	if err := linux.CheckName(k.Name); err != nil {
		return badKey(t.table, k, err.Error())
	}
	if k.Prefix.IsValid() {
		return address(tx, t.table, k)
	}
	return t.routerInterface(tx, k, r)
}

// routerInterface tells APPL_DB of a router interface once its netdev and its VRF are there (sonic-contract 4.6).
func (t interfaceTable) routerInterface(tx *engine.Tx, k tables.InterfaceKey, r tables.InterfaceRow) error {
	l := linux.LinkKey{Name: k.Name}
	row := applInterface(t.kind, r)
	var err error
	switch t.kind {
	case linux.HostLoopback:
		engine.Want(tx, l, linux.LinkHost(linux.HostLoopback), linux.LinkAdmin(r.AdminStatus == nil || bool(*r.AdminStatus)))
	case linux.HostSub:
		if row, err = subInterface(tx, k, row); err != nil {
			return err
		}
	}
	after := []engine.Key{l}
	if r.VrfName != "" {
		if err := checkVrfName(r.VrfName); err != nil {
			return badField(t.table, k, "vrf_name", r.VrfName, err.Error())
		}
		after = append(after, engine.Row(tables.StateVrf, r.VrfName))
		if kernelHasVrf(tx) {
			engine.Set(tx, l, linux.LinkMaster(linux.VrfKey{Name: r.VrfName}))
		}
	}
	sysctls(tx, l, t.kind, r)
	engine.Publish(tx, tables.ApplInterface, k, row, after...)
	engine.Publish(tx, tables.StateInterface, k, tables.InterfaceStateRow{Vrf: r.VrfName}, engine.Row(tables.ApplInterface, k))
	return nil
}

// applInterface is the interface's row as intfmgrd writes it: an address of zeros says that the switch's own is meant, and ARP options are
// passed on for VLANs only.
func applInterface(kind linux.HostKind, r tables.InterfaceRow) tables.InterfaceRow {
	r.Scope, r.Family = "", ""
	if r.MAC == nil {
		r.MAC = &tables.MAC{}
	}
	if kind != linux.HostVlan {
		r.ProxyARP, r.GratARP, r.AnycastGateway = nil, nil, nil
	}
	if kind != linux.HostSub {
		r.Vlan = nil
	}
	return r
}

// sysctls are the kernel's part of an interface's options.
func sysctls(tx *engine.Tx, l linux.LinkKey, kind linux.HostKind, r tables.InterfaceRow) {
	engine.Want(tx, ipv6(l), linux.SysctlValue("0"))
	if kind == linux.HostLoopback {
		return
	}
	if r.ProxyARP != nil {
		engine.Want(tx, linux.IPv4Conf(l, "proxy_arp_pvlan"), linux.SysctlValue(bit(bool(*r.ProxyARP))))
	}
	if r.GratARP != nil {
		engine.Want(tx, linux.IPv4Conf(l, "arp_accept"), linux.SysctlValue(bit(bool(*r.GratARP))))
	}
	if r.MPLS != nil && bool(*r.MPLS) {
		engine.Want(tx, linux.MPLSConf(l, "input"), linux.SysctlValue("1"))
	}
}

// ipv6 is the switch for IPv6 on a link: new links have none, as most are no interfaces.
func ipv6(l linux.LinkKey) linux.SysctlKey { return linux.IPv6Conf(l, "disable_ipv6") }

func bit(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// address puts an address on a router interface. It waits for the interface's own row: without one it is blocked on it, which is no error. The
// kernel's address is not even wanted then, or it would hold an interface that is to go.
func address(tx *engine.Tx, t db.Table[tables.InterfaceKey, tables.InterfaceRow], k tables.InterfaceKey) error {
	ip := k.Prefix.Addr()
	if ip.Is4In6() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLoopback() {
		return badKey(t, k, fmt.Sprintf("has the address %s, which no interface can have", ip))
	}
	a := linux.AddrKey{Link: linux.LinkKey{Name: k.Name}, Prefix: k.Prefix}
	of := engine.Row(tables.StateInterface, tables.InterfaceKey{Name: k.Name})
	if _, configured := engine.Get(tx, t, tables.InterfaceKey{Name: k.Name}); configured {
		engine.Want(tx, a)
		engine.Require(tx, a, of)
		if ip.Is6() {
			engine.Require(tx, a, ipv6(a.Link))
		}
	}
	if ip.Is4() && ip.IsLinkLocalUnicast() {
		return nil // the kernel's only
	}
	row := tables.InterfaceRow{Scope: "global", Family: "IPv4"}
	if ip.Is6() {
		row.Family = "IPv6"
	}
	engine.Publish(tx, tables.ApplInterface, k, row, of)
	engine.Publish(tx, tables.StateAddress, k, tables.AddressStateRow{}, a, engine.Row(tables.ApplInterface, k))
	return nil
}

// interfaceConfigured tells whether a router interface has a row.
func interfaceConfigured(tx *engine.Tx, name string) bool {
	kind := linux.HostKindOf(name)
	for _, t := range interfaceTables() {
		if t.kind == kind {
			_, ok := engine.Get(tx, t.table, tables.InterfaceKey{Name: name})
			return ok
		}
	}
	return false
}

// kernelHasVrf is true unless the kernel is known to lack VRF devices: then interfaces stay in its default VRF, and only the ASIC keeps VRFs apart.
func kernelHasVrf(tx *engine.Tx) bool {
	f, known := engine.Get(tx, tables.FactFeature, tables.FeatureVrf)
	return !known || f.Present
}

// cutSub splits the name of a sub-interface into its parent and number; Eth0.10 and Po1.10 are short for Ethernet0.10 and PortChannel1.10.
func cutSub(name string) (parent, number string, short bool) {
	parent, number, _ = strings.Cut(name, ".")
	for _, p := range [...]struct{ short, long string }{{"Ethernet", ""}, {"PortChannel", ""}, {"Eth", "Ethernet"}, {"Po", "PortChannel"}} {
		if rest, ok := strings.CutPrefix(parent, p.short); ok {
			if p.long == "" {
				return parent, number, false
			}
			return p.long + rest, number, true
		}
	}
	return parent, number, false
}
