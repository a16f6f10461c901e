package orchagent

import (
	"context"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerAcl gives the engine the translations of ACLs. Unlike other features they are read from CONFIG_DB too, as in SONiC.
func registerAcl(e *engine.Engine, redis, facts db.Store) {
	e.Source(facts, engine.Normal, tables.FactAcl.Schema)
	e.Source(redis, engine.Normal, aclSources()...)
	e.Sink(redis, aclPublished()...)
	engine.On(e, tables.ConfigAclTableType, aclTableType)
	engine.On(e, tables.ApplAclTableType, aclTableType)
	engine.On(e, tables.ConfigAclTableTry, translateAclTable)
	engine.On(e, tables.ApplAclTableTry, translateAclTable)
	engine.On(e, tables.ConfigAclRuleTry, aclRule)
	engine.On(e, tables.ApplAclRuleTry, aclRule)
	engine.On(e, tables.FactAcl, aclCapability)
}

func aclSources() []*db.Schema {
	return []*db.Schema{
		tables.ConfigAclTableType.Schema, tables.ConfigAclTable.Schema, tables.ConfigAclRule.Schema,
		tables.ApplAclTableType.Schema, tables.ApplAclTable.Schema, tables.ApplAclRule.Schema,
	}
}

func aclPublished() []*db.Schema {
	return []*db.Schema{
		tables.StateAclTable.Schema, tables.StateAclRule.Schema, tables.StateAclStageCapability.Schema, tables.StateAclSwitchCapability.Schema,
		tables.CountersAclRule.Schema,
	}
}

// aclCapability publishes what the ASIC can do.
func aclCapability(tx *engine.Tx, _ string, f tables.AclFact) error {
	actions := func(s tables.AclStage) string {
		var names []string
		for _, name := range f.StageActions(s) {
			names = append(names, shortAction(name))
		}
		return strings.Join(names, ",")
	}
	for _, s := range []tables.AclStage{tables.AclIngress, tables.AclEgress} {
		engine.Publish(tx, tables.StateAclStageCapability, s.String(), tables.AclStageCapabilityRow{
			Mandatory: s == tables.AclIngress && f.IngressMandatory || s == tables.AclEgress && f.EgressMandatory,
			Actions:   actions(s), L3V4V6: true,
		})
	}
	engine.Publish(tx, tables.StateAclSwitchCapability, tables.SwitchKeyName, tables.AclSwitchCapabilityRow{
		Mirror: true, MirrorV6: true, IngressActions: actions(tables.AclIngress), EgressActions: actions(tables.AclEgress),
		PacketActions: "FORWARD,DROP,COPY",
	})
	return nil
}

// readAcl asks the ASIC what its ACLs can do. What it does not tell is taken as SONiC takes it: everything.
func readAcl(ctx context.Context, api sai.API, sw sai.OID) (f tables.AclFact) {
	f.MinPriority, f.MaxPriority = 0, ^uint32(0)
	get := func(attr uint16) any {
		m := sai.ObjectTypeSwitch.Meta().Attr(attr)
		r := api.Get(ctx, sai.ObjectTypeSwitch, []sai.GetRequest{{Object: sai.Object{Type: sai.ObjectTypeSwitch, OID: sw}, Attrs: []sai.Attribute{{Meta: m}}}})[0]
		if r.Status != sai.StatusSuccess || len(r.Attrs) == 0 {
			return nil
		}
		return r.Attrs[0].Value
	}
	if v, ok := get(sai.SwitchAttrAclEntryMinimumPriority).(uint32); ok {
		f.MinPriority = v
	}
	if v, ok := get(sai.SwitchAttrAclEntryMaximumPriority).(uint32); ok {
		f.MaxPriority = v
	}
	stage := func(attr uint16) (names []string, mandatory bool) {
		c, ok := get(attr).(sai.AclCapability)
		if !ok {
			for _, s := range sai.AclActionType(0).EnumMeta().Symbols {
				names = append(names, s.Name)
			}
			return names, false
		}
		for _, a := range c.Actions {
			names = append(names, sai.AclActionType(a).String())
		}
		return names, c.ActionListMandatory
	}
	f.IngressActions, f.IngressMandatory = stage(sai.SwitchAttrAclStageIngress)
	f.EgressActions, f.EgressMandatory = stage(sai.SwitchAttrAclStageEgress)
	return f
}
