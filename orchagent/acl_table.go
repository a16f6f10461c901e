package orchagent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// aclTable is a configured table, with its type.
type aclTable struct {
	row  tables.AclTableRow
	kind string // the type's name
	typ  aclType
	key  sai.AclTableKey // where its rules go
}

func (t aclTable) controlPlane() bool { return t.kind == tables.AclControlPlane }

// aclTableRow finds a table's row; false if there is none, or a bad one.
func aclTableRow(tx *engine.Tx, name string) (tables.AclTableRow, bool) {
	r, ok := engine.Get(tx, tables.ConfigAclTableTry, name)
	if !ok {
		r, ok = engine.Get(tx, tables.ApplAclTableTry, name)
	}
	return r.Row, ok && r.Err == nil
}

// findAclTable finds a table as its rules see it. While its type is not known, it is as if it were not there.
func findAclTable(tx *engine.Tx, name string) (t aclTable, known bool) {
	row, ok := aclTableRow(tx, name)
	if !ok {
		return t, false
	}
	t.row, t.kind, t.key = row, strings.ToUpper(row.Type), sai.AclTableKey{Name: mirrorTable(tx, name, row)}
	if t.controlPlane() {
		return t, true
	}
	t.typ, known, _ = aclTypeOf(tx, row.Type, row.Stage)
	return t, known
}

// mirrorTable is the table that stands for another in the ASIC: tables of the types MIRROR and MIRRORV6 of a stage are one, since it looks at both versions
// of IP. Of each type there may be one; the one for IPv4 gives the name. Any other table stands for itself.
func mirrorTable(tx *engine.Tx, name string, row tables.AclTableRow) string {
	if kind := strings.ToUpper(row.Type); kind != tables.AclMirror && kind != tables.AclMirrorV6 {
		return name
	}
	if v4 := mirrorTables(tx, tables.AclMirror, row.Stage); len(v4) > 0 {
		return v4[0]
	}
	if v6 := mirrorTables(tx, tables.AclMirrorV6, row.Stage); len(v6) > 0 {
		return v6[0]
	}
	return name
}

// mirrorTables are the tables of a type at a stage, by name.
func mirrorTables(tx *engine.Tx, kind string, stage tables.AclStage) (names []string) {
	for k, r := range engine.Each(tx, tables.ConfigAclTableTry) {
		if r.Err == nil && strings.EqualFold(r.Row.Type, kind) && r.Row.Stage == stage {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	return names
}

// translateAclTable wants a table and binds it to its ports.
func translateAclTable(tx *engine.Tx, name string, r tables.Try[tables.AclTableRow]) error {
	status, err := wantAclTable(tx, name, r)
	if err != nil {
		engine.Complain(tx, err)
	}
	if status != tables.AclActive {
		engine.Publish(tx, tables.StateAclTable, name, tables.AclStatusRow{Status: status})
	}
	return nil
}

// wantAclTable tells how the table is, if it is not to be Active.
func wantAclTable(tx *engine.Tx, name string, r tables.Try[tables.AclTableRow]) (tables.AclStatus, error) {
	active := tables.AclStatusRow{Status: tables.AclActive}
	if r.Err != nil {
		return tables.AclInactive, r.Err
	}
	t, known := findAclTable(tx, name)
	switch {
	case t.controlPlane():
		engine.Publish(tx, tables.StateAclTable, name, active)
		return tables.AclActive, nil
	case !known:
		if _, _, err := aclTypeOf(tx, r.Row.Type, r.Row.Stage); err != nil {
			return tables.AclInactive, err
		}
		return tables.AclPendingCreation, &db.FieldError{Field: "type", Value: r.Row.Type, Reason: "is of a type that nobody has defined yet"}
	}
	if t.kind == tables.AclMirror || t.kind == tables.AclMirrorV6 {
		if same := mirrorTables(tx, t.kind, t.row.Stage); len(same) > 0 && same[0] != name {
			return tables.AclInactive, fmt.Errorf("%s is a table of type %s at this stage, and there may be one", same[0], t.kind)
		}
	}
	if t.key.Name == name {
		engine.Want(tx, t.key, t.typ.attributes(t.row.Stage, t.mandatoryActions(tx))...)
	}
	for _, port := range t.row.Ports {
		t.bind(tx, port)
	}
	engine.Publish(tx, tables.StateAclTable, name, active, t.key)
	return tables.AclActive, nil
}

func (t aclTable) mandatoryActions(tx *engine.Tx) bool {
	fact, _ := engine.Get(tx, tables.FactAcl, tables.SwitchKeyName)
	if t.row.Stage == tables.AclEgress {
		return fact.EgressMandatory
	}
	return fact.IngressMandatory
}

// bind makes the table a member of its port's group for the stage. A port has one group a stage, which exists while it has members.
func (t aclTable) bind(tx *engine.Tx, port string) {
	point := sai.AclBindPointTypePort
	if isLag(port) {
		point = sai.AclBindPointTypeLag
	} else if lag, in := lagOf(tx, port); in {
		complain(tx, "ports", port, "is a member of "+lag+", which is what can be bound")
		return
	}
	if !isLag(port) && !isPhysical(port) {
		complain(tx, "ports", port, "is neither a port nor a PortChannel")
		return
	}
	if !slices.Contains(t.typ.bind, point) {
		complain(tx, "ports", port, "is not where a table of type "+t.kind+" can be bound")
		return
	}
	if !isPort(tx, port) {
		return // bound when it comes
	}
	group := sai.AclTableGroupKey{Name: port + "|" + t.row.Stage.String()}
	engine.Want(tx, group, sai.AclTableGroupAclStage(saiStage(t.row.Stage)), sai.AclTableGroupAclBindPointTypeList(point),
		sai.AclTableGroupTypeAttr(sai.AclTableGroupTypeParallel))
	engine.Want(tx, sai.AclTableGroupMemberKey{Group: group, Table: t.key}, sai.AclTableGroupMemberPriority(aclMemberPriority))
	egress := t.row.Stage == tables.AclEgress
	switch p := l2Port(port).(type) {
	case sai.PortKey:
		if egress {
			engine.Set(tx, p, sai.PortEgressAcl(group))
		} else {
			engine.Set(tx, p, sai.PortIngressAcl(group))
		}
	case sai.LagKey:
		if egress {
			engine.Set(tx, p, sai.LagEgressAcl(group))
		} else {
			engine.Set(tx, p, sai.LagIngressAcl(group))
		}
	}
}

// aclMemberPriority is what every table has in a group: tables of a group look at frames side by side.
const aclMemberPriority = 100
