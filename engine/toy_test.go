package engine_test

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// The toy world: ports that are there, VLANs, bridge ports shared by members, mirror sessions in a cycle with ports, next hops, groups, routes.

var (
	kindPort   = &engine.Kind{Name: "PORT", Rank: 1, Attr: attrs("pvid", "mtu", "mirror", "speed")}
	kindMirror = &engine.Kind{Name: "MIRROR", Rank: 2, Attr: attrs("!type")}
	kindVlan   = &engine.Kind{Name: "VLAN", Rank: 2, Attr: attrs("!stp", "learn")}
	kindBP     = &engine.Kind{Name: "BP", Rank: 3, Attr: attrs("admin")}
	kindMember = &engine.Kind{Name: "MEMBER", Rank: 4, Attr: attrs("tagging")}
	kindHop    = &engine.Kind{Name: "HOP", Rank: 3, Attr: attrs("!mac")}
	kindGroup  = &engine.Kind{Name: "GROUP", Rank: 4, Attr: attrs("!type")}
	kindGM     = &engine.Kind{Name: "GM", Rank: 5, Attr: attrs("weight")}
	kindRoute  = &engine.Kind{Name: "ROUTE", Rank: 6, Attr: routeAttr}
	kindTree   = &engine.Kind{Name: "TREE", Rank: 7, Attr: attrs("weight"), Depth: func(k engine.Key) int { return strings.Count(k.(treeKey).Path, "/") }}

	allKinds = []*engine.Kind{kindPort, kindMirror, kindVlan, kindBP, kindMember, kindHop, kindGroup, kindGM, kindRoute, kindTree}
)

// attrs makes AttrInfo of names: ! is create-only. pvid, learn, admin, tagging and weight and mtu have defaults, speed has none, mirror is deferred.
func attrs(names ...string) func(uint16) engine.AttrInfo {
	return func(id uint16) engine.AttrInfo {
		i := engine.AttrInfo{Name: strings.TrimPrefix(names[id-1], "!"), CreateOnly: names[id-1][0] == '!'}
		switch i.Name {
		case "pvid", "weight":
			i.Default, i.HasDefault = 1, true
		case "mtu":
			i.Default, i.HasDefault = 1500, true
		case "learn", "admin":
			i.Default, i.HasDefault = false, true
		case "tagging":
			i.Default, i.HasDefault = "untagged", true
		case "mirror":
			i.HasDefault, i.Deferred = true, true
		}
		return i
	}
}

func routeAttr(id uint16) engine.AttrInfo {
	if id == 1 {
		return engine.AttrInfo{Name: "action", Default: "forward", HasDefault: true}
	}
	return engine.AttrInfo{Name: "via", HasDefault: true}
}

type (
	portKey   struct{ Name string }
	mirrorKey struct{ Name, Port string }
	vlanKey   struct{ ID int }
	bpKey     struct{ Port portKey }
	memberKey struct {
		Vlan vlanKey
		BP   bpKey
	}
	hopKey   struct{ Port, IP string }
	groupKey struct{ Set string }
	gmKey    struct {
		Group groupKey
		Hop   hopKey
	}
	routeKey struct{ Vrf, Prefix string }
	treeKey  struct{ Path string }
)

func (portKey) Kind() *engine.Kind   { return kindPort }
func (mirrorKey) Kind() *engine.Kind { return kindMirror }
func (vlanKey) Kind() *engine.Kind   { return kindVlan }
func (bpKey) Kind() *engine.Kind     { return kindBP }
func (memberKey) Kind() *engine.Kind { return kindMember }
func (hopKey) Kind() *engine.Kind    { return kindHop }
func (groupKey) Kind() *engine.Kind  { return kindGroup }
func (gmKey) Kind() *engine.Kind     { return kindGM }
func (routeKey) Kind() *engine.Kind  { return kindRoute }
func (treeKey) Kind() *engine.Kind   { return kindTree }

func (portKey) Refs(func(engine.Key) bool)           {}
func (k mirrorKey) Refs(yield func(engine.Key) bool) { yield(portKey{k.Port}) }
func (vlanKey) Refs(func(engine.Key) bool)           {}
func (k bpKey) Refs(yield func(engine.Key) bool)     { yield(k.Port) }
func (k memberKey) Refs(yield func(engine.Key) bool) { _ = yield(k.Vlan) && yield(k.BP) }
func (k hopKey) Refs(yield func(engine.Key) bool)    { yield(portKey{k.Port}) }
func (groupKey) Refs(func(engine.Key) bool)          {}
func (k gmKey) Refs(yield func(engine.Key) bool)     { _ = yield(k.Group) && yield(k.Hop) }
func (k routeKey) Refs(yield func(engine.Key) bool) {
	if k.Vrf != "v" { // ports stand in for VRFs
		yield(portKey{k.Vrf})
	}
}
func (k treeKey) Refs(yield func(engine.Key) bool) {
	if i := strings.LastIndexByte(k.Path, '/'); i > 0 {
		yield(treeKey{k.Path[:i]})
	}
}

func (k portKey) String() string   { return "PORT:" + k.Name }
func (k mirrorKey) String() string { return "MIRROR:" + k.Name + "@" + k.Port }
func (k vlanKey) String() string   { return fmt.Sprintf("VLAN:%02d", k.ID) }
func (k bpKey) String() string     { return "BP:" + k.Port.Name }
func (k memberKey) String() string { return fmt.Sprintf("MEMBER:%02d:%s", k.Vlan.ID, k.BP.Port.Name) }
func (k hopKey) String() string    { return "HOP:" + k.Port + ":" + k.IP }
func (k groupKey) String() string  { return "GROUP:" + k.Set }
func (k gmKey) String() string     { return "GM:" + k.Group.Set + ":" + k.Hop.Port + ":" + k.Hop.IP }
func (k routeKey) String() string  { return "ROUTE:" + k.Vrf + ":" + k.Prefix }
func (k treeKey) String() string   { return "TREE:" + k.Path }

func init() {
	kindPort.Parse = func(text string) (engine.Key, error) {
		if name, ok := strings.CutPrefix(text, "PORT:"); ok {
			return portKey{name}, nil
		}
		return nil, errors.New("no port")
	}
	kindVlan.Parse = func(text string) (engine.Key, error) {
		var k vlanKey
		_, err := fmt.Sscanf(text, "VLAN:%d", &k.ID)
		return k, err
	}
}

// The toy tables.
type (
	vlanID  int
	vlanRow struct {
		STP   string `db:"stp,default=a"`
		Learn bool   `db:"learn,omitempty"`
	}
	memberID struct {
		Vlan vlanID
		Port string
	}
	memberRow struct {
		Tagging string `db:"tagging,required"`
	}
	portRow struct {
		MTU   int  `db:"mtu,required"`
		Up    bool `db:"up,omitempty"`
		Owned bool `db:"owned,omitempty"`
	}
	mirrorRow struct {
		Type string `db:"type,required"`
		Port string `db:"port,required"`
		From string `db:"from,omitempty"`
	}
	stateRow struct {
		State string `db:"state"`
		MTU   int    `db:"mtu,omitempty"`
	}
	hopID  struct{ Port, IP string }
	hopRow struct {
		MAC string `db:"mac,required"`
	}
	routeID  struct{ Vrf, Prefix string }
	routeRow struct {
		Via  []string `db:"via,omitempty"` // port@ip
		Drop bool     `db:"drop,omitempty"`
	}
)

var (
	tVlan      = db.Define[vlanID, vlanRow](db.Config, "VLAN")
	tMember    = db.Define[memberID, memberRow](db.Config, "VLAN_MEMBER")
	tPort      = db.Define[string, portRow](db.Config, "PORT")
	tMirror    = db.Define[string, mirrorRow](db.Config, "MIRROR")
	tHop       = db.Define[hopID, hopRow](db.Config, "HOP")
	tRoute     = db.Define[routeID, routeRow](db.Config, "ROUTE")
	tState     = db.Define[string, stateRow](db.State, "VLAN_TABLE")
	tApplVlan  = db.Define[string, stateRow](db.Appl, "VLAN_TABLE")
	tNames     = db.Define[string, string](db.Counters, "COUNTERS_VLAN_NAME_MAP", db.WithTransport(db.Map))
	allSources = []*db.Schema{tVlan.Schema, tMember.Schema, tPort.Schema, tMirror.Schema, tHop.Schema, tRoute.Schema}
	allSinks   = []*db.Schema{tState.Schema, tApplVlan.Schema, tNames.Schema}
)

func register(e *engine.Engine) {
	engine.On(e, tVlan, func(tx *engine.Tx, id vlanID, r vlanRow) error {
		k := vlanKey{int(id)}
		a := []engine.Attr[vlanKey]{{ID: 1, Value: r.STP}}
		if r.Learn {
			a = append(a, engine.Attr[vlanKey]{ID: 2, Value: true})
		}
		engine.Want(tx, k, a...)
		name := fmt.Sprint("Vlan", id)
		engine.Publish(tx, tState, name, stateRow{State: "ok"}, k)
		engine.Publish(tx, tApplVlan, name, stateRow{State: r.STP, MTU: map[bool]int{true: 1}[r.Learn]}, engine.Row(tState, name))
		engine.PublishIdentity(tx, tNames, name, k)
		return nil
	})
	engine.On(e, tMember, func(tx *engine.Tx, id memberID, r memberRow) error {
		bp := bpKey{portKey{id.Port}}
		p, ok := engine.Get(tx, tPort, id.Port)
		engine.Want(tx, bp, engine.Attr[bpKey]{ID: 1, Value: ok && p.Up})
		engine.Want(tx, memberKey{vlanKey{int(id.Vlan)}, bp}, engine.Attr[memberKey]{ID: 1, Value: r.Tagging})
		if r.Tagging == "untagged" {
			engine.Set(tx, bp.Port, engine.Attr[portKey]{ID: 1, Value: int(id.Vlan)})
		}
		return nil
	})
	engine.On(e, tPort, func(tx *engine.Tx, name string, r portRow) error {
		if r.MTU < 0 {
			return &db.FieldError{Field: "mtu", Value: fmt.Sprint(r.MTU), Reason: "is negative"}
		}
		if r.MTU == 666 {
			panic("the number of the beast")
		}
		if r.Owned {
			engine.Want(tx, portKey{name}, engine.Attr[portKey]{ID: 2, Value: r.MTU})
		} else {
			engine.Set(tx, portKey{name}, engine.Attr[portKey]{ID: 2, Value: r.MTU})
		}
		return nil
	})
	engine.On(e, tMirror, func(tx *engine.Tx, name string, r mirrorRow) error {
		k := mirrorKey{name, r.Port}
		engine.Want(tx, k, engine.Attr[mirrorKey]{ID: 1, Value: r.Type})
		if r.From != "" {
			engine.Set(tx, portKey{r.From}, engine.Attr[portKey]{ID: 3, Value: k})
		}
		return nil
	})
	engine.On(e, tHop, func(tx *engine.Tx, id hopID, r hopRow) error {
		engine.Want(tx, hopKey(id), engine.Attr[hopKey]{ID: 1, Value: r.MAC})
		return nil
	})
}

// generic and dense are the two ways of translating routes; they must come to the same.
func generic(e *engine.Engine) {
	register(e)
	registerRoutes(e)
}

func dense(e *engine.Engine) {
	register(e)
	registerDense(e, nil)
}

func registerRoutes(e *engine.Engine) {
	engine.On(e, tRoute, func(tx *engine.Tx, id routeID, r routeRow) error {
		k := routeKey(id)
		if r.Drop {
			engine.Want(tx, k, engine.Attr[routeKey]{ID: 1, Value: "drop"})
			return nil
		}
		stands := wantSet(tx, strings.Join(r.Via, "+"))
		if len(stands) > 0 {
			engine.Want(tx, k, engine.Attr[routeKey]{ID: 2, Value: engine.Choice(stands)})
		}
		return nil
	})
}

// wantSet wants a group of several next hops, with the members whose ports are up, and returns what may stand for it.
func wantSet(tx *engine.Tx, set string) (stands []engine.Key) {
	var hops []hopKey
	for _, v := range strings.Split(set, "+") {
		port, ip, ok := strings.Cut(v, "@")
		if ok {
			hops = append(hops, hopKey{port, ip})
		}
	}
	if len(hops) > 1 {
		g := groupKey{set}
		engine.Want(tx, g, engine.Attr[groupKey]{ID: 1, Value: "ecmp"})
		stands = append(stands, g)
		for _, h := range hops {
			engine.Require(tx, g, h)
			if p, ok := engine.Get(tx, tPort, h.Port); ok && p.Up {
				engine.Want(tx, gmKey{g, h}, engine.Attr[gmKey]{ID: 1, Value: 10})
			}
		}
	}
	for _, h := range hops {
		stands = append(stands, h)
	}
	return stands
}
