package virtual

import (
	"fmt"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// unittest is what came through SAI_VS_UNITTEST_CHANNEL (sonic-contract 2.8).
type unittest struct {
	enabled bool
	pins    map[pin]any // read-only attributes, until unit tests are disabled
}

type pin struct {
	oid  sai.OID
	attr *sai.AttrMeta
}

func (u *unittest) forget(oid sai.OID) {
	for p := range u.pins {
		if p.oid == oid {
			delete(u.pins, p)
		}
	}
}

// The operations on SAI_VS_UNITTEST_CHANNEL.
const (
	opEnableUnittests = "enable_unittests"
	opSetReadOnly     = "set_ro"
	opSetStats        = "set_stats"
)

// Field is a field of a message on SAI_VS_UNITTEST_CHANNEL.
type Field struct{ Name, Value string }

// UnitTest carries out a message of SAI_VS_UNITTEST_CHANNEL: enable_unittests with data true or false; set_ro and set_stats with an object,
// SAI_OBJECT_TYPE_X:oid:0x.., as data, and attributes or counters as fields. translate turns the VIDs of the message into RIDs; nil
// takes them for RIDs. Disabling forgets all that was set.
func (a *ASIC) UnitTest(op, data string, fields []Field, translate func(sai.OID) (sai.OID, bool)) error {
	if translate == nil {
		translate = func(o sai.OID) (sai.OID, bool) { return o, true }
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	err := fmt.Errorf("unknown operation")
	switch op {
	case opEnableUnittests:
		err = a.enableUnitTests(data)
	case opSetReadOnly:
		err = a.pinAttributes(data, fields, translate)
	case opSetStats:
		err = a.pinStats(data, fields, translate)
	}
	if err != nil {
		return fmt.Errorf("unit test channel: %s %s: %w", op, data, err)
	}
	return nil
}

func (a *ASIC) enableUnitTests(data string) error {
	on, err := strconv.ParseBool(data)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", data)
	}
	if on != a.test.enabled {
		a.test = unittest{enabled: on, pins: map[pin]any{}}
		a.stats = stats{}
	}
	return nil
}

// tested finds the object of a message.
func (a *ASIC) tested(data string, translate func(sai.OID) (sai.OID, bool)) (*object, error) {
	if !a.test.enabled {
		return nil, fmt.Errorf("unit tests are not enabled")
	}
	id, err := sai.ParseObject(data)
	if err != nil {
		return nil, err
	}
	if id.Entry != nil {
		return nil, fmt.Errorf("entries have nothing to set")
	}
	oid, ok := translate(id.OID)
	if !ok {
		return nil, fmt.Errorf("no such object")
	}
	o, ok := a.find(sai.Object{Type: id.Type, OID: oid})
	if !ok {
		return nil, fmt.Errorf("no such object")
	}
	return o, nil
}

func (a *ASIC) pinAttributes(data string, fields []Field, translate func(sai.OID) (sai.OID, bool)) error {
	o, err := a.tested(data, translate)
	if err != nil {
		return err
	}
	for _, f := range fields {
		m := o.id.Type.Meta().AttrByName(f.Name)
		if m == nil {
			return fmt.Errorf("unknown attribute %q", f.Name)
		}
		v, err := sai.ParseValue(m, f.Value)
		if err != nil {
			return fmt.Errorf("%s %q: %w", f.Name, f.Value, err)
		}
		v, ok := sai.MapValue(v, translate)
		if !ok {
			return fmt.Errorf("%s %q: no such object", f.Name, f.Value)
		}
		a.test.pins[pin{o.id.OID, m}] = v
	}
	return nil
}

func (a *ASIC) pinStats(data string, fields []Field, translate func(sai.OID) (sai.OID, bool)) error {
	o, err := a.tested(data, translate)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if o.id.Type.Meta().Stats == nil {
			return fmt.Errorf("%v has no counters", o.id.Type)
		}
		stat, ok := o.id.Type.Meta().Stats.Number(f.Name)
		if !ok {
			return fmt.Errorf("unknown counter %q", f.Name)
		}
		v, err := strconv.ParseUint(f.Value, 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		a.stats.put(o.id.OID, stat, v)
	}
	return nil
}
