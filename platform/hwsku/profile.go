package hwsku

import (
	"iter"
	"strings"
)

// Profile is sai.profile: what the driver of the ASIC is told. A nil Profile has nothing but defaults.
type Profile map[string]string

// Keys that the virtual switch knows (sonic-contract 3.2).
const (
	SwitchType       = "SAI_VS_SWITCH_TYPE"
	SAISwitchType    = "SAI_VS_SAI_SWITCH_TYPE"
	UseTap           = "SAI_VS_HOSTIF_USE_TAP_DEVICE"
	LaneMapFile      = "SAI_VS_INTERFACE_LANE_MAP_FILE"
	ResourceLimiter  = "SAI_VS_RESOURCE_LIMITER_FILE"
	ConfiguredSpeed  = "SAI_VS_USE_CONFIGURED_SPEED_AS_OPER_SPEED"
	BFDOffload       = "SAI_VS_BFD_OFFLOAD_SUPPORTED"
	WarmBootRead     = "SAI_WARM_BOOT_READ_FILE"
	WarmBootWrite    = "SAI_WARM_BOOT_WRITE_FILE"
	BootKey          = "SAI_BOOT_KEY"
	CorePortIndexMap = "SAI_VS_CORE_PORT_INDEX_MAP_FILE"
)

// Bool is a setting that is on when it is "true"; otherwise when it is missing.
func (p Profile) Bool(key string, otherwise bool) bool {
	if v, ok := p[key]; ok {
		return v == "true"
	}
	return otherwise
}

// ParseProfile reads lines key=value. A key that is there twice has its last value, as with SONiC. name is for errors.
func ParseProfile(name string, b []byte) (Profile, error) {
	p := Profile{}
	for line, text := range settings(b) {
		key, value, ok := strings.Cut(text, "=")
		if key = strings.TrimSpace(key); !ok || key == "" {
			return nil, &Error{File: name, Line: line, Value: text, Reason: "want key=value"}
		}
		p[key] = strings.TrimSpace(value)
	}
	return p, nil
}

// settings yields the lines that are neither blank nor comments (# and ;), trimmed, with their numbers from 1.
func settings(b []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for text := range strings.Lines(string(b)) {
			n++
			if text = strings.TrimSpace(text); text == "" || text[0] == '#' || text[0] == ';' {
				continue
			}
			if !yield(n, text) {
				return
			}
		}
	}
}
