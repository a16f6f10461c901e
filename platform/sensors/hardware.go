package sensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// FileName is the file in the SKU's directory.
const FileName = "sensors.json"

// Hardware is all there is. A list that is missing in the file is the default one; one that is there is as it says,
// element by element, empty too.
type Hardware struct {
	Chassis     Chassis      `json:"chassis"`
	PSUs        []PSU        `json:"psus"`
	FanDrawers  []FanDrawer  `json:"fan_drawers"`
	Thermals    []Thermal    `json:"thermals"`
	Transceiver *Transceiver `json:"transceiver"` // of every port
	// Transceivers are those of single ports, by name; null: none is plugged in.
	Transceivers map[string]*Transceiver `json:"transceivers"`
}

// Chassis is the switch itself.
type Chassis struct {
	Product    string `json:"product"`
	PartNumber string `json:"part_number"`
	Serial     string `json:"serial"` // empty: VIRTUAL- and the MAC address
	Revision   string `json:"revision"`
	Vendor     string `json:"vendor"`
	Date       string `json:"manufacture_date"` // MM/DD/YYYY HH:MM:SS, as the EEPROM has it
}

// PSU is a power supply. Volts, amperes, watts, degrees Celsius.
type PSU struct {
	Name        string  `json:"name"`
	Present     bool    `json:"present"`
	Good        bool    `json:"good"`
	Model       string  `json:"model"`
	Serial      string  `json:"serial"`
	Revision    string  `json:"revision"`
	Voltage     float64 `json:"voltage"`
	VoltageLow  float64 `json:"voltage_min"`
	VoltageHigh float64 `json:"voltage_max"`
	Current     float64 `json:"current"`
	Power       float64 `json:"power"`
	MaxPower    float64 `json:"max_power"`
	Temperature float64 `json:"temperature"`
	TooHot      float64 `json:"temperature_max"`
}

// FanDrawer holds fans.
type FanDrawer struct {
	Name    string `json:"name"`
	Present bool   `json:"present"`
	Good    bool   `json:"good"`
	Model   string `json:"model"`
	Serial  string `json:"serial"`
	Fans    []Fan  `json:"fans"`
}

// Fan speeds are per cent.
type Fan struct {
	Name      string `json:"name"`
	Speed     int    `json:"speed"`
	Target    int    `json:"target"`
	Direction string `json:"direction"` // intake or exhaust
	Good      bool   `json:"good"`
}

// Thermal is a thermometer, degrees Celsius.
type Thermal struct {
	Name         string  `json:"name"`
	Temperature  float64 `json:"temperature"`
	High         float64 `json:"high"`
	Low          float64 `json:"low"`
	CriticalHigh float64 `json:"critical_high"`
	CriticalLow  float64 `json:"critical_low"`
}

// Transceiver is what is plugged into a port. Powers are dBm, bias currents mA, the same on every lane.
type Transceiver struct {
	Type        string  `json:"type"`
	Vendor      string  `json:"vendor"`
	PartNumber  string  `json:"part_number"`
	Serial      string  `json:"serial"` // empty: VIRTUAL- and the port
	Revision    string  `json:"revision"`
	Date        string  `json:"date"` // YYYY-MM-DD
	OUI         string  `json:"oui"`
	Connector   string  `json:"connector"`
	Length      float64 `json:"length"` // m
	Temperature float64 `json:"temperature"`
	Voltage     float64 `json:"voltage"`
	RxPower     float64 `json:"rx_power"`
	TxPower     float64 `json:"tx_power"`
	TxBias      float64 `json:"tx_bias"`
}

// Default is a switch with two power supplies, two fan drawers, three thermometers, and a short optical module in each port.
func Default() Hardware {
	h := Hardware{
		Chassis: Chassis{Product: "Hypersonic virtual switch", PartNumber: virtual, Revision: "A00", Vendor: "Hypersonic", Date: "01/01/2026 00:00:00"},
		Thermals: []Thermal{
			{Name: "ASIC", Temperature: 45, High: 95, Low: 0, CriticalHigh: 105, CriticalLow: -5},
			{Name: "CPU", Temperature: 40, High: 85, Low: 0, CriticalHigh: 95, CriticalLow: -5},
			{Name: "Ambient", Temperature: 24, High: 45, Low: 0, CriticalHigh: 55, CriticalLow: -5},
		},
		Transceiver: &Transceiver{
			Type: "QSFP28 or later", Vendor: "Hypersonic", PartNumber: virtual, Revision: "1A", Date: "2026-01-01", OUI: "00-00-00", Connector: "LC",
			Length: 1, Temperature: 33.5, Voltage: 3.3, RxPower: -1.5, TxPower: -1, TxBias: 6.5,
		},
	}
	for i := range 2 {
		h.PSUs = append(h.PSUs, PSU{
			Name: fmt.Sprintf("PSU %d", i+1), Present: true, Good: true, Model: virtual + "-PSU", Serial: fmt.Sprintf("VIRTUAL-PSU%d", i+1), Revision: "A00",
			Voltage: 12, VoltageLow: 11, VoltageHigh: 13, Current: 8, Power: 96, MaxPower: 460, Temperature: 30, TooHot: 70,
		})
		h.FanDrawers = append(h.FanDrawers, FanDrawer{
			Name: fmt.Sprintf("drawer%d", i+1), Present: true, Good: true, Model: virtual + "-FAN", Serial: fmt.Sprintf("VIRTUAL-FAN%d", i+1),
			Fans: []Fan{
				{Name: fmt.Sprintf("fan%d", 2*i+1), Speed: 50, Target: 50, Direction: "exhaust", Good: true},
				{Name: fmt.Sprintf("fan%d", 2*i+2), Speed: 50, Target: 50, Direction: "exhaust", Good: true},
			},
		})
	}
	return h
}

// virtual is in every model.
const virtual = "HS-VIRTUAL"

// Load reads a file over the defaults; without a file they are all there is.
func Load(path string) (Hardware, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Default(), fmt.Errorf("sensors: %w", err)
	}
	return Parse(text)
}

// Parse reads the text of a file. An unknown field is an error, since it is a slip of the pen. With an error the hardware is the default.
func Parse(text []byte) (Hardware, error) {
	h := Default()
	lists := h
	h.PSUs, h.FanDrawers, h.Thermals = nil, nil, nil // or elements would be read over those of the defaults
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return Default(), fmt.Errorf("sensors: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Default(), errors.New("sensors: something follows the object")
	}
	if h.PSUs == nil {
		h.PSUs = lists.PSUs
	}
	if h.FanDrawers == nil {
		h.FanDrawers = lists.FanDrawers
	}
	if h.Thermals == nil {
		h.Thermals = lists.Thermals
	}
	return h, h.check()
}

func (h *Hardware) check() error {
	seen := map[string]bool{}
	once := func(kind, name string) error {
		if name == "" || seen[kind+name] {
			return fmt.Errorf("sensors: %s %q: a name that is empty, or there twice", kind, name)
		}
		seen[kind+name] = true
		return nil
	}
	var errs []error
	for _, p := range h.PSUs {
		errs = append(errs, once("psu", p.Name))
	}
	for _, d := range h.FanDrawers {
		errs = append(errs, once("fan drawer", d.Name))
		for _, f := range d.Fans {
			errs = append(errs, once("fan", f.Name))
		}
	}
	for _, t := range h.Thermals {
		errs = append(errs, once("thermal", t.Name))
	}
	if err := errors.Join(errs...); err != nil {
		*h = Default()
		return err
	}
	return nil
}

// In is what is plugged into a port; nil: nothing.
func (h *Hardware) In(port string) *Transceiver {
	t, single := h.Transceivers[port]
	if !single {
		t = h.Transceiver
	}
	if t == nil {
		return nil
	}
	own := *t
	if own.Serial == "" {
		own.Serial = "VIRTUAL-" + port
	}
	return &own
}
