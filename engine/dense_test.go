package engine_test

import (
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

// The dense translation of the toy's routes.
type (
	denseRoute struct {
		vrf    engine.Handle
		prefix uint32 // index in prefixes
	}
	denseVia struct {
		via  engine.Handle
		drop bool
	}
)

type denseRoutes struct {
	e        *engine.Engine
	sets     *engine.Sets[string]
	prefixes []string
	done     func([]engine.Result[denseRoute, denseVia]) engine.Output
}

func registerDense(e *engine.Engine, done func(*denseRoutes, []engine.Result[denseRoute, denseVia]) engine.Output) *denseRoutes {
	r := &denseRoutes{e: e}
	r.sets = engine.OnSet(e, "set", func(tx *engine.Tx, set string) error {
		engine.Resolve(tx, wantSet(tx, set)...)
		return nil
	})
	d := r.dense(nil)
	if done != nil {
		d.Done = func(list []engine.Result[denseRoute, denseVia]) engine.Output { return done(r, list) }
	}
	engine.OnDense(e, tRoute, d)
	return r
}

func (r *denseRoutes) dense(floor map[denseRoute]denseVia) engine.Dense[routeID, routeRow, denseRoute, denseVia] {
	return engine.Dense[routeID, routeRow, denseRoute, denseVia]{
		Kind:   kindRoute,
		Floor:  floor,
		Object: func(k routeID) (denseRoute, error) { return r.pack(routeKey(k)), nil },
		Value: func(_ routeID, row routeRow) (denseVia, bool, error) {
			if row.Drop {
				return denseVia{drop: true}, true, nil
			}
			if set := strings.Join(row.Via, "+"); strings.Contains(set, "@") {
				return denseVia{via: r.sets.Handle(set)}, true, nil
			}
			return denseVia{}, false, nil
		},
		Handles: func(o denseRoute, v denseVia, yield func(engine.Handle)) { yield(o.vrf); yield(v.via) },
		Encode: func(o denseRoute, v denseVia, key func(engine.Handle) engine.Key, attrs []engine.AttrValue) (engine.Key, []engine.AttrValue) {
			k := r.key(o, key)
			if v.drop {
				return k, append(attrs, engine.AttrValue{ID: 1, Value: "drop"})
			}
			return k, append(attrs, engine.AttrValue{ID: 2, Value: key(v.via)})
		},
		Decode: func(k engine.Key) (denseRoute, bool) { return r.pack(k.(routeKey)), true },
	}
}

func (r *denseRoutes) key(o denseRoute, key func(engine.Handle) engine.Key) routeKey {
	k := routeKey{"v", r.prefixes[o.prefix]}
	if o.vrf != 0 {
		k.Vrf = key(o.vrf).(portKey).Name
	}
	return k
}

func (r *denseRoutes) pack(k routeKey) (o denseRoute) {
	if k.Vrf != "v" {
		o.vrf = r.e.Handle(portKey{k.Vrf})
	}
	for i, p := range r.prefixes {
		if p == k.Prefix {
			o.prefix = uint32(i)
			return o
		}
	}
	o.prefix = uint32(len(r.prefixes))
	r.prefixes = append(r.prefixes, strings.Clone(k.Prefix))
	return o
}

func route(vrf, prefix string, via ...string) db.Write {
	return tRoute.Replace(routeID{vrf, prefix}, routeRow{Via: via})
}
