package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// crmResource is a resource by the words of the program `crm` and its name in the tables.
type crmResource struct{ words, name string }

func crmResources() []crmResource {
	return []crmResource{
		{"ipv4 route", "ipv4_route"}, {"ipv6 route", "ipv6_route"}, {"ipv4 nexthop", "ipv4_nexthop"}, {"ipv6 nexthop", "ipv6_nexthop"},
		{"ipv4 neighbor", "ipv4_neighbor"}, {"ipv6 neighbor", "ipv6_neighbor"}, {"nexthop group member", "nexthop_group_member"},
		{"nexthop group object", "nexthop_group"}, {"fdb", "fdb_entry"}, {"ipmc", "ipmc_entry"}, {"snat", "snat_entry"}, {"dnat", "dnat_entry"},
		{"mpls inseg", "mpls_inseg"}, {"mpls nexthop", "mpls_nexthop"}, {"srv6-nexthop", "srv6_nexthop"}, {"srv6-my-sid-entry", "srv6_my_sid_entry"},
		{"acl table", "acl_table"}, {"acl group", "acl_group"}, {"acl group entry", "acl_entry"}, {"acl group counter", "acl_counter"},
	}
}

// Crm is the program `crm`.
func Crm(sw *Switch) *cobra.Command {
	cmd := group("crm", "Utility to operate with Critical Resource Monitoring (CRM)",
		group("show", "Show CRM related information",
			&cobra.Command{Use: "summary", Short: "Show CRM general information", Args: exactly(), RunE: sw.look(crmSummary)},
			crmTree("resources", "Show CRM resources information", func(r *crmResource) *cobra.Command {
				return &cobra.Command{Args: exactly(), RunE: sw.look(func(v *view, _ []string) error { return v.crmUsage(r) })}
			}),
			crmTree("thresholds", "Show CRM thresholds information", func(r *crmResource) *cobra.Command {
				return &cobra.Command{Args: exactly(), RunE: sw.look(func(v *view, _ []string) error { return v.crmThresholds(r) })}
			})),
		group("config", "CRM configuration",
			group("polling", "CRM polling configuration", &cobra.Command{
				Use: "interval <seconds>", Short: "CRM polling interval configuration", Args: exactly("seconds"),
				RunE: sw.edit(func(c *change, args []string) error {
					n, err := strconv.ParseUint(args[0], 10, 31)
					if err != nil || n == 0 {
						return fail("Invalid value for \"INTERVAL\": %s is not a valid integer", args[0])
					}
					return c.crm("polling_interval", args[0])
				}),
			}),
			crmConfigThresholds(sw)))
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.PersistentFlags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

// crmTree is a command for each resource, and `all`, in SONiC's tree of words. leaf is called with nil for all.
func crmTree(use, short string, leaf func(r *crmResource) *cobra.Command) *cobra.Command {
	root := group(use, short)
	all := leaf(nil)
	all.Use, all.Short = "all", short+" of all resources"
	root.AddCommand(all)
	for _, r := range crmResources() {
		words := strings.Fields(r.words)
		at := root
		for _, w := range words[:len(words)-1] {
			at = crmGroup(at, w)
		}
		cmd := leaf(&r)
		cmd.Use, cmd.Short = words[len(words)-1], "CRM of "+r.words
		if have := crmChild(at, cmd.Name()); have != nil {
			cmd.AddCommand(have.Commands()...)
			at.RemoveCommand(have)
		}
		at.AddCommand(cmd)
	}
	return root
}

func crmGroup(at *cobra.Command, word string) *cobra.Command {
	if have := crmChild(at, word); have != nil {
		return have
	}
	g := group(word, "CRM of "+word)
	at.AddCommand(g)
	return g
}

func crmChild(at *cobra.Command, word string) *cobra.Command {
	for _, c := range at.Commands() {
		if c.Name() == word {
			return c
		}
	}
	return nil
}

// crmConfigThresholds is `crm config thresholds`: type, low and high of a resource, or of all.
func crmConfigThresholds(sw *Switch) *cobra.Command {
	return crmTree("thresholds", "CRM thresholds configuration", func(r *crmResource) *cobra.Command {
		set := func(use, short, field string, valid func(string) bool) *cobra.Command {
			return &cobra.Command{Use: use + " <value>", Short: short, Args: exactly("value"), RunE: sw.edit(func(c *change, args []string) error {
				if !valid(args[0]) {
					return fail("Invalid value for \"<value>\": %s", args[0])
				}
				list := crmResources()
				if r != nil {
					list = []crmResource{*r}
				}
				for _, x := range list {
					if err := c.crm(x.name+field, args[0]); err != nil {
						return err
					}
				}
				return nil
			})}
		}
		number := func(s string) bool {
			_, err := strconv.ParseUint(s, 10, 31)
			return err == nil
		}
		return group("x", "x", set("type", "CRM threshold type configuration: percentage, used or free", "_threshold_type", func(s string) bool {
			return s == "percentage" || s == "used" || s == "free"
		}), set("low", "CRM low threshold configuration", "_low_threshold", number), set("high", "CRM high threshold configuration", "_high_threshold", number))
	})
}

// crm writes a field of the configuration.
func (c *change) crm(field, value string) error {
	c.write(db.Write{Table: tables.ConfigCrm.Schema, Key: tables.CrmConfigKey, Fields: []db.Field{{Name: field, Value: value}}})
	return nil
}

func (v *view) crmConfig() (tables.CrmConfigRow, error) {
	rows, err := fetch(v, tables.ConfigCrm, []string{tables.CrmConfigKey})
	if r, ok := rows[tables.CrmConfigKey]; ok {
		return r, err
	}
	return tables.DefaultCrmConfig(), err
}

func crmSummary(v *view, _ []string) error {
	config, err := v.crmConfig()
	if err != nil {
		return err
	}
	return v.line("\nPolling Interval: %d second(s)\n", config.PollingInterval)
}

func (v *view) crmUsage(one *crmResource) error {
	if one != nil && strings.HasPrefix(one.name, "acl_") {
		if one.name == "acl_group" {
			return v.crmAcl()
		}
		return v.crmAclTables()
	}
	rows, err := fetch(v, tables.CountersCrm, []string{tables.CrmStatsKey})
	if err != nil {
		return err
	}
	stats := rows[tables.CrmStatsKey]
	t := grid.Table{Header: []string{"Resource Name", "Used Count", "Available Count"}}
	for _, r := range crmResources() {
		if one != nil && one.name != r.name || strings.HasPrefix(r.name, "acl_") {
			continue
		}
		if u, ok := stats[r.name]; ok {
			t.Rows = append(t.Rows, []string{r.name, strconv.FormatUint(u.Used, 10), strconv.FormatUint(u.Available, 10)})
		}
	}
	if v.json {
		return t.JSON(v.out)
	}
	if len(t.Rows) == 0 {
		return v.line("\nCRM counters are not ready. They would be populated after the polling interval.\n")
	}
	fmt.Fprint(v.out, "\n\n")
	if err := t.Write(v.out); err != nil {
		return err
	}
	if err := v.line(""); err != nil || one != nil {
		return err
	}
	if err := v.crmAcl(); err != nil {
		return err
	}
	return v.crmAclTables()
}

// crmAcl is what tables and groups of access lists take, by stage and bind point.
func (v *view) crmAcl() error {
	t := grid.Table{List: true, Header: []string{"Stage", "Bind Point", "Resource Name", "Used Count", "Available Count"}}
	for _, stage := range []string{"INGRESS", "EGRESS"} {
		for _, point := range []string{"PORT", "LAG", "VLAN", "RIF", "SWITCH"} {
			key := tables.CrmAclStats + stage + ":" + point
			rows, err := fetch(v, tables.CountersCrm, []string{key})
			if err != nil {
				return err
			}
			for _, name := range []string{"acl_group", "acl_table"} {
				if u, ok := rows[key][name]; ok {
					t.Rows = append(t.Rows, []string{stage, point, name, strconv.FormatUint(u.Used, 10), strconv.FormatUint(u.Available, 10)})
				}
			}
		}
	}
	return v.crmPrint(&t)
}

// crmAclTables is what rules and counters take of each table.
func (v *view) crmAclTables() error {
	t := grid.Table{List: true, Header: []string{"Table ID", "Resource Name", "Used Count", "Available Count"}}
	list, err := read(v, tables.CountersCrm)
	if err != nil {
		return err
	}
	for _, e := range list {
		id, ok := strings.CutPrefix(e.Key, tables.CrmAclTableStats)
		for _, name := range []string{"acl_entry", "acl_counter"} {
			if u, told := e.Row[name]; ok && told {
				t.Rows = append(t.Rows, []string{id, name, strconv.FormatUint(u.Used, 10), strconv.FormatUint(u.Available, 10)})
			}
		}
	}
	return v.crmPrint(&t)
}

func (v *view) crmPrint(t *grid.Table) error {
	if v.json {
		return t.JSON(v.out)
	}
	fmt.Fprint(v.out, "\n\n")
	if err := t.Write(v.out); err != nil {
		return err
	}
	return v.line("")
}

func (v *view) crmThresholds(one *crmResource) error {
	config, err := v.crmConfig()
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Resource Name", "Threshold Type", "Low Threshold", "High Threshold"}}
	for _, r := range crmResources() {
		if one == nil || one.name == r.name {
			x := config.Thresholds[r.name]
			t.Rows = append(t.Rows, []string{r.name, x.Type, itoa(x.Low), itoa(x.High)})
		}
	}
	if v.json {
		return t.JSON(v.out)
	}
	fmt.Fprint(v.out, "\n\n")
	if err := t.Write(v.out); err != nil {
		return err
	}
	return v.line("")
}
