package kernel

import (
	"errors"
	"io/fs"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

func (t *Target) sysctl(k linux.SysctlKey, op engine.Op) error {
	if err := k.Check(); err != nil {
		return err
	}
	if op.Verb == engine.Remove {
		return t.resetSysctl(k)
	}
	for _, a := range op.Attrs {
		if v, ok := a.Value.(string); ok && a.ID == linux.SysctlAttrValue {
			return t.setSysctl(k, v)
		}
	}
	return invalid("%s has no value", k)
}

func (t *Target) setSysctl(k linux.SysctlKey, value string) error {
	if _, ok := k.Link(); !ok {
		if _, known := t.before[k.Path]; !known {
			values, errs := t.conn.ReadSysctls([]string{k.Path})
			if errs[0] != nil {
				return t.sysctlError(k, errs[0])
			}
			t.before[k.Path] = values[0]
		}
	}
	return t.sysctlError(k, t.conn.WriteSysctls([]netdev.Sysctl{{Path: k.Path, Value: value}})[0])
}

func (t *Target) resetSysctl(k linux.SysctlKey) error {
	value, ok := t.before[k.Path]
	if l, is := k.Link(); is {
		path := strings.Replace(k.Path, "/"+l.Name+"/", "/default/", 1)
		values, errs := t.conn.ReadSysctls([]string{path})
		if errs[0] != nil {
			return t.sysctlError(k, errs[0])
		}
		value, ok = values[0], true
	}
	if !ok {
		return nil // an earlier process wrote it; what was there before is not known
	}
	err := t.conn.WriteSysctls([]netdev.Sysctl{{Path: k.Path, Value: value}})[0]
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it went with its link
	}
	return t.sysctlError(k, err)
}

// sysctlError tells a link that is not there, which may come back, from a sysctl that the kernel lacks.
func (t *Target) sysctlError(k linux.SysctlKey, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if l, ok := k.Link(); ok {
		if _, lerr := t.conn.Index(l.Name); lerr != nil {
			return lerr
		}
	}
	return &engine.Error{Class: engine.Invalid, Err: errors.Join(errors.New("the kernel lacks this sysctl"), unix.EOPNOTSUPP, err)}
}
