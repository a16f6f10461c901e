package kernel

import (
	"context"
	"slices"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// Adopt implements engine.Adopter. Links of ports are permanent: they are not the engine's to make or remove.
func (t *Target) Adopt(_ context.Context, kinds []*engine.Kind) ([]engine.Actual, error) {
	v, err := take(t.conn)
	if err != nil {
		return nil, err
	}
	var found []engine.Actual
	for _, a := range v.objects {
		if slices.Contains(kinds, a.Key.Kind()) {
			found = append(found, a)
		}
	}
	if slices.Contains(kinds, linux.Sysctl) {
		found = append(found, t.sysctls(v)...)
	}
	t.adopted = make([]engine.Key, len(found))
	for i, a := range found {
		t.adopted[i] = a.Key
	}
	return found, nil
}

// managed are the sysctls that cfgmgr's features write for links; adoption finds those that an earlier run changed.
func managed(l linux.LinkKey) []linux.SysctlKey {
	return []linux.SysctlKey{
		linux.IPv6Conf(l, "disable_ipv6"), linux.IPv6Conf(l, "accept_untracked_na"), linux.MPLSConf(l, "input"),
		linux.IPv4Conf(l, "arp_accept"), linux.IPv4Conf(l, "arp_evict_nocarrier"), linux.IPv4Conf(l, "proxy_arp"), linux.IPv4Conf(l, "proxy_arp_pvlan"),
	}
}

// sysctls are the managed ones of our links that are not at the namespace's default.
func (t *Target) sysctls(v inventory) (found []engine.Actual) {
	values, errs := t.conn.ReadSysctls(paths(managed(linux.LinkKey{Name: "default"})))
	for k := range v.objects {
		l, ok := k.(linux.LinkKey)
		if !ok {
			continue
		}
		var keys []linux.SysctlKey
		var defaults []string
		for i, key := range managed(l) {
			if errs[i] == nil { // or the kernel lacks it
				keys, defaults = append(keys, key), append(defaults, values[i])
			}
		}
		now, errs := t.conn.ReadSysctls(paths(keys))
		for i, key := range keys {
			if errs[i] == nil && now[i] != defaults[i] {
				found = append(found, engine.Actual{Key: key, Attrs: []engine.AttrValue{{ID: linux.SysctlAttrValue, Value: now[i]}}})
			}
		}
	}
	return found
}

func paths(keys []linux.SysctlKey) []string {
	p := make([]string, len(keys))
	for i, k := range keys {
		p[i] = k.Path
	}
	return p
}
