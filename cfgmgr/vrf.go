package cfgmgr

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The kernel's tables of VRFs (sonic-contract 4.14).
const (
	firstVrfTable = 1001
	lastVrfTable  = 5096
)

var errVrfName = errors.New("is not a VRF name (Vrf and at most 12 more characters)")

// vrf tells STATE_DB of the VRF when its device is there, and then APPL_DB. A kernel without such devices does not hold the VRF back from the
// ASIC; the device's status says what is missing.
func vrf(tx *engine.Tx, name string, r tables.VrfRow) error {
	if err := checkVrf(name); err != nil {
		return err
	}
	var after []engine.Key
	if kernelHasVrf(tx) {
		after = append(after, linux.VrfKey{Name: name})
	}
	engine.Publish(tx, tables.StateVrf, name, tables.StateRow{}, after...)
	engine.Publish(tx, tables.ApplVrf, name, r, engine.Row(tables.StateVrf, name))
	return nil
}

// vrfDevices wants the devices of all VRFs: those that are configured, and those that the ASIC still has although CONFIG_DB dropped them. Until
// their routes have gone, the names of their tables must be known (sonic-contract 4.14). It is one translation for all, because which table one
// gets depends on the others: a device that is there keeps the table it has, so nothing moves when VRFs are added or a daemon starts again; the
// others get the lowest free ones in the order of their names. Without a free one a VRF waits for its device.
func vrfDevices(tx *engine.Tx) error {
	names := vrfNames(tx)
	ids, used := map[string]uint32{}, map[uint32]bool{}
	for _, name := range names {
		l, _ := engine.Get(tx, tables.FactLink, name)
		if l.VrfTable >= firstVrfTable && l.VrfTable <= lastVrfTable && !used[l.VrfTable] {
			ids[name], used[l.VrfTable] = l.VrfTable, true
		}
	}
	next := uint32(firstVrfTable)
	for _, name := range names {
		if ids[name] == 0 {
			for used[next] {
				next++
			}
			ids[name], used[next] = next, true
		}
		if ids[name] <= lastVrfTable {
			engine.Want(tx, linux.VrfKey{Name: name}, linux.VrfTable(ids[name]))
		}
	}
	return nil
}

// vrfNames are sorted.
func vrfNames(tx *engine.Tx) []string {
	all := map[string]bool{}
	for name := range engine.Each(tx, tables.ConfigVrf) {
		if checkVrf(name) == nil {
			all[name] = true
		}
	}
	for name := range engine.Each(tx, tables.StateVrfObject) {
		if checkVrfName(name) == nil {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func checkVrf(name string) error {
	if err := checkVrfName(name); err != nil {
		return badKey(tables.ConfigVrf, name, err.Error())
	}
	return nil
}

// checkVrfName holds the rule by which fpmsyncd tells a VRF from an IPv6 prefix: it begins with Vrf. Default and management VRF are not configured here.
func checkVrfName(name string) error {
	if !strings.HasPrefix(name, "Vrf") || linux.CheckName(name) != nil {
		return errVrfName
	}
	return nil
}
