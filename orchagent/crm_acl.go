package orchagent

import (
	"context"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// aclUse counts what access lists take: groups by stage and bind point, and of each table its rules and counters.
type aclUse struct {
	groups map[string]int64
	tables map[sai.AclTableKey]*aclTableUse
}

type aclTableUse struct{ entries, counters int64 }

func newAclUse() aclUse {
	return aclUse{groups: map[string]int64{}, tables: map[sai.AclTableKey]*aclTableUse{}}
}

func (u *aclUse) table(k sai.AclTableKey) *aclTableUse {
	t := u.tables[k]
	if t == nil {
		t = &aclTableUse{}
		u.tables[k] = t
	}
	return t
}

func (u *aclUse) group(k sai.AclTableGroupKey, by int64) {
	port, stage, _ := strings.Cut(k.Name, "|")
	point := sai.AclBindPointTypePort
	if isLag(port) {
		point = sai.AclBindPointTypeLag
	}
	u.groups[stage+":"+shortBindPoint(point)] += by
}

func shortBindPoint(p sai.AclBindPointType) string {
	return strings.TrimPrefix(p.String(), "SAI_ACL_BIND_POINT_TYPE_")
}

func shortStage(s sai.AclStage) string { return strings.TrimPrefix(s.String(), "SAI_ACL_STAGE_") }

// acl asks for what is left for access lists, and gives the rows that tell of it.
func (c *CrmInquiries) acl(ctx context.Context) map[string]tables.CrmStatsRow {
	rows := map[string]tables.CrmStatsRow{}
	used := map[string]map[string]int64{"acl_group": c.use.acl.groups, "acl_table": {}}
	for k := range c.use.acl.tables {
		oid, ok := c.registry.OID(k)
		if !ok {
			continue
		}
		of := func(attr uint16) any { return c.get(ctx, sai.Object{Type: sai.ObjectTypeAclTable, OID: oid}, attr) }
		stage, _ := of(sai.AclTableAttrAclStage).(sai.AclStage)
		points, _ := of(sai.AclTableAttrAclBindPointTypeList).(sai.S32List)
		for _, p := range points {
			used["acl_table"][shortStage(stage)+":"+shortBindPoint(sai.AclBindPointType(p))]++
		}
		t, row := c.use.acl.tables[k], tables.CrmStatsRow{}
		if n, ok := of(sai.AclTableAttrAvailableAclEntry).(uint32); ok {
			row["acl_entry"] = tables.CrmUse{Used: uint64(max(t.entries, 0)), Available: uint64(n)}
		}
		if n, ok := of(sai.AclTableAttrAvailableAclCounter).(uint32); ok {
			row["acl_counter"] = tables.CrmUse{Used: uint64(max(t.counters, 0)), Available: uint64(n)}
		}
		if len(row) > 0 {
			rows[fmt.Sprintf("%s0x%x", tables.CrmAclTableStats, uint64(oid))] = row
		}
	}
	for name, attr := range map[string]uint16{"acl_table": sai.SwitchAttrAvailableAclTable, "acl_group": sai.SwitchAttrAvailableAclTableGroup} {
		left, _ := c.get(ctx, sai.Object{Type: sai.ObjectTypeSwitch, OID: c.sw}, attr).(sai.AclResourceList)
		for _, r := range left {
			place := shortStage(r.Stage) + ":" + shortBindPoint(r.BindPoint)
			if rows[tables.CrmAclStats+place] == nil {
				rows[tables.CrmAclStats+place] = tables.CrmStatsRow{}
			}
			rows[tables.CrmAclStats+place][name] = tables.CrmUse{Used: uint64(max(used[name][place], 0)), Available: uint64(r.Available)}
		}
	}
	return rows
}

// get asks for an attribute; nil: the ASIC does not tell.
func (c *CrmInquiries) get(ctx context.Context, o sai.Object, attr uint16) any {
	r := c.api.Get(ctx, o.Type, []sai.GetRequest{{Object: o, Attrs: []sai.Attribute{{Meta: o.Type.Meta().Attr(attr)}}}})[0]
	if r.Status != sai.StatusSuccess || len(r.Attrs) == 0 {
		return nil
	}
	return r.Attrs[0].Value
}

// writes are the rows that were found, and the end of those that were found before.
func (c *CrmInquiries) writes(rows map[string]tables.CrmStatsRow) (out []db.Write) {
	for key := range c.found {
		if rows[key] == nil {
			out = append(out, tables.FactCrm.Del(key))
		}
	}
	c.found = map[string]bool{}
	for key, row := range rows {
		c.found[key] = true
		out = append(out, tables.FactCrm.Replace(key, row))
	}
	return out
}
