package mapping

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// platform is openconfig-platform: what the daemons of the hardware tell in STATE_DB.
func platform() []Rows {
	component := func(name, kind string, table *db.Schema, key string, leaves ...Leaf) Rows {
		return Rows{
			At: "/components/component[name=" + name + "]", Table: table, Key: key, Role: Seen,
			Leaves: append(leaves, Leaf{Path: "state/type", Const: kind}),
		}
	}
	plugged := []Leaf{
		{Path: "state/empty", Field: "presence", As: Words("true false True false false true False true")},
		{Path: "state/oper-status", Field: "status", As: Words("true ACTIVE True ACTIVE false INACTIVE False INACTIVE")},
		{Path: "state/serial-no", Field: "serial", As: told},
		{Path: "state/part-no", Field: "model", As: told},
	}
	return []Rows{
		component("chassis", "CHASSIS", tables.StateChassis.Schema, tables.ChassisKey,
			Leaf{Path: "state/serial-no", Field: "serial", As: told}, Leaf{Path: "state/part-no", Field: "model", As: told},
			Leaf{Path: "state/hardware-version", Field: "revision", As: told}),
		component("{psu:psu}", "POWER_SUPPLY", tables.StatePsu.Schema, "{psu}", append(plugged[:4:4],
			Leaf{Path: "state/temperature/instant", Field: "temp", As: told},
			Leaf{Path: "power-supply/state/output-voltage", Field: "voltage", As: View(float32Of)},
			Leaf{Path: "power-supply/state/output-current", Field: "current", As: View(float32Of)},
			Leaf{Path: "power-supply/state/output-power", Field: "power", As: View(float32Of)},
			Leaf{Path: "power-supply/state/capacity", Field: "max_power", As: View(float32Of)},
		)...),
		component("{fan:fan}", "FAN", tables.StateFan.Schema, "{fan}", plugged...),
		component("{sensor:sensor}", "SENSOR", tables.StateTemperature.Schema, "{sensor}", Leaf{Path: "state/temperature/instant", Field: "temperature", As: told}),
		component("{if:port}-transceiver", "TRANSCEIVER", tables.StateTransceiver.Schema, "{if}",
			Leaf{Path: "state/serial-no", Field: "serial", As: told}, Leaf{Path: "state/part-no", Field: "model", As: told},
			Leaf{Path: "state/mfg-name", Field: "manufacturer", As: told}, Leaf{Path: "state/removable", Const: "true"},
			Leaf{Path: "transceiver/state/serial-no", Field: "serial", As: told}, Leaf{Path: "transceiver/state/vendor", Field: "manufacturer", As: told},
			Leaf{Path: "transceiver/state/vendor-part", Field: "model", As: told}, Leaf{Path: "transceiver/state/vendor-rev", Field: "vendor_rev", As: told},
			Leaf{Path: "transceiver/state/present", Const: "PRESENT"}),
		{
			At: "/components/component[name={if:port}-transceiver]", Table: tables.StateTransceiverDom.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{
				{Path: "state/temperature/instant", Field: "temperature", As: told},
				{Path: "transceiver/state/supply-voltage/instant", Field: "voltage", As: told},
			},
		},
		{
			At: "/interfaces/interface[name={if:port}]", Table: tables.StateTransceiver.Schema, Key: "{if}", Role: Facts,
			Leaves: []Leaf{{Path: "state/transceiver", Var: "if", As: View(func(v []string) (string, bool) { return v[0] + "-transceiver", true })}},
		},
	}
}

// told is what is known; N/A stands for what is not.
var told = View(func(values []string) (string, bool) {
	v := strings.TrimSpace(values[0])
	return v, v != "" && v != tables.NotApplicable
})

// float32Of is a number as OpenConfig's ieeefloat32: four octets, in base64.
func float32Of(values []string) (string, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(values[0]), 32)
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(f)))), err == nil
}
