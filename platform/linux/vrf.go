package linux

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Vrf is the kind of VRF devices. Where the kernel has none, their creation is refused as invalid, and links of the VRF wait.
var Vrf = &engine.Kind{Name: "VRF", Rank: rankVrf, Attr: vrfAttr, Parse: parseVrf}

// VrfKey is a VRF device by its name (VrfRed, mgmt).
type VrfKey struct{ Name string }

// Kind implements engine.Key.
func (VrfKey) Kind() *engine.Kind { return Vrf }

// Refs implements engine.Key.
func (VrfKey) Refs(func(engine.Key) bool) {}

// String is for example VRF:VrfRed.
func (k VrfKey) String() string { return Vrf.Name + ":" + k.Name }

func parseVrf(text string) (engine.Key, error) {
	name, err := cut("VRF", text)
	if err != nil {
		return nil, err
	}
	return VrfKey{Name: name}, CheckName(name)
}

// VrfAttrTable is a uint32.
const VrfAttrTable uint16 = 1

func vrfAttr(id uint16) engine.AttrInfo {
	if id == VrfAttrTable {
		return engine.AttrInfo{Name: "table", CreateOnly: true}
	}
	return engine.AttrInfo{Name: fmt.Sprintf("vrf attribute %d", id)}
}

// VrfTable is the kernel's routing table of the VRF: 1001 to 5096, mgmt 6000 (sonic-contract 4.14).
func VrfTable(id uint32) engine.Attr[VrfKey] { return engine.Attr[VrfKey]{ID: VrfAttrTable, Value: id} }
