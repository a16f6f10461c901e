package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showInterfaces is `show interfaces`.
func showInterfaces(sw *Switch) *cobra.Command {
	sub := func(use, short string, f func(v *view, args []string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " [interfacename]", Short: short, Args: between(0, "interfacename"), RunE: sw.look(f),
			ValidArgsFunction: sw.completePorts,
		}
	}
	return group("interfaces", "Show details of the network interfaces", showBreakout(sw),
		sub("status", "Show Interface status information", interfaceStatus),
		sub("description", "Show interface status, protocol and description", interfaceDescription),
		sub("alias", "Show Interface Name/Alias Mapping", interfaceAlias),
		sub("tpid", "Show Interface tpid information", interfaceTPID),
		sub("autoneg", "Show interface autoneg status", interfaceAutoneg),
		sub("flap", "Show Interface Flap Information", interfaceFlap),
		showCounters(sw), showPortchannel(sw), showTransceiver(sw),
		&cobra.Command{Use: "naming_mode", Short: "Show interface naming_mode status", Args: exactly(), RunE: sw.ask(func(v *view, _ []string) error {
			_, err := fmt.Fprintln(v.out, "default")
			return err
		})},
	)
}

// port is what the databases say of a port.
type port struct {
	Name        string
	Row         tables.PortRow // APPL_DB's
	Oper        tables.PortOperRow
	Asic        tables.PortAsicStateRow
	Transceiver tables.TransceiverRow
}

// ports reads the ports that APPL_DB has, in natural order. They are read by name, since APPL_DB may hold a million routes beside them.
func (v *view) ports() ([]port, error) {
	names, err := v.portNames()
	if err != nil {
		return nil, err
	}
	appl, err := fetch(v, tables.ApplPort, names)
	if err != nil {
		return nil, err
	}
	oper, err := fetch(v, tables.ApplPortOper, names)
	if err != nil {
		return nil, err
	}
	asic, err := fetch(v, tables.StatePortAsic, names)
	if err != nil {
		return nil, err
	}
	optics, err := fetch(v, tables.StateTransceiver, names)
	if err != nil {
		return nil, err
	}
	var out []port
	for _, n := range names {
		if row, ok := appl[n]; ok {
			out = append(out, port{Name: n, Row: row, Oper: oper[n], Asic: asic[n], Transceiver: optics[n]})
		}
	}
	return out, nil
}

func (v *view) portNames() ([]string, error) {
	changes, err := v.store.Read(v.ctx, tables.ConfigPort.Schema)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", tables.ConfigPort.Name, err)
	}
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = c.Key
	}
	slices.SortFunc(names, natural.Compare)
	return names, nil
}

// speed is a port's speed in Mbit/s: the one it runs at when it is up, else the configured one.
func (p *port) speed() uint32 {
	if p.Oper.OperStatus && p.Asic.Speed != 0 {
		return uint32(p.Asic.Speed)
	}
	return p.Row.Speed
}

// speedText is a speed as people say it: 100G, 2.5G, 100M.
func speedText(mbit uint32) string {
	switch {
	case mbit == 0:
		return notAvailable
	case mbit < 1000:
		return fmt.Sprintf("%dM", mbit)
	case mbit%1000 >= 100:
		return fmt.Sprintf("%.1fG", float64(mbit)/1000)
	}
	return fmt.Sprintf("%.0fG", float64(mbit)/1000)
}

// wanted keeps the rows whose first cell is in a list of names and ranges; none wants all.
func wanted(rows [][]string, list string) ([][]string, error) {
	if list == "" {
		return rows, nil
	}
	names, err := expand(list)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r []string) bool { return !slices.Contains(names, r[0]) }), nil
}

// perPort prints a table with a row for each port.
func perPort(v *view, args []string, header []string, row func(p *port) []string) error {
	ports, err := v.ports()
	if err != nil {
		return err
	}
	t := grid.Table{Header: header, Right: true}
	for i := range ports {
		t.Rows = append(t.Rows, append([]string{ports[i].Name}, row(&ports[i])...))
	}
	if t.Rows, err = wanted(t.Rows, arg(args, 0)); err != nil {
		return err
	}
	return v.print(&t)
}

func interfaceDescription(v *view, args []string) error {
	return perPort(v, args, []string{"Interface", "Oper", "Admin", "Alias", "Description"}, func(p *port) []string {
		return []string{p.Oper.OperStatus.String(), p.Row.AdminStatus.String(), orNA(p.Row.Alias), orNA(p.Row.Description)}
	})
}

func interfaceTPID(v *view, args []string) error {
	return perPort(v, args, []string{"Interface", "Alias", "Oper", "Admin", "TPID"}, func(p *port) []string {
		return []string{orNA(p.Row.Alias), p.Oper.OperStatus.String(), p.Row.AdminStatus.String(), orNA(p.Row.TPID)}
	})
}

func interfaceAutoneg(v *view, args []string) error {
	header := []string{"Interface", "Auto-Neg Mode", "Speed", "Adv Speeds", "Rmt Adv Speeds", "Type", "Adv Types", "Oper", "Admin"}
	return perPort(v, args, header, func(p *port) []string {
		mode := notAvailable
		if p.Row.Autoneg != nil {
			mode = map[tables.OnOff]string{true: "enabled", false: "disabled"}[*p.Row.Autoneg]
		}
		return []string{
			mode, speedText(p.speed()), advertised(p.Row.AdvSpeeds), notAvailable, orNA(p.Row.InterfaceType), orNA(p.Row.AdvInterfaceTypes),
			p.Oper.OperStatus.String(), p.Row.AdminStatus.String(),
		}
	})
}

func advertised(speeds string) string {
	if speeds == "" || speeds == "all" || speeds == notAvailable {
		return orNA(speeds)
	}
	list := strings.Split(speeds, ",")
	slices.SortFunc(list, natural.Compare)
	for i, s := range list {
		if n, err := strconv.ParseUint(s, 10, 32); err == nil {
			list[i] = speedText(uint32(n))
		}
	}
	return strings.Join(list, ",")
}

// never is what SONiC says of a link that did not change yet.
const never = "Never"

func interfaceFlap(v *view, args []string) error {
	ports, err := v.ports()
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Interface", "Flap Count", "Admin", "Oper", "Link Down TimeStamp(UTC)", "Link Up TimeStamp(UTC)"}}
	title := map[bool]string{true: "Up", false: "Down"}
	orNever := func(text string) string {
		if text == "" {
			return never
		}
		return text
	}
	for _, p := range ports {
		count := never
		if p.Oper.FlapCount > 0 {
			count = strconv.FormatUint(p.Oper.FlapCount, 10)
		}
		t.Rows = append(t.Rows, []string{
			p.Name, count, title[bool(p.Row.AdminStatus)], title[bool(p.Oper.OperStatus)], orNever(p.Oper.LastDownTime), orNever(p.Oper.LastUpTime),
		})
	}
	if t.Rows, err = wanted(t.Rows, arg(args, 0)); err != nil {
		return err
	}
	if len(t.Rows) == 0 && len(args) > 0 {
		return fail("Invalid interface name %s", args[0])
	}
	return v.print(&t)
}

func interfaceAlias(v *view, args []string) error {
	ports, err := read(v, tables.ConfigPort)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Name", "Alias"}}
	for _, p := range ports {
		if len(args) > 0 && p.Key != args[0] {
			continue
		}
		alias := p.Row.Alias
		if alias == "" {
			alias = p.Key
		}
		t.Rows = append(t.Rows, []string{p.Key, alias})
	}
	if len(args) > 0 && len(t.Rows) == 0 {
		return fail("Invalid interface name %s", args[0])
	}
	return v.print(&t)
}

// completePorts completes the names of ports and LAGs.
func (sw *Switch) completePorts(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	err := sw.look(func(v *view, _ []string) error {
		ports, err := v.portNames()
		if err != nil {
			return err
		}
		lags, err := read(v, tables.ConfigLag)
		for _, n := range append(ports, keys(lags)...) {
			if strings.HasPrefix(n, typed) {
				names = append(names, n)
			}
		}
		return err
	})(c, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
