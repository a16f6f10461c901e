package tables

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// All is the word for everything that a port can do, in adv_speeds and adv_interface_types.
const All = "all"

// ParseAdvSpeeds reads adv_speeds, a comma list of speeds in Mbit/s; all is the empty list.
func ParseAdvSpeeds(text string) ([]uint32, error) {
	var speeds []uint32
	err := eachAdvertised(text, func(item string) error {
		n, err := strconv.ParseUint(item, 10, 32)
		if speeds = append(speeds, uint32(n)); err != nil {
			return fmt.Errorf("has the element %q, which is no speed in Mbit/s", item)
		}
		return nil
	})
	return speeds, err
}

// ParseAdvInterfaceTypes reads adv_interface_types, a comma list of types; all is the empty list.
func ParseAdvInterfaceTypes(text string) ([]string, error) {
	var types []string
	err := eachAdvertised(text, func(item string) error {
		t, err := ParseInterfaceType(item)
		types = append(types, t)
		return err
	})
	return types, err
}

func eachAdvertised(text string, take func(item string) error) error {
	if text == All {
		return nil
	}
	for item := range strings.SplitSeq(text, ",") {
		if err := take(strings.TrimSpace(item)); err != nil {
			return err
		}
	}
	return nil
}

// ParseInterfaceType reads the medium of a port in either case, and gives it in upper case, which is how SAI's symbols end.
func ParseInterfaceType(text string) (string, error) {
	known := [...]string{
		"NONE", "CR", "CR2", "CR4", "CR8", "SR", "SR2", "SR4", "SR8", "LR", "LR4", "LR8", "KR", "KR2", "KR4", "KR8", "CAUI", "CAUI4", "GMII", "SFI", "XLAUI",
		"XAUI", "XFI", "XGMII",
	}
	t := strings.ToUpper(text)
	if !slices.Contains(known[:], t) {
		return "", fmt.Errorf("has %q, which is no interface type", text)
	}
	return t, nil
}

// ParseTPID reads the tag protocol id of a port or LAG: 0x8100, 0x9100, 0x9200 or 0x88a8.
func ParseTPID(text string) (uint16, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(text), "0x"), 16, 16)
	if err != nil || !slices.Contains([]uint64{0x8100, 0x9100, 0x9200, 0x88a8}, n) {
		return 0, errors.New("none of 0x8100, 0x9100, 0x9200, 0x88a8")
	}
	return uint16(n), nil
}

// ParseLearnMode checks how a port or LAG learns addresses.
func ParseLearnMode(text string) (string, error) {
	if !slices.Contains([]string{"hardware", "drop", "disable", "cpu_trap", "cpu_log", "notification"}, text) {
		return "", errors.New("none of hardware, drop, disable, cpu_trap, cpu_log, notification")
	}
	return text, nil
}
