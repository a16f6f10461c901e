package fpm

import (
	"debug/elf"
	"fmt"
)

// routeParser is zebra's function for a route notification; a module that listens to us needs it.
const routeParser = "netlink_route_change_read_unicast_internal"

// HearsAcks finds out whether a zebra with this module (the path of dplane_fpm_nl.so) acts on what Conn.Ack sends. If it does not, zebra must not
// be started with --asic-offload=notify_on_offload.
func HearsAcks(module string) (bool, error) {
	f, err := elf.Open(module)
	if err != nil {
		return false, fmt.Errorf("fpm: module: %w", err)
	}
	defer func() { _ = f.Close() }()
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return false, fmt.Errorf("fpm: module %s: %w", module, err)
	}
	for _, s := range symbols {
		if s.Name == routeParser {
			return true, nil
		}
	}
	return false, nil
}
