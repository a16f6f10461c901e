package switchtest

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Canonical is the ASIC's state as text that two switches share if they forward alike: objects by name, without attributes that have their
// default value, because one that was set and taken back is as good as one that never was, and without a port's lanes, which ports that the ASIC
// made itself do not tell.
func Canonical(ctx context.Context, k db.Keyspace) (string, error) {
	names, err := naturalNames(ctx, k)
	if err != nil {
		return "", err
	}
	var objects []string
	err = eachHash(ctx, k.Raw(db.Asic), wire.State+"*", func(key string, fields []db.Field) {
		object := names.replace(strings.TrimPrefix(key, wire.State+"SAI_OBJECT_TYPE_"))
		if strings.Contains(object, "unnamed ") {
			return // what the ASIC made for itself
		}
		o, err := sai.ParseObject(strings.TrimPrefix(key, wire.State))
		if err != nil {
			objects = append(objects, key+" "+err.Error())
			return
		}
		slices.SortFunc(fields, func(a, b db.Field) int { return strings.Compare(a.Name, b.Name) })
		for _, f := range fields {
			if f.Name != wire.Null && f.Name != "SAI_PORT_ATTR_HW_LANE_LIST" && !isDefault(o.Type, f) {
				object += " " + f.Name[strings.Index(f.Name, "_ATTR_")+6:] + "=" + names.replace(f.Value)
			}
		}
		objects = append(objects, object)
	})
	slices.Sort(objects)
	return strings.Join(objects, "\n"), err
}

func isDefault(t sai.ObjectType, f db.Field) bool {
	m := t.Meta().AttrByName(f.Name)
	if m == nil {
		return false
	}
	v, err := sai.ParseValue(m, f.Value)
	d, ok := m.Default()
	return err == nil && ok && (reflect.DeepEqual(v, d) || v == any(sai.OID(0)))
}
