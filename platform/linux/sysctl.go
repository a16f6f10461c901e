package linux

import (
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Sysctl is the kind of network sysctls.
var Sysctl = &engine.Kind{Name: "SYSCTL", Rank: rankSysctl, Attr: sysctlAttr, Parse: parseSysctl}

// SysctlKey is a sysctl below /proc/sys by its path with slashes (names of links may hold dots): net/ipv4/conf/Vlan10/proxy_arp. It must
// begin with net/. A sysctl that nobody wants any more returns to the namespace's default for new links, or, if it is not a link's, to the
// value it had before.
type SysctlKey struct{ Path string }

// IPv4Conf is a link's sysctl of IPv4, for example proxy_arp or arp_accept.
func IPv4Conf(l LinkKey, name string) SysctlKey {
	return SysctlKey{Path: "net/ipv4/conf/" + l.Name + "/" + name}
}

// IPv6Conf is a link's sysctl of IPv6, for example disable_ipv6 or accept_untracked_na.
func IPv6Conf(l LinkKey, name string) SysctlKey {
	return SysctlKey{Path: "net/ipv6/conf/" + l.Name + "/" + name}
}

// MPLSConf is a link's sysctl of MPLS: input. The kernel may lack MPLS: then it is refused as invalid.
func MPLSConf(l LinkKey, name string) SysctlKey {
	return SysctlKey{Path: "net/mpls/conf/" + l.Name + "/" + name}
}

// Kind implements engine.Key.
func (SysctlKey) Kind() *engine.Kind { return Sysctl }

// Refs implements engine.Key: a link's sysctl needs the link.
func (k SysctlKey) Refs(yield func(engine.Key) bool) {
	if l, ok := k.Link(); ok {
		yield(l)
	}
}

// Link is the link that the sysctl belongs to, if it is a link's.
func (k SysctlKey) Link() (LinkKey, bool) {
	p := strings.Split(k.Path, "/")
	if len(p) != 5 || p[2] != "conf" && p[2] != "neigh" || p[3] == "all" || p[3] == "default" || p[3] == "lo" {
		return LinkKey{}, false
	}
	return LinkKey{Name: p[3]}, true
}

// Check says what is wrong with the path.
func (k SysctlKey) Check() error {
	if !strings.HasPrefix(k.Path, "net/") {
		return fmt.Errorf("sysctl %q is not below net/", k.Path)
	}
	for _, part := range strings.Split(k.Path, "/") {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("sysctl %q is not a clean path", k.Path)
		}
	}
	return nil
}

// String is for example SYSCTL:net/ipv4/conf/Vlan10/proxy_arp.
func (k SysctlKey) String() string { return Sysctl.Name + ":" + k.Path }

func parseSysctl(text string) (engine.Key, error) {
	path, err := cut("SYSCTL", text)
	if err != nil {
		return nil, err
	}
	k := SysctlKey{Path: path}
	return k, k.Check()
}

// SysctlAttrValue is a string.
const SysctlAttrValue uint16 = 1

func sysctlAttr(id uint16) engine.AttrInfo {
	if id == SysctlAttrValue {
		return engine.AttrInfo{Name: "value"}
	}
	return engine.AttrInfo{Name: fmt.Sprintf("sysctl attribute %d", id)}
}

// SysctlValue is what is written, without a newline; every Want of a sysctl has it.
func SysctlValue(text string) engine.Attr[SysctlKey] {
	return engine.Attr[SysctlKey]{ID: SysctlAttrValue, Value: text}
}
