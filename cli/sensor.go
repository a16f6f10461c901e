package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// sensorCommands are the commands of `show platform` for what pmon's daemons tell.
func sensorCommands(sw *Switch) []*cobra.Command {
	return []*cobra.Command{
		{Use: "psustatus", Short: "Show PSU status information", Args: exactly(), RunE: sw.look(psuStatus)},
		{Use: "fan", Short: "Show fan status information", Args: exactly(), RunE: sw.look(fanStatus)},
		{Use: "temperature", Short: "Show device temperature information", Args: exactly(), RunE: sw.look(temperatures)},
		{Use: "syseeprom", Short: "Show system EEPROM information", Args: exactly(), RunE: sw.look(sysEEPROM)},
	}
}

func isTrue(text string) bool { return strings.EqualFold(text, "true") }

func psuStatus(v *view, _ []string) error {
	list, err := read(v, tables.StatePsu)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return v.line("PSU not detected")
	}
	t := grid.Table{List: true, Text: true, Header: []string{"PSU", "Model", "Serial", "HW Rev", "Voltage (V)", "Current (A)", "Power (W)", "Status", "LED"}}
	for _, e := range list {
		p := e.Row
		status := "OK"
		switch {
		case !isTrue(p.Presence):
			status = "NOT PRESENT"
		case !isTrue(p.Status):
			status = "NOT OK"
		case isTrue(p.PowerOverload):
			status = "WARNING"
		}
		t.Rows = append(t.Rows, []string{
			e.Key, orNA(p.Model), orNA(p.Serial), orNA(p.Revision), hundredths(p.Voltage), hundredths(p.Current), hundredths(p.Power), status, orNA(p.LED),
		})
	}
	return v.print(&t)
}

// hundredths is a number with two decimals; what is no number stays.
func hundredths(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return orNA(text)
	}
	return fmt.Sprintf("%.2f", n)
}

func fanStatus(v *view, _ []string) error {
	list, err := read(v, tables.StateFan)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return v.line("Fan Not detected")
	}
	drawers, err := read(v, tables.StateFanDrawer)
	if err != nil {
		return err
	}
	t := grid.Table{Right: true, List: true, Header: []string{"Drawer", "LED", "FAN", "Speed", "Direction", "Presence", "Status", "Timestamp"}}
	for _, e := range list {
		f := e.Row
		presence, status, light := "Not Present", "N/A", f.LED
		if isTrue(f.Presence) {
			presence, status = "Present", "Not OK"
			if isTrue(f.Status) {
				status = "OK"
			}
		}
		for _, d := range drawers {
			if d.Key == f.Drawer && d.Row.LED != "" {
				light = d.Row.LED
			}
		}
		speed := orNA(f.Speed)
		if speed != notAvailable {
			speed += "%"
		}
		t.Rows = append(t.Rows, []string{orNA(f.Drawer), orNA(light), e.Key, speed, orNA(f.Direction), presence, status, f.Timestamp})
	}
	return v.print(&t)
}

func temperatures(v *view, _ []string) error {
	list, err := read(v, tables.StateTemperature)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return v.line("Thermal Not detected")
	}
	t := grid.Table{Right: true, List: true, Header: []string{"Sensor", "Temperature", "High TH", "Low TH", "Crit High TH", "Crit Low TH", "Warning", "Timestamp"}}
	for _, e := range list {
		r := e.Row
		t.Rows = append(t.Rows, []string{
			e.Key, orNA(r.Temperature), orNA(r.High), orNA(r.Low), orNA(r.CriticalHigh), orNA(r.CriticalLow), orNA(r.Warning), r.Timestamp,
		})
	}
	return v.print(&t)
}

func sysEEPROM(v *view, _ []string) error {
	list, err := read(v, tables.StateEeprom)
	if err != nil {
		return err
	}
	var head, sum tables.EepromRow
	t := grid.Table{List: true, Header: []string{"TLV Name", "Code", "Len", "Value"}}
	for _, e := range list {
		switch {
		case e.Key == "TlvHeader":
			head = e.Row
		case e.Key == "Checksum":
			sum = e.Row
		case strings.HasPrefix(e.Key, "0x"):
			t.Rows = append(t.Rows, []string{e.Row.Name, "0x" + strings.ToUpper(e.Key[2:]), e.Row.Len, e.Row.Value})
		}
	}
	if len(t.Rows) == 0 {
		return fail("Failed to read system EEPROM info from DB")
	}
	slices.SortFunc(t.Rows, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
	if v.json {
		return v.print(&t)
	}
	fmt.Fprintf(v.out, "TlvInfo Header:\n   Id String:    %s\n   Version:      %s\n   Total Length: %s\n", head.ID, head.Version, head.Length)
	fmt.Fprintf(v.out, "%-20s %s %s %s\n", t.Header[0], t.Header[1], t.Header[2], t.Header[3])
	fmt.Fprintln(v.out, strings.Repeat("-", 20), "----", "---", "-----")
	for _, r := range t.Rows {
		fmt.Fprintf(v.out, "%-20s %-4s %3s %s\n", r[0], r[1], r[2], r[3])
	}
	if sum.Valid == "1" {
		return v.line("\n(checksum valid)")
	}
	return v.line("\n(*** checksum invalid)")
}

// showEnvironment is `show environment`: what lm-sensors would tell of a machine with such hardware.
func showEnvironment(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "environment", Short: "Show environmentals (voltages, fans, temps)", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		temps, err := read(v, tables.StateTemperature)
		if err != nil {
			return err
		}
		fans, err := read(v, tables.StateFan)
		if err != nil {
			return err
		}
		psus, err := read(v, tables.StatePsu)
		if err != nil {
			return err
		}
		t := grid.Table{Text: true, List: true, Header: []string{"Sensor", "Kind", "Value", "Limits"}}
		add := func(name, kind, value, unit, limits string) {
			if value != "" && value != notAvailable {
				t.Rows = append(t.Rows, []string{name, kind, value + unit, limits})
			}
		}
		for _, e := range temps {
			add(e.Key, "temperature", e.Row.Temperature, " C", "high "+orNA(e.Row.High)+" C, crit "+orNA(e.Row.CriticalHigh)+" C")
		}
		for _, e := range fans {
			add(e.Key, "fan", e.Row.Speed, "%", "target "+orNA(e.Row.Target)+"%")
		}
		for _, e := range psus {
			add(e.Key, "voltage", e.Row.Voltage, " V", "min "+orNA(e.Row.VoltageLow)+" V, max "+orNA(e.Row.VoltageHigh)+" V")
			add(e.Key, "power", e.Row.Power, " W", "max "+orNA(e.Row.MaxPower)+" W")
		}
		if len(t.Rows) == 0 {
			return fail("No sensors found!")
		}
		return v.print(&t)
	})}
}
