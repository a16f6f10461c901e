package daemon

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/netsync"
	"github.com/hypersonic-nos/hypersonic/platform/sensors"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// loadHardware makes the switch's virtual hardware known as facts. A file that is not understood is told, and the hardware is the default one.
func loadHardware(ctx context.Context, env Env, store, facts db.Store) error {
	path := filepath.Join(env.HwSKU(), sensors.FileName)
	h, err := sensors.Load(path)
	told := tables.StateStatus.Del(tables.StatusKey{Daemon: "netsync", Object: path})
	if err != nil {
		env.Log.Error("virtual hardware refused, using the default", "file", path, "err", err)
		row := tables.StatusRow{State: "QUARANTINED", Reason: err.Error(), Since: time.Now().UTC().Format(time.RFC3339)}
		told = tables.StateStatus.Replace(tables.StatusKey{Daemon: "netsync", Object: path}, row)
	}
	if err := store.Write(ctx, []db.Write{told}); err != nil {
		return err
	}
	rows, err := store.Get(ctx, tables.ConfigDeviceMetadata.Schema, []string{tables.Localhost})
	if err != nil {
		return err
	}
	ports, err := store.Read(ctx, tables.ConfigPort.Schema)
	if err != nil {
		return err
	}
	_, meta, _ := tables.ConfigDeviceMetadata.Decode(rows[0].Key, rows[0].Fields) // a bad row is quarantined elsewhere
	var mac [6]byte
	if meta.MAC != nil {
		mac = *meta.MAC
	}
	writes := chassisFacts(&h, mac, meta.Platform, len(ports))
	writes = append(writes, psuFacts(&h)...)
	writes = append(writes, fanFacts(&h, time.Now())...)
	writes = append(writes, thermalFacts(&h, time.Now())...)
	return facts.Write(ctx, append(writes, transceiverFacts(&h)...))
}

func text(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func truth(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

func led(good bool) string {
	if good {
		return "green"
	}
	return "red"
}

// stamp is the time that thermalctld writes.
func stamp(t time.Time) string { return t.UTC().Format("20060102 15:04:05") }

func chassisFacts(h *sensors.Hardware, mac [6]byte, platform string, ports int) []db.Write {
	writes := []db.Write{tables.FactChassis.Replace(tables.ChassisKey, tables.ChassisRow{
		Serial: h.Chassis.SerialOf(mac), Model: h.Chassis.PartNumber, Revision: h.Chassis.Revision, PSUs: strconv.Itoa(len(h.PSUs)),
	})}
	e := h.Chassis.EEPROM(mac, platform, ports)
	add := func(key string, r tables.EepromRow) { writes = append(writes, tables.FactEeprom.Replace(key, r)) }
	for _, f := range e.TLVs {
		add(fmt.Sprintf("0x%x", f.Code), tables.EepromRow{Name: f.Name, Len: strconv.Itoa(f.Len), Value: f.Value})
	}
	add("TlvHeader", tables.EepromRow{ID: e.ID, Version: strconv.Itoa(int(e.Version)), Length: strconv.Itoa(e.Length)})
	add("Checksum", tables.EepromRow{Valid: "1"})
	add("State", tables.EepromRow{Initialized: "1"})
	return writes
}

func psuFacts(h *sensors.Hardware) (writes []db.Write) {
	for i, p := range h.PSUs {
		r := tables.PsuRow{Presence: strconv.FormatBool(p.Present), Status: strconv.FormatBool(p.Present && p.Good), Replaceable: "True", PowerOverload: "False", LED: led(p.Present && p.Good)}
		if p.Present {
			r.Model, r.Serial, r.Revision = p.Model, p.Serial, p.Revision
			r.Voltage, r.VoltageLow, r.VoltageHigh, r.Current = text(p.Voltage), text(p.VoltageLow), text(p.VoltageHigh), text(p.Current)
			r.Power, r.MaxPower, r.Temperature, r.TooHot = text(p.Power), text(p.MaxPower), text(p.Temperature), text(p.TooHot)
		}
		writes = append(writes, tables.FactPsu.Replace(p.Name, r), sits(p.Name, i, tables.ChassisKey))
	}
	return writes
}

func sits(name string, i int, in string) db.Write {
	return tables.FactPhysical.Replace(name, tables.PhysicalRow{Position: strconv.Itoa(i + 1), Parent: in})
}

func fanFacts(h *sensors.Hardware, now time.Time) (writes []db.Write) {
	for i, d := range h.FanDrawers {
		good := d.Present && d.Good
		writes = append(writes, sits(d.Name, i, tables.ChassisKey), tables.FactFanDrawer.Replace(d.Name, tables.FanDrawerRow{
			Presence: truth(d.Present), Status: truth(good), Model: d.Model, Serial: d.Serial, Replaceable: "True", LED: led(good),
		}))
		for j, f := range d.Fans {
			writes = append(writes, sits(f.Name, j, d.Name), tables.FactFan.Replace(f.Name, tables.FanRow{
				Presence: truth(d.Present), Status: truth(good && f.Good), Drawer: d.Name, Model: d.Model, Serial: d.Serial,
				Direction: f.Direction, Speed: strconv.Itoa(f.Speed), Target: strconv.Itoa(f.Target), TooSlow: "False", TooFast: "False",
				Replaceable: "False", LED: led(good && f.Good), Timestamp: stamp(now),
			}))
		}
	}
	return writes
}

func thermalFacts(h *sensors.Hardware, now time.Time) (writes []db.Write) {
	for i, t := range h.Thermals {
		writes = append(writes, sits(t.Name, i, tables.ChassisKey), tables.FactTemperature.Replace(t.Name, tables.TemperatureRow{
			Temperature: text(t.Temperature), Minimum: text(t.Temperature), Maximum: text(t.Temperature), High: text(t.High), Low: text(t.Low),
			CriticalHigh: text(t.CriticalHigh), CriticalLow: text(t.CriticalLow), Replaceable: "False", Timestamp: stamp(now),
			Warning: truth(t.Temperature > t.High || t.Temperature < t.Low),
		}))
	}
	return writes
}

func transceiverFacts(h *sensors.Hardware) (writes []db.Write) {
	add := func(port string, t *sensors.Transceiver) {
		if t == nil {
			writes = append(writes, tables.FactTransceiver.Replace(port, tables.TransceiverRow{}))
			return
		}
		rx, tx, bias := text(t.RxPower), text(t.TxPower), text(t.TxBias)
		writes = append(writes, tables.FactTransceiver.Replace(port, tables.TransceiverRow{
			Type: t.Type, Manufacturer: t.Vendor, Model: t.PartNumber, Serial: t.Serial, Revision: t.Revision, Date: t.Date, OUI: t.OUI, Connector: t.Connector,
			Encoding: "64B/66B", CableType: "Length Cable Assembly(m)", CableLength: text(t.Length), ExtID: tables.NotApplicable, RateSelect: "Unknown",
			Compliance: "virtual: a veth pair", Applications: tables.NotApplicable, Replaceable: "True",
		}), tables.FactTransceiverDom.Replace(port, tables.TransceiverDomRow{
			Temperature: text(t.Temperature), Voltage: text(t.Voltage), Rx1: rx, Rx2: rx, Rx3: rx, Rx4: rx, Tx1: tx, Tx2: tx, Tx3: tx, Tx4: tx,
			Bias1: bias, Bias2: bias, Bias3: bias, Bias4: bias,
		}))
	}
	add(netsync.AnyPort, h.Transceiver)
	for port, t := range h.Transceivers {
		add(port, t)
	}
	return writes
}
