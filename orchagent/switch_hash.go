package orchagent

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What SAI sets before the names of fields and algorithms.
const (
	hashFieldPrefix     = "SAI_NATIVE_HASH_FIELD_"
	hashAlgorithmPrefix = "SAI_HASH_ALGORITHM_"
)

// The switch's own hashes.
func ecmpHash() sai.HashKey { return sai.HashKey{Name: "ecmp"} }
func lagHash() sai.HashKey  { return sai.HashKey{Name: "lag"} }

func registerHash(e *engine.Engine, redis, facts db.Store) {
	e.Source(facts, engine.Normal, tables.FactHash.Schema)
	e.Source(redis, engine.Normal, tables.ConfigSwitchHash.Schema)
	e.Sink(redis, tables.StateHashCapability.Schema)
	engine.On(e, tables.ConfigSwitchHash, switchHash)
	engine.On(e, tables.FactHash, hashCapability)
}

// switchHash sets what members of groups and LAGs are chosen by. A list with a field that the ASIC does not know is not in force as a whole.
func switchHash(tx *engine.Tx, key string, r tables.SwitchHashRow) error {
	if key != tables.SwitchHashKey {
		return fmt.Errorf("the only row is %s|%s", tables.ConfigSwitchHash.Name, tables.SwitchHashKey)
	}
	f, told := engine.Get(tx, tables.FactHash, tables.SwitchKeyName)
	fields := func(name string, list []tables.HashField, hash sai.HashKey, can bool) {
		var native []sai.NativeHashField
		for i, h := range list {
			switch {
			case slices.Contains(list[:i], h):
				complain(tx, name, h, "is there twice")
				return
			case told && (!can || f.FieldsKnown && !slices.Contains(f.Fields, string(h))):
				complain(tx, name, h, "is nothing that this ASIC can hash by")
				return
			}
			n, _ := sai.NativeHashField(0).EnumMeta().Number(hashFieldPrefix + string(h))
			native = append(native, sai.NativeHashField(n))
		}
		if len(native) > 0 {
			engine.Set(tx, hash, sai.HashNativeHashFieldList(native...))
		}
	}
	fields("ecmp_hash", r.Ecmp, ecmpHash(), f.Ecmp)
	fields("lag_hash", r.Lag, lagHash(), f.Lag)
	algorithm := func(name string, a *tables.HashAlgorithm, can bool, known []string, set func(sai.HashAlgorithm) engine.Attr[sai.SwitchKey]) {
		if a == nil {
			return
		}
		if told && (!can || !slices.Contains(known, string(*a))) {
			complain(tx, name, *a, "is no algorithm of this ASIC")
			return
		}
		n, _ := sai.HashAlgorithm(0).EnumMeta().Number(hashAlgorithmPrefix + string(*a))
		engine.Set(tx, sai.SwitchKey{}, set(sai.HashAlgorithm(n)))
	}
	algorithm("ecmp_hash_algorithm", r.EcmpAlgorithm, f.EcmpAlgorithm, f.EcmpAlgorithms, sai.SwitchEcmpDefaultHashAlgorithm)
	algorithm("lag_hash_algorithm", r.LagAlgorithm, f.LagAlgorithm, f.LagAlgorithms, sai.SwitchLagDefaultHashAlgorithm)
	return nil
}

func hashCapability(tx *engine.Tx, _ string, f tables.HashFact) error {
	fields := "N/A"
	if f.FieldsKnown {
		fields = strings.Join(f.Fields, ",")
	}
	engine.Publish(tx, tables.StateHashCapability, tables.SwitchKeyName, tables.HashCapabilityRow{
		Fields: fields, Ecmp: f.Ecmp, Lag: f.Lag,
		EcmpAlgorithms: strings.Join(f.EcmpAlgorithms, ","), EcmpAlgorithm: f.EcmpAlgorithm,
		LagAlgorithms: strings.Join(f.LagAlgorithms, ","), LagAlgorithm: f.LagAlgorithm,
	})
	return nil
}

// readHash asks the ASIC what it can hash by.
func (b *BringUp) readHash(ctx context.Context, sw sai.OID) (f tables.HashFact) {
	t := sai.ObjectTypeSwitch
	list := sai.ObjectTypeHash.Meta().Attr(sai.HashAttrNativeHashFieldList)
	can := b.canSet(ctx, sw, sai.ObjectTypeHash, list.ID)
	there := func(attr uint16) bool {
		v, err := b.get(ctx, t, sw, attr)
		oid, _ := v.(sai.OID)
		return err == nil && oid != 0
	}
	f.Ecmp, f.Lag = can && there(sai.SwitchAttrEcmpHash), can && there(sai.SwitchAttrLagHash)
	f.Fields, f.FieldsKnown = b.enumNames(ctx, sw, list, hashFieldPrefix)
	f.EcmpAlgorithms, _ = b.enumNames(ctx, sw, t.Meta().Attr(sai.SwitchAttrEcmpDefaultHashAlgorithm), hashAlgorithmPrefix)
	f.LagAlgorithms, _ = b.enumNames(ctx, sw, t.Meta().Attr(sai.SwitchAttrLagDefaultHashAlgorithm), hashAlgorithmPrefix)
	f.EcmpAlgorithm = b.canSet(ctx, sw, t, sai.SwitchAttrEcmpDefaultHashAlgorithm)
	f.LagAlgorithm = b.canSet(ctx, sw, t, sai.SwitchAttrLagDefaultHashAlgorithm)
	return f
}

// enumNames are the values that an attribute may have, without what all names begin with; false if the ASIC does not tell.
func (b *BringUp) enumNames(ctx context.Context, sw sai.OID, m *sai.AttrMeta, prefix string) (names []string, told bool) {
	values, st := b.API.EnumCapability(ctx, sw, m)
	for _, v := range values {
		if name, ok := m.Enum.Symbol(v); ok {
			names = append(names, strings.TrimPrefix(name, prefix))
		}
	}
	return names, st == sai.StatusSuccess
}
