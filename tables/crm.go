package tables

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
)

// CrmResources are the resources of the ASIC that are watched, in SONiC's order.
func CrmResources() []string {
	return []string{
		"ipv4_route", "ipv6_route", "ipv4_nexthop", "ipv6_nexthop", "ipv4_neighbor", "ipv6_neighbor", "nexthop_group_member", "nexthop_group",
		"fdb_entry", "ipmc_entry", "snat_entry", "dnat_entry", "mpls_inseg", "mpls_nexthop", "srv6_nexthop", "srv6_my_sid_entry",
		"acl_table", "acl_group", "acl_entry", "acl_counter",
	}
}

// CrmThreshold is when somebody is told of a resource: at High, and again after it has been below Low. Percent of the whole, or objects used, or free.
type CrmThreshold struct {
	Type      string // percentage, used, free
	Low, High uint32
}

// CrmConfigRow is CONFIG_DB CRM|Config.
type CrmConfigRow struct {
	PollingInterval uint32 // seconds
	Thresholds      map[string]CrmThreshold
}

// CrmConfigKey is the key of the only row of CRM.
const CrmConfigKey = "Config"

// DefaultCrmConfig is what holds where nothing is configured.
func DefaultCrmConfig() CrmConfigRow {
	r := CrmConfigRow{PollingInterval: 300, Thresholds: map[string]CrmThreshold{}}
	for _, name := range CrmResources() {
		r.Thresholds[name] = CrmThreshold{Type: "percentage", Low: 70, High: 85}
	}
	return r
}

// Equal implements engine.Equaler.
func (r CrmConfigRow) Equal(other any) bool {
	o, ok := other.(CrmConfigRow)
	return ok && r.PollingInterval == o.PollingInterval && maps.Equal(r.Thresholds, o.Thresholds)
}

// DecodeRow implements db.RowCodec.
func (r *CrmConfigRow) DecodeRow(fields []db.Field) error {
	*r = DefaultCrmConfig()
	for _, f := range fields {
		if f.Name == "polling_interval" {
			n, err := strconv.ParseUint(f.Value, 10, 31)
			if err != nil || n == 0 {
				return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "not a number of seconds"}
			}
			r.PollingInterval = uint32(n)
			continue
		}
		if err := r.threshold(f); err != nil {
			return err
		}
	}
	return nil
}

func (r *CrmConfigRow) threshold(f db.Field) error {
	for _, end := range []string{"_threshold_type", "_low_threshold", "_high_threshold"} {
		name, ok := strings.CutSuffix(f.Name, end)
		t, known := r.Thresholds[name]
		if !ok || !known {
			continue
		}
		if end == "_threshold_type" {
			t.Type = strings.Clone(f.Value)
			if !slices.Contains([]string{"percentage", "used", "free"}, t.Type) {
				return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "none of percentage, used, free"}
			}
			r.Thresholds[name] = t
			return nil
		}
		n, err := strconv.ParseUint(f.Value, 10, 31)
		if err != nil {
			return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "not a number"}
		}
		if end == "_low_threshold" {
			t.Low = uint32(n)
		} else {
			t.High = uint32(n)
		}
		r.Thresholds[name] = t
	}
	return nil
}

// AppendRow implements db.RowCodec.
func (r *CrmConfigRow) AppendRow(fields []db.Field) []db.Field {
	fields = append(fields, db.Field{Name: "polling_interval", Value: strconv.Itoa(int(r.PollingInterval))})
	for _, name := range slices.Sorted(maps.Keys(r.Thresholds)) {
		t := r.Thresholds[name]
		fields = append(fields, db.Field{Name: name + "_threshold_type", Value: t.Type},
			db.Field{Name: name + "_low_threshold", Value: strconv.Itoa(int(t.Low))}, db.Field{Name: name + "_high_threshold", Value: strconv.Itoa(int(t.High))})
	}
	return fields
}

// CrmUse is how many objects of a resource there are, and how many more fit.
type CrmUse struct{ Used, Available uint64 }

// CrmStatsRow is COUNTERS_DB CRM:STATS, by resource. CRM:ACL_STATS:<stage>:<bind point> and CRM:ACL_TABLE_STATS:<table> have the same form.
type CrmStatsRow map[string]CrmUse

const crmPrefix, crmUsed, crmAvailable = "crm_stats_", "_used", "_available"

// DecodeRow implements db.RowCodec.
func (r *CrmStatsRow) DecodeRow(fields []db.Field) error {
	*r = CrmStatsRow{}
	for _, f := range fields {
		rest, ok := strings.CutPrefix(f.Name, crmPrefix)
		name, used := strings.CutSuffix(rest, crmUsed)
		if !used {
			var available bool
			if name, available = strings.CutSuffix(rest, crmAvailable); !available {
				continue
			}
		}
		n, err := strconv.ParseUint(f.Value, 10, 64)
		if err != nil || !ok {
			return &db.FieldError{Field: f.Name, Value: f.Value, Reason: "not a number of objects"}
		}
		name = strings.Clone(name)
		u := (*r)[name]
		if used {
			u.Used = n
		} else {
			u.Available = n
		}
		(*r)[name] = u
	}
	return nil
}

// AppendRow implements db.RowCodec.
func (r *CrmStatsRow) AppendRow(fields []db.Field) []db.Field {
	for _, name := range slices.Sorted(maps.Keys(*r)) {
		u := (*r)[name]
		fields = append(fields, db.Field{Name: crmPrefix + name + crmUsed, Value: strconv.FormatUint(u.Used, 10)},
			db.Field{Name: crmPrefix + name + crmAvailable, Value: strconv.FormatUint(u.Available, 10)})
	}
	return fields
}

// CrmTickFact says that it is time to look.
type CrmTickFact struct {
	Count uint64 `db:"count"`
}

// CrmStatsKey is the row of CRM that tells of resources of which there is one of the switch.
const CrmStatsKey = "STATS"

// The rows of CRM that tell of access lists, before what they tell of: <stage>:<bind point>, and the table's object id.
const (
	CrmAclStats      = "ACL_STATS:"
	CrmAclTableStats = "ACL_TABLE_STATS:"
)

// The tables of resources.
var (
	ConfigCrm   = db.Define[string, CrmConfigRow](db.Config, "CRM")
	CountersCrm = db.Define[string, CrmStatsRow](db.Counters, "CRM")
	FactCrm     = db.Define[string, CrmStatsRow](db.Local, "CRM_FOUND", db.WithTransport(db.Plain))
	FactCrmTick = db.Define[string, CrmTickFact](db.Local, "CRM_TICK", db.WithTransport(db.Plain))
)
