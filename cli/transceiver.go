package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showTransceiver is `show interfaces transceiver`: what STATE_DB has of it.
func showTransceiver(sw *Switch) *cobra.Command {
	table := func(use, short string, f func(v *view, name string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " [interfacename]", Short: short, Args: between(0, "interfacename"), ValidArgsFunction: sw.completePorts,
			RunE: sw.look(func(v *view, args []string) error { return f(v, arg(args, 0)) }),
		}
	}
	var dom bool
	eeprom := table("eeprom", "Show interface transceiver EEPROM information", func(v *view, name string) error { return v.modules(name, dom) })
	eeprom.Flags().BoolVarP(&dom, "dom", "d", false, "also display Digital Optical Monitoring (DOM) data")
	return group("transceiver", "Show SFP Transceiver information",
		table("presence", "Show interface transceiver presence", func(v *view, name string) error {
			return v.optics(name, "Presence", func(there bool, _ tables.TransceiverStatusRow) string {
				if there {
					return "Present"
				}
				return "Not present"
			})
		}),
		table("error-status", "Show transceiver error-status", func(v *view, name string) error {
			return v.optics(name, "Error Status", func(there bool, s tables.TransceiverStatusRow) string {
				switch {
				case !there:
					return "Unplugged"
				case s.Status == "1" && (s.Error == "" || s.Error == notAvailable):
					return "OK"
				}
				return orNA(s.Error)
			})
		}),
		eeprom,
		table("info", "Show interface transceiver information", func(v *view, name string) error { return v.modules(name, false) }),
		table("status", "Show interface transceiver status information", (*view).moduleStatus),
	)
}

// optics prints a table with a cell for each port.
func (v *view) optics(name, column string, cell func(there bool, s tables.TransceiverStatusRow) string) error {
	names, err := v.portNames()
	if err != nil {
		return err
	}
	infos, err := fetch(v, tables.StateTransceiver, names)
	if err != nil {
		return err
	}
	states, err := fetch(v, tables.StateTransceiverStatus, names)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Port", column}}
	for _, n := range names {
		_, there := infos[n]
		t.Rows = append(t.Rows, []string{n, cell(there, states[n])})
	}
	if t.Rows, err = wanted(t.Rows, name); err != nil {
		return err
	}
	return v.print(&t)
}

// chosen are the ports of a range of names, or all.
func (v *view) chosen(list string) ([]string, error) {
	names, err := v.portNames()
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(names))
	for i, n := range names {
		rows[i] = []string{n}
	}
	if rows, err = wanted(rows, list); err != nil {
		return nil, err
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r[0]
	}
	return out, nil
}

// modules prints what the EEPROMs of modules say, and with dom what they measure.
func (v *view) modules(list string, dom bool) error {
	names, err := v.chosen(list)
	if err != nil {
		return err
	}
	infos, err := fetch(v, tables.StateTransceiver, names)
	if err != nil {
		return err
	}
	measured, err := fetch(v, tables.StateTransceiverDom, names)
	if err != nil {
		return err
	}
	if v.json {
		return grid.JSON(v.out, infos)
	}
	for _, n := range names {
		info, there := infos[n]
		if !there {
			fmt.Fprintf(v.out, "%s: SFP EEPROM Not detected\n\n", n)
			continue
		}
		fmt.Fprintf(v.out, "%s: SFP EEPROM detected\n", n)
		for _, l := range infoLines(&info) {
			fmt.Fprintf(v.out, "        %s: %s\n", l[0], orNA(l[1]))
		}
		if dom {
			m := measured[n]
			printDom(v, &m)
		}
		fmt.Fprintln(v.out)
	}
	return nil
}

func infoLines(r *tables.TransceiverRow) [][2]string {
	cable := r.CableType
	if cable == "" {
		cable = "Length"
	}
	return [][2]string{
		{"Application Advertisement", r.Applications}, {"Connector", r.Connector}, {"Encoding", r.Encoding}, {"Extended Identifier", r.ExtID},
		{"Extended RateSelect Compliance", r.RateSelect}, {"Identifier", r.Type}, {cable, r.CableLength}, {"Nominal Bit Rate(100Mbs)", r.BitRate},
		{"Specification compliance", r.Compliance}, {"Vendor Date Code(YYYY-MM-DD Lot)", r.Date}, {"Vendor Name", r.Manufacturer},
		{"Vendor OUI", r.OUI}, {"Vendor PN", r.Model}, {"Vendor Rev", r.Revision}, {"Vendor SN", r.Serial},
	}
}

func printDom(v *view, r *tables.TransceiverDomRow) {
	unit := func(text, unit string) string {
		if text == "" || text == notAvailable {
			return notAvailable
		}
		return text + unit
	}
	var b strings.Builder
	b.WriteString("        ChannelMonitorValues:\n")
	for _, g := range []struct {
		name, unit string
		values     [4]string
	}{
		{"RX%dPower", "dBm", [4]string{r.Rx1, r.Rx2, r.Rx3, r.Rx4}}, {"TX%dBias", "mA", [4]string{r.Bias1, r.Bias2, r.Bias3, r.Bias4}},
		{"TX%dPower", "dBm", [4]string{r.Tx1, r.Tx2, r.Tx3, r.Tx4}},
	} {
		for i, value := range g.values {
			fmt.Fprintf(&b, "                "+g.name+": %s\n", i+1, unit(value, g.unit))
		}
	}
	b.WriteString("        ModuleMonitorValues:\n")
	fmt.Fprintf(&b, "                Temperature: %s\n                Vcc: %s\n", unit(r.Temperature, "C"), unit(r.Voltage, "Volts"))
	fmt.Fprint(v.out, b.String())
}

// moduleStatus prints whether modules are plugged in, and what is wrong with them.
func (v *view) moduleStatus(list string) error {
	names, err := v.chosen(list)
	if err != nil {
		return err
	}
	states, err := fetch(v, tables.StateTransceiverStatus, names)
	if err != nil {
		return err
	}
	if v.json {
		return grid.JSON(v.out, states)
	}
	for _, n := range names {
		s, there := states[n]
		if !there {
			fmt.Fprintf(v.out, "%s: Transceiver status info not applicable\n\n", n)
			continue
		}
		fmt.Fprintf(v.out, "%s:\n        Status: %s\n        Error: %s\n\n", n, orNA(s.Status), orNA(s.Error))
	}
	return nil
}
