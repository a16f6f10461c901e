package tables

import "github.com/hypersonic-nos/hypersonic/db"

// AclFact is what orchagent learns of the ASIC's ACLs at its start. Actions are SAI's names.
type AclFact struct {
	MinPriority      uint32   `db:"min_priority"`
	MaxPriority      uint32   `db:"max_priority"`
	IngressMandatory bool     `db:"ingress_mandatory,omitempty"` // tables have to name their actions
	EgressMandatory  bool     `db:"egress_mandatory,omitempty"`
	IngressActions   []string `db:"ingress_actions,omitempty"`
	EgressActions    []string `db:"egress_actions,omitempty"`
}

// StageActions are the actions at a stage.
func (f AclFact) StageActions(s AclStage) []string {
	if s == AclEgress {
		return f.EgressActions
	}
	return f.IngressActions
}

// FactAcl has one row, of key SwitchKeyName.
var FactAcl = db.Define[string, AclFact](db.Local, "ACL", db.WithTransport(db.Plain))

// AclCountersRow is COUNTERS_DB COUNTERS of a rule's counter.
type AclCountersRow struct {
	Packets uint64 `db:"SAI_ACL_COUNTER_ATTR_PACKETS"`
	Bytes   uint64 `db:"SAI_ACL_COUNTER_ATTR_BYTES"`
}

// CountersAcl is the counters of rules, by object id (CountersAclRule).
var CountersAcl = db.Define[string, AclCountersRow](db.Counters, "COUNTERS")
