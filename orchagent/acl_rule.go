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

// aclRule wants the entry of a rule, its counter, and the ranges that it shares with others. What is wrong with a rule makes it Inactive.
func aclRule(tx *engine.Tx, k tables.AclRuleKey, r tables.Try[tables.AclRuleRow]) error {
	t, known := findAclTable(tx, k.Table)
	if t.controlPlane() {
		return nil // for the services of the switch, not for the ASIC
	}
	if !known {
		engine.Complain(tx, fmt.Errorf("there is no table %s, or none of a known type", k.Table))
		return nil
	}
	err := r.Err
	if err == nil {
		err = t.rule(tx, k, &r.Row)
	}
	if err != nil {
		engine.Publish(tx, tables.StateAclRule, k, tables.AclStatusRow{Status: tables.AclInactive})
		engine.Complain(tx, err)
	}
	return nil
}

// rule emits nothing if it returns an error.
func (t aclTable) rule(tx *engine.Tx, k tables.AclRuleKey, r *tables.AclRuleRow) error {
	v6, err := t.speaksV6(r)
	if err != nil {
		return err
	}
	f := aclMatches(r, v6)
	a := aclActions(tx, r, t.row.Stage)
	if err := t.check(tx, r, &f, &a); err != nil {
		return err
	}
	if len(a.hops) > 0 {
		a.attrs = append(a.attrs, sai.AclEntryActionRedirectChoice(wantTarget(tx, sai.NextHopGroupKey{Name: hopsText(a.hops)}, a.hops)...))
	}
	key := sai.AclEntryKey{Table: t.key, Name: k.Rule}
	if t.key.Name != k.Table {
		key.Name = k.Table + "|" + k.Rule // a table that shares another's
	}
	counter := sai.AclCounterKey{Table: t.key, Name: key.Name}
	engine.Want(tx, counter, sai.AclCounterEnablePacketCount(true), sai.AclCounterEnableByteCount(true))
	for _, spread := range f.ranges {
		engine.Want(tx, spread.(sai.AclRangeKey))
	}
	attrs := []engine.Attr[sai.AclEntryKey]{sai.AclEntryPriority(uint32(*r.Priority)), sai.AclEntryAdminState(true), sai.AclEntryActionCounter(counter)}
	engine.Want(tx, key, append(append(attrs, f.attrs...), a.attrs...)...)
	engine.PublishIdentity(tx, tables.CountersAclRule, k, counter)
	pollAcl(tx, counter)
	active := tables.AclStatusRow{Status: tables.AclActive}
	if a.session != nil {
		// Without its session a rule is there and does nothing, and it holds none back (sonic-contract 4.9).
		engine.Follow(tx, counter, a.session)
		engine.Follow(tx, key, a.session)
		engine.Publish(tx, tables.StateAclRule, k, active, t.key)
		return nil
	}
	engine.Publish(tx, tables.StateAclRule, k, active, key)
	return nil
}

// speaksV6 tells whether a rule is about IPv6, by its table or by its fields.
func (t aclTable) speaksV6(r *tables.AclRuleRow) (bool, error) {
	v4, v6 := hasV4(r), hasV6(r)
	if v4 && v6 {
		return false, &db.FieldError{Field: "*", Reason: "has fields of IPv4 and of IPv6"}
	}
	switch t.kind {
	case tables.AclL3V6, tables.AclMirrorV6, tables.AclMarkMetaV6:
		return true, nil
	}
	return v6, nil
}

// check says why a rule cannot be in its table.
func (t aclTable) check(tx *engine.Tx, r *tables.AclRuleRow, f *aclFields, a *aclActs) error {
	switch {
	case f.err != nil:
		return f.err
	case a.err != nil:
		return a.err
	case r.Priority == nil:
		return &db.FieldError{Field: "PRIORITY", Reason: "is missing"}
	case len(f.names) == 0:
		return &db.FieldError{Field: "*", Reason: "has no match"}
	case len(a.names) == 0:
		return &db.FieldError{Field: "*", Reason: "has no action"}
	}
	for _, name := range f.names {
		if !slices.Contains(t.typ.matches, name) {
			return &db.FieldError{Field: name, Reason: "is no match of tables of type " + t.kind}
		}
	}
	fact, told := engine.Get(tx, tables.FactAcl, tables.SwitchKeyName)
	if !told {
		return nil
	}
	if p := uint32(*r.Priority); p < fact.MinPriority || p > fact.MaxPriority {
		return &db.FieldError{Field: "PRIORITY", Value: fmt.Sprint(p), Reason: fmt.Sprintf("is not from %d to %d", fact.MinPriority, fact.MaxPriority)}
	}
	can := fact.StageActions(t.row.Stage)
	for _, name := range a.names {
		for _, action := range aclActionTypes(name) {
			if !slices.Contains(can, action.String()) {
				return &db.FieldError{Field: name, Reason: "is no action of this ASIC at stage " + t.row.Stage.String()}
			}
		}
	}
	return nil
}

// shortAction is the name that STATE_DB has for an action: SAI's without its beginning.
func shortAction(name string) string { return strings.TrimPrefix(name, "SAI_ACL_ACTION_TYPE_") }
