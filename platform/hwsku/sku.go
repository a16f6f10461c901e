package hwsku

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Port is a front-panel port as CONFIG_DB's PORT gets it. Fields that a file does not give stay zero, Index -1. The strings are in SONiC's
// words, unchecked: the PORT table knows them.
type Port struct {
	Name    string // Ethernet4
	Alias   string // the vendor's name, fortyGigE0/4; the port's name if there is none
	Lanes   []uint32
	Index   int    // number of the cage on the front panel, shared by the ports of a broken-out one
	Speed   uint32 // Mbit/s
	Autoneg string
	FEC     string
	Subport string // 0, or from 1 up for the ports of a broken-out one
	Role    string
	// Extra are further columns of port_config.ini.
	Extra map[string]string
}

// SKU is a switch model.
type SKU struct {
	Ports     []Port // in the order of the file: the N-th is ethN
	LaneMap   LaneMap
	Profile   Profile
	Breakouts []Breakout // what the ports can be split into; only from platform.json
}

// The file names of SONiC.
const (
	platformFile = "platform.json"
	hwskuFile    = "hwsku.json"
	portFile     = "port_config.ini"
	laneFile     = "lanemap.ini"
	profileFile  = "sai.profile"
)

// Default is docker-sonic-vs's Force10-S6000: 32 ports of 40 Gbit/s, Ethernet0 to Ethernet124 in steps of 4.
func Default() SKU {
	s := SKU{Profile: Profile{
		SwitchType:  "SAI_VS_SWITCH_TYPE_BCM56850",
		UseTap:      "true",
		LaneMapFile: "/usr/share/sonic/hwsku/" + laneFile,
	}}
	for i, lane := range [...]uint32{
		25, 29, 33, 37, 45, 41, 1, 5, 13, 9, 17, 21, 53, 49, 57, 61, 69, 65, 73, 77, 109, 105, 113, 117, 125, 121, 81, 85, 93, 89, 101, 97,
	} {
		s.Ports = append(s.Ports, Port{
			Name: fmt.Sprintf("Ethernet%d", i*4), Alias: fmt.Sprintf("fortyGigE0/%d", i*4), Lanes: fourLanes(lane), Index: i, Speed: 40000,
		})
		s.Breakouts = append(s.Breakouts, defaultBreakout(i, s.Ports[i]))
	}
	s.LaneMap = laneMapOf(s.Ports)
	return s
}

// defaultBreakout is what the hardware of the default model can split a port into.
func defaultBreakout(i int, p Port) Breakout {
	four := make([]string, 4)
	for n := range four {
		four[n] = fmt.Sprintf("tenGigE0/%d", i*4+n)
	}
	return Breakout{Port: p.Name, Lanes: p.Lanes, Indexes: []int{i, i, i, i}, Default: "1x40G", Modes: []Mode{
		{Name: "1x40G", Parts: []Part{{Ports: 1, Speed: 40000}}, Aliases: []string{p.Alias}},
		{Name: "4x10G", Parts: []Part{{Ports: 4, Speed: 10000}}, Aliases: four},
	}}
}

func fourLanes(first uint32) []uint32 { return []uint32{first, first + 1, first + 2, first + 3} }

// Load reads a HwSKU's directory. platform.json is looked for in it, above it (the platform's directory has one for each HwSKU), and in
// "platform" beside it (where SONiC links them). Without any port file the error is fs.ErrNotExist, and Default is what SONiC would run.
func Load(dir string) (SKU, error) {
	var s SKU
	ok, err := loadPlatform(&s, dir)
	if err == nil && !ok {
		err = parseFile(filepath.Join(dir, portFile), func(name string, b []byte) (err error) {
			s.Ports, err = ParsePortConfig(name, b)
			return err
		})
	}
	if err != nil {
		return SKU{}, fmt.Errorf("HwSKU: %w", err)
	}
	err = parseFile(filepath.Join(dir, laneFile), func(name string, b []byte) (err error) {
		s.LaneMap, err = ParseLaneMap(name, b)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		s.LaneMap, err = laneMapOf(s.Ports), nil
	}
	if err != nil {
		return SKU{}, fmt.Errorf("HwSKU: %w", err)
	}
	err = parseFile(filepath.Join(dir, profileFile), func(name string, b []byte) (err error) {
		s.Profile, err = ParseProfile(name, b)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return SKU{}, fmt.Errorf("HwSKU: %w", err)
	}
	return s, nil
}

// loadPlatform takes the ports from the two JSON files; false when they are not both there, or platform.json has no interfaces.
func loadPlatform(s *SKU, dir string) (bool, error) {
	choices := map[string]Choice{}
	hwsku := filepath.Join(dir, hwskuFile)
	err := parseFile(hwsku, func(name string, b []byte) (err error) {
		choices, err = ParseHwSKU(name, b)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	places := []string{dir, filepath.Join(dir, "..", "platform")}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		places = []string{dir, filepath.Dir(real), places[1]}
	}
	for _, place := range places {
		err := parseFile(filepath.Join(place, platformFile), func(name string, b []byte) (err error) {
			if s.Breakouts, err = ParsePlatform(name, b); err == nil {
				s.Ports, err = breakOut(name, hwsku, s.Breakouts, choices)
			}
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return len(s.Breakouts) > 0, err
	}
	return false, nil
}

func parseFile(path string, parse func(name string, b []byte) error) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return parse(path, b)
}
