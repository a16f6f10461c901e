package kernel

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// wantedLink is an operation's attributes, decoded.
type wantedLink struct {
	netdev.Change
	host    linux.HostKind
	carrier *bool
}

func (t *Target) decodeLink(op engine.Op) (w wantedLink, err error) {
	for _, a := range op.Attrs {
		switch v := a.Value.(type) {
		case linux.HostKind:
			w.host = v
		case bool:
			if a.ID == linux.LinkAttrAdmin {
				w.Admin = &v
			} else {
				w.carrier = &v
			}
		case uint32:
			w.MTU = &v
		case linux.MAC:
			w.MAC = &v
		case string:
			w.Alias = &v
		case linux.VrfKey:
			index, err := t.conn.Index(v.Name)
			if err != nil {
				return w, fmt.Errorf("master %s: %w", v.Name, err)
			}
			w.Master = &index
		case nil:
			w.Master = new(int32)
		default:
			return w, invalid("%s: attribute %d has a value of type %T", op.Key, a.ID, a.Value)
		}
	}
	return w, nil
}

func (t *Target) link(k linux.LinkKey, op engine.Op) error {
	w, err := t.decodeLink(op)
	if err != nil {
		return err
	}
	if err := t.conn.SetLink(k.Name, w.Change); err != nil {
		return err
	}
	if w.carrier == nil {
		return nil
	}
	return t.setCarrier(k.Name, *w.carrier)
}

func (t *Target) setCarrier(name string, on bool) error {
	err := t.conn.SetCarrier(name, on)
	if errors.Is(err, unix.ENODEV) {
		if _, lerr := t.conn.Index(name); lerr == nil {
			return nil // a dummy has no inner end and always a carrier
		}
	}
	return err
}

// createLinks makes links, pairs many at a time.
func (t *Target) createLinks(ops []engine.Op, errs []error) {
	var pairs []netdev.Pair
	var at []int
	for i, op := range ops {
		k, is := op.Key.(linux.LinkKey)
		if !is {
			errs[i] = invalid("%s is not a link", op.Key)
			continue
		}
		w, err := t.decodeLink(op)
		if err != nil {
			errs[i] = classify(err)
			continue
		}
		pair, done, err := t.pair(k.Name, w)
		if errs[i] = classify(err); !done && err == nil {
			pairs, at = append(pairs, pair), append(at, i)
		}
	}
	for j, err := range t.conn.AddPairs(pairs) {
		errs[at[j]] = classify(err)
	}
}

// pair is what a link is made as; done says that it has been made otherwise.
func (t *Target) pair(name string, w wantedLink) (p netdev.Pair, done bool, err error) {
	if kind := linux.HostKindOf(name); w.host != kind || kind == linux.HostNone || kind == linux.HostPort {
		return p, false, invalid("link %s cannot be made as a %s", name, w.host)
	}
	carrier := w.carrier == nil || *w.carrier
	if w.MTU == nil {
		mtu := linux.DefaultMTU
		w.MTU = &mtu
	}
	if w.host == linux.HostLoopback {
		// A loopback is no Ethernet: nobody asks it for a MAC address.
		on := true
		w.NoARP, carrier = &on, true
		if done, err := t.createDummy(name, w.Change); done {
			return p, true, err
		}
	}
	return netdev.Pair{Name: name, Outer: w.Change, Carrier: &carrier}, false, nil
}

// createDummy reports false where the kernel has no dummy devices; the first attempt finds out.
func (t *Target) createDummy(name string, ch netdev.Change) (done bool, err error) {
	if t.noDummy {
		return false, nil
	}
	err = t.conn.AddDummy(name, ch)
	if errors.Is(err, unix.EEXIST) {
		return false, nil // a pair of an earlier day, perhaps
	}
	if errors.Is(err, unix.EOPNOTSUPP) {
		t.noDummy = true
		return false, nil
	}
	return true, err
}

func (t *Target) removeLinks(ops []engine.Op, errs []error) {
	var names []string
	var at []int
	for i, op := range ops {
		k, ok := op.Key.(linux.LinkKey)
		if kind := linux.HostKindOf(k.Name); !ok || kind == linux.HostNone || kind == linux.HostPort {
			errs[i] = invalid("%s is not cfgmgr's to remove", op.Key)
			continue
		}
		names, at = append(names, k.Name), append(at, i)
		t.expect(k, true)
	}
	found, failed := t.conn.RemoveLinks(names)
	for j, i := range at {
		errs[i] = classify(failed[j])
		if failed[j] != nil || !found[j] {
			t.expect(ops[i].Key, false)
		}
	}
}
