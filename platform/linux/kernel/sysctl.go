package kernel

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// setSysctls writes values, all in one visit to the namespace.
func (t *Target) setSysctls(ops []engine.Op, errs []error) {
	var list []netdev.Sysctl
	var at []int
	for i, op := range ops {
		s, err := t.wanted(op)
		if errs[i] = classify(err); err == nil {
			list, at = append(list, s), append(at, i)
		}
	}
	for j, err := range t.conn.WriteSysctls(list) {
		k, _ := ops[at[j]].Key.(linux.SysctlKey)
		errs[at[j]] = classify(t.sysctlError(k, err))
	}
}

// wanted is the sysctl of an operation. What one that is no link's was before is kept.
func (t *Target) wanted(op engine.Op) (s netdev.Sysctl, err error) {
	k, is := op.Key.(linux.SysctlKey)
	if !is {
		return s, invalid("%s is not a sysctl", op.Key)
	}
	if err := k.Check(); err != nil {
		return s, err
	}
	at := slices.IndexFunc(op.Attrs, func(a engine.AttrValue) bool { return a.ID == linux.SysctlAttrValue })
	if at < 0 {
		return s, invalid("%s has no value", k)
	}
	value, is := op.Attrs[at].Value.(string)
	if !is {
		return s, invalid("%s has a value of type %T", k, op.Attrs[at].Value)
	}
	if _, of := k.Link(); !of {
		if _, known := t.before[k.Path]; !known {
			values, errs := t.conn.ReadSysctls([]string{k.Path})
			if errs[0] != nil {
				return s, t.sysctlError(k, errs[0])
			}
			t.before[k.Path] = values[0]
		}
	}
	return netdev.Sysctl{Path: k.Path, Value: value}, nil
}

func (t *Target) resetSysctl(k linux.SysctlKey) error {
	if err := k.Check(); err != nil {
		return err
	}
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
