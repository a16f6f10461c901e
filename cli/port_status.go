package cli

import (
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// subPort is the word that wants sub-interfaces.
const subPort = "subport"

// interfaceStatus is `show interfaces status`: ports and LAGs, or the sub-interfaces.
func interfaceStatus(v *view, args []string) error {
	ports, err := v.ports()
	if err != nil {
		return err
	}
	l, err := v.lags()
	if err != nil {
		return err
	}
	if name := arg(args, 0); name == subPort || strings.Contains(name, subInterface) {
		return v.subInterfaceStatus(name, ports, l)
	}
	vlans, err := read(v, tables.ConfigVlanMember)
	if err != nil {
		return err
	}
	trunk := map[string]bool{}
	for _, m := range vlans {
		trunk[m.Key.Port] = true
	}
	t := grid.Table{Right: true, Header: []string{"Interface", "Lanes", "Speed", "MTU", "FEC", "Alias", "Vlan", "Oper", "Admin", "Type", "Asym PFC"}}
	for i := range ports {
		t.Rows = append(t.Rows, ports[i].status(vlanColumn(trunk[ports[i].Name], l.of[ports[i].Name])))
	}
	for _, lag := range l.all {
		if len(lag.members) == 0 {
			continue // as in SONiC: a LAG without members has no speed to show
		}
		t.Rows = append(t.Rows, []string{
			lag.name, notAvailable, speedText(lag.speed(ports)), strconv.Itoa(int(lag.config.MTU)), notAvailable, notAvailable, vlanColumn(trunk[lag.name], ""),
			lag.oper(), lag.admin(), notAvailable, notAvailable,
		})
	}
	natural.Rows(t.Rows)
	if t.Rows, err = wanted(t.Rows, arg(args, 0)); err != nil {
		return err
	}
	return v.print(&t)
}

func vlanColumn(trunk bool, lag string) string {
	switch {
	case lag != "":
		return lag
	case trunk:
		return "trunk"
	}
	return "routed"
}

func (p *port) status(vlan string) []string {
	lanes := make([]string, len(p.Row.Lanes))
	for i, l := range p.Row.Lanes {
		lanes[i] = strconv.Itoa(int(l))
	}
	fec, _ := p.Row.FEC.MarshalText() // never fails
	pfc := notAvailable
	if p.Row.PFCAsym != nil {
		text, _ := p.Row.PFCAsym.MarshalText() // never fails
		pfc = string(text)
	}
	return []string{
		p.Name, orNA(strings.Join(lanes, ",")), speedText(p.speed()), strconv.Itoa(int(p.Row.MTU)), orNA(string(fec)), orNA(p.Row.Alias), vlan,
		p.Oper.OperStatus.String(), p.Row.AdminStatus.String(), orNA(p.Transceiver.Type), pfc,
	}
}

func (v *view) subInterfaceStatus(name string, ports []port, l lags) error {
	rows, err := read(v, tables.ConfigSubInterface)
	if err != nil {
		return err
	}
	t := grid.Table{Right: true, Header: []string{"Sub port interface", "Speed", "MTU", "Vlan", "Admin", "Type"}}
	for _, e := range rows {
		if e.Key.Prefix.IsValid() || name != subPort && e.Key.Name != name {
			continue
		}
		parent, number, _ := strings.Cut(e.Key.Name, subInterface)
		speed, mtu := notAvailable, notAvailable
		for i := range ports {
			if ports[i].Name == parent {
				speed, mtu = speedText(ports[i].speed()), strconv.Itoa(int(ports[i].Row.MTU))
			}
		}
		for _, lag := range l.all {
			if lag.name == parent {
				speed, mtu = speedText(lag.speed(ports)), strconv.Itoa(int(lag.config.MTU))
			}
		}
		if e.Row.Vlan != nil {
			number = strconv.Itoa(int(*e.Row.Vlan))
		}
		admin := notAvailable
		if e.Row.AdminStatus != nil {
			admin = e.Row.AdminStatus.String()
		}
		t.Rows = append(t.Rows, []string{e.Key.Name, speed, mtu, number, admin, "802.1q-encapsulation"})
	}
	return v.print(&t)
}
