package tables

import "github.com/hypersonic-nos/hypersonic/db"

// TransceiverRow is STATE_DB TRANSCEIVER_INFO, as xcvrd writes it. Older and newer writers fill more or fewer fields.
type TransceiverRow struct {
	Type         string `db:"type,omitempty"`
	Manufacturer string `db:"manufacturer,omitempty"`
	Model        string `db:"model,omitempty"`
	Serial       string `db:"serial,omitempty"`
	Revision     string `db:"vendor_rev,omitempty"`
	Date         string `db:"vendor_date,omitempty"`
	OUI          string `db:"vendor_oui,omitempty"`
	Connector    string `db:"connector,omitempty"`
	Encoding     string `db:"encoding,omitempty"`
	CableType    string `db:"cable_type,omitempty"`
	CableLength  string `db:"cable_length,omitempty"`
	BitRate      string `db:"nominal_bit_rate,omitempty"` // 100 Mbit/s
	ExtID        string `db:"ext_identifier,omitempty"`
	RateSelect   string `db:"ext_rateselect_compliance,omitempty"`
	Compliance   string `db:"specification_compliance,omitempty"`
	Applications string `db:"application_advertisement,omitempty"`
	Replaceable  string `db:"is_replaceable,omitempty"`
}

// TransceiverDomRow is STATE_DB TRANSCEIVER_DOM_SENSOR: degrees Celsius, volts, dBm, mA; a field for each lane.
type TransceiverDomRow struct {
	Temperature string `db:"temperature,omitempty"`
	Voltage     string `db:"voltage,omitempty"`
	Rx1         string `db:"rx1power,omitempty"`
	Rx2         string `db:"rx2power,omitempty"`
	Rx3         string `db:"rx3power,omitempty"`
	Rx4         string `db:"rx4power,omitempty"`
	Bias1       string `db:"tx1bias,omitempty"`
	Bias2       string `db:"tx2bias,omitempty"`
	Bias3       string `db:"tx3bias,omitempty"`
	Bias4       string `db:"tx4bias,omitempty"`
	Tx1         string `db:"tx1power,omitempty"`
	Tx2         string `db:"tx2power,omitempty"`
	Tx3         string `db:"tx3power,omitempty"`
	Tx4         string `db:"tx4power,omitempty"`
}

// TransceiverStatusRow is STATE_DB TRANSCEIVER_STATUS: 1 is plugged in.
type TransceiverStatusRow struct {
	Status string `db:"status"`
	Error  string `db:"error"`
}

// ChassisRow is STATE_DB CHASSIS_INFO.
type ChassisRow struct {
	Serial   string `db:"serial,omitempty"`
	Model    string `db:"model,omitempty"`
	Revision string `db:"revision,omitempty"`
	PSUs     string `db:"psu_num,omitempty"`
}

// PsuRow is STATE_DB PSU_INFO, as psud writes it: presence and status are true or false (those of fans True or False). Volts, amperes, watts, degrees Celsius.
type PsuRow struct {
	Presence      string `db:"presence,omitempty"`
	Status        string `db:"status,omitempty"`
	Model         string `db:"model,omitempty"`
	Serial        string `db:"serial,omitempty"`
	Revision      string `db:"revision,omitempty"`
	Voltage       string `db:"voltage,omitempty"`
	VoltageLow    string `db:"voltage_min_threshold,omitempty"`
	VoltageHigh   string `db:"voltage_max_threshold,omitempty"`
	Current       string `db:"current,omitempty"`
	Power         string `db:"power,omitempty"`
	MaxPower      string `db:"max_power,omitempty"`
	Temperature   string `db:"temp,omitempty"`
	TooHot        string `db:"temp_threshold,omitempty"`
	Replaceable   string `db:"is_replaceable,omitempty"`
	PowerOverload string `db:"power_overload,omitempty"`
	LED           string `db:"led_status,omitempty"`
}

// FanDrawerRow is STATE_DB FAN_DRAWER_INFO.
type FanDrawerRow struct {
	Presence    string `db:"presence,omitempty"`
	Status      string `db:"status,omitempty"`
	Model       string `db:"model,omitempty"`
	Serial      string `db:"serial,omitempty"`
	Replaceable string `db:"is_replaceable,omitempty"`
	LED         string `db:"led_status,omitempty"`
}

// FanRow is STATE_DB FAN_INFO, as thermalctld writes it. Speeds are per cent.
type FanRow struct {
	Presence    string `db:"presence,omitempty"`
	Status      string `db:"status,omitempty"`
	Drawer      string `db:"drawer_name,omitempty"`
	Model       string `db:"model,omitempty"`
	Serial      string `db:"serial,omitempty"`
	Direction   string `db:"direction,omitempty"`
	Speed       string `db:"speed,omitempty"`
	Target      string `db:"speed_target,omitempty"`
	TooSlow     string `db:"is_under_speed,omitempty"`
	TooFast     string `db:"is_over_speed,omitempty"`
	Replaceable string `db:"is_replaceable,omitempty"`
	LED         string `db:"led_status,omitempty"`
	Timestamp   string `db:"timestamp,omitempty"`
}

// TemperatureRow is STATE_DB TEMPERATURE_INFO, degrees Celsius.
type TemperatureRow struct {
	Temperature  string `db:"temperature,omitempty"`
	Minimum      string `db:"minimum_temperature,omitempty"`
	Maximum      string `db:"maximum_temperature,omitempty"`
	High         string `db:"high_threshold,omitempty"`
	Low          string `db:"low_threshold,omitempty"`
	CriticalHigh string `db:"critical_high_threshold,omitempty"`
	CriticalLow  string `db:"critical_low_threshold,omitempty"`
	Warning      string `db:"warning_status,omitempty"`
	Replaceable  string `db:"is_replaceable,omitempty"`
	Timestamp    string `db:"timestamp,omitempty"`
}

// PhysicalRow is STATE_DB PHYSICAL_ENTITY_INFO: where a thing sits.
type PhysicalRow struct {
	Position string `db:"position_in_parent"`
	Parent   string `db:"parent_name"`
}

// EepromRow is STATE_DB EEPROM_INFO: a field by its code (0x21 ...), the header (TlvHeader), whether the checksum is right (Checksum), and whether all has been
// written (State), each with its own fields.
type EepromRow struct {
	Name        string `db:"Name,omitempty"`
	Len         string `db:"Len,omitempty"`
	Value       string `db:"Value,omitempty"`
	ID          string `db:"Id String,omitempty"`
	Version     string `db:"Version,omitempty"`
	Length      string `db:"Total Length,omitempty"`
	Valid       string `db:"Valid,omitempty"`
	Initialized string `db:"Initialized,omitempty"`
}

// ChassisKey is the key of the switch itself in CHASSIS_INFO.
const ChassisKey = "chassis 1"

// The tables of the hardware.
var (
	StateTransceiver       = db.Define[string, TransceiverRow](db.State, "TRANSCEIVER_INFO")
	StateTransceiverDom    = db.Define[string, TransceiverDomRow](db.State, "TRANSCEIVER_DOM_SENSOR")
	StateTransceiverStatus = db.Define[string, TransceiverStatusRow](db.State, "TRANSCEIVER_STATUS")
	StateChassis           = db.Define[string, ChassisRow](db.State, "CHASSIS_INFO")
	StatePsu               = db.Define[string, PsuRow](db.State, "PSU_INFO")
	StateFanDrawer         = db.Define[string, FanDrawerRow](db.State, "FAN_DRAWER_INFO")
	StateFan               = db.Define[string, FanRow](db.State, "FAN_INFO")
	StateTemperature       = db.Define[string, TemperatureRow](db.State, "TEMPERATURE_INFO")
	StatePhysical          = db.Define[string, PhysicalRow](db.State, "PHYSICAL_ENTITY_INFO")
	StateEeprom            = db.Define[string, EepromRow](db.State, "EEPROM_INFO")
)

// The same as facts, for whoever publishes them.
var (
	FactTransceiver       = hardwareFact[TransceiverRow]("TRANSCEIVER_INFO")
	FactTransceiverDom    = hardwareFact[TransceiverDomRow]("TRANSCEIVER_DOM_SENSOR")
	FactTransceiverStatus = hardwareFact[TransceiverStatusRow]("TRANSCEIVER_STATUS")
	FactChassis           = hardwareFact[ChassisRow]("CHASSIS_INFO")
	FactPsu               = hardwareFact[PsuRow]("PSU_INFO")
	FactFanDrawer         = hardwareFact[FanDrawerRow]("FAN_DRAWER_INFO")
	FactFan               = hardwareFact[FanRow]("FAN_INFO")
	FactTemperature       = hardwareFact[TemperatureRow]("TEMPERATURE_INFO")
	FactPhysical          = hardwareFact[PhysicalRow]("PHYSICAL_ENTITY_INFO")
	FactEeprom            = hardwareFact[EepromRow]("EEPROM_INFO")
)

func hardwareFact[R any](name string) db.Table[string, R] {
	return db.Define[string, R](db.Local, name, db.WithTransport(db.Plain))
}
