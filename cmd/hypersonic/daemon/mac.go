package daemon

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// SwitchMAC is eth0's, as in SONiC's virtual switch; without an eth0 it is one of the switch's own, made up once and kept.
func (env Env) SwitchMAC() (mac tables.MAC, err error) {
	if l, err := net.InterfaceByName("eth0"); err == nil && len(l.HardwareAddr) == len(mac) {
		copy(mac[:], l.HardwareAddr)
		return mac, nil
	}
	if mac, err = ownMAC(env.Path("var/lib/hypersonic/mac")); err != nil {
		return mac, fmt.Errorf("switch MAC address: %w", err)
	}
	return mac, nil
}

// ownMAC is the one in the file. Several programs ask at once at the first start: the file appears under its name with its content, and who comes second
// takes what is there.
func ownMAC(path string) (mac tables.MAC, err error) {
	if mac, err = readMAC(path); !errors.Is(err, fs.ErrNotExist) {
		return mac, err
	}
	if _, err := rand.Read(mac[:]); err != nil {
		return mac, err
	}
	mac[0] = mac[0]&^1 | 2 // unicast, locally administered
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return mac, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "mac.*")
	if err != nil {
		return mac, err
	}
	_, err = f.WriteString(mac.String() + "\n")
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	if err = errors.Join(err, os.Remove(f.Name())); err != nil {
		return mac, err
	}
	return readMAC(path)
}

func readMAC(path string) (mac tables.MAC, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return mac, err
	}
	if err := mac.UnmarshalText([]byte(strings.TrimSpace(string(text)))); err != nil {
		return mac, fmt.Errorf("%s: %w", path, err)
	}
	return mac, nil
}
