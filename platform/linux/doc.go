// Package linux holds the kernel's objects as engine kinds: links, VRF devices, addresses, static neighbours and sysctls. It is pure data:
// keys, attributes and their texts. Package kernel makes them real over netlink; cfgmgr wants them and never touches the kernel itself.
//
// Ranks follow what the kernel demands: a link may be in a VRF, a sysctl belongs to a link and decides whether it takes IPv6 addresses, a
// neighbour needs an address on its link.
package linux

import (
	"fmt"
	"strings"
)

const (
	rankVrf = iota
	rankLink
	rankSysctl
	rankAddr
	rankNeigh
)

// cut takes the kind's name off an object's text.
func cut(kind, text string) (string, error) {
	rest, ok := strings.CutPrefix(text, kind+":")
	if !ok || rest == "" {
		return "", fmt.Errorf("%q is not the text of an object of kind %s", text, kind)
	}
	return rest, nil
}

// cutLink splits "Ethernet0:rest"; names of links hold no colon (CheckName).
func cutLink(kind, text string) (LinkKey, string, error) {
	rest, err := cut(kind, text)
	if err != nil {
		return LinkKey{}, "", err
	}
	name, rest, ok := strings.Cut(rest, ":")
	if !ok {
		return LinkKey{}, "", fmt.Errorf("%q has no link", text)
	}
	if err := CheckName(name); err != nil {
		return LinkKey{}, "", err
	}
	return LinkKey{Name: name}, rest, nil
}
