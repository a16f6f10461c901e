package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showAcl is `show acl`.
func showAcl(sw *Switch) *cobra.Command {
	return group("acl", "Show ACL related information", aclShowers(sw)...)
}

func aclShowers(sw *Switch) []*cobra.Command {
	return []*cobra.Command{
		{Use: "table [table]", Short: "Show existing ACL tables", Args: between(0, "table"), RunE: sw.look(aclTables)},
		{Use: "rule [table] [rule]", Short: "Show existing ACL rules", Args: between(0, "table", "rule"), RunE: sw.look(aclRules)},
	}
}

// AclLoader is the program `acl-loader`.
func AclLoader(sw *Switch) *cobra.Command {
	cmd := group("acl-loader", "Utility entry point", group("show", "Show ACL configuration", aclShowers(sw)...), aclUpdate(sw),
		&cobra.Command{Use: "delete [table] [rule]", Short: "Delete ACL rules", Args: between(0, "table", "rule"), RunE: sw.edit(deleteAclRules)})
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.PersistentFlags().BoolP(dryRunFlag, "d", false, "check and show what would change in CONFIG_DB, and change nothing")
	return program(cmd)
}

// AclShow is the program `aclshow`.
func AclShow(sw *Switch) *cobra.Command {
	var all bool
	var rules, list string
	cmd := &cobra.Command{Use: "aclshow", Short: "Display SONiC switch ACL counters", Args: exactly()}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "show rules that have counted nothing as well")
	cmd.Flags().StringVarP(&rules, "rules", "r", "", "only these rules, by commas")
	cmd.Flags().StringVarP(&list, "tables", "t", "", "only these tables, by commas")
	cmd.PersistentFlags().BoolP(jsonFlag, "j", false, "print JSON instead of tables")
	cmd.RunE = sw.look(func(v *view, _ []string) error { return v.aclCounters(all, commas(rules), commas(list)) })
	return program(cmd)
}

func commas(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// statusOf is the text of a status, or N/A.
func statusOf[K comparable](v *view, t db.Table[K, tables.AclStatusRow]) (func(K) string, error) {
	list, err := read(v, t)
	known := map[K]string{}
	for _, e := range list {
		text, _ := e.Row.Status.MarshalText() // never fails
		known[e.Key] = string(text)
	}
	return func(k K) string { return orNA(known[k]) }, err
}

func aclTables(v *view, args []string) error {
	list, err := read(v, tables.ConfigAclTable)
	if err != nil {
		return err
	}
	status, err := statusOf(v, tables.StateAclTable)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Name", "Type", "Binding", "Description", "Stage", "Status"}}
	for _, e := range list {
		if len(args) > 0 && args[0] != e.Key {
			continue
		}
		on := slices.Clone(e.Row.Ports)
		if e.Row.Type == tables.AclControlPlane {
			on = slices.Clone(e.Row.Services)
		}
		slices.SortFunc(on, natural.Compare)
		stage := strings.ToLower(e.Row.Stage.String())
		if len(on) == 0 {
			on = []string{""}
		}
		t.Rows = append(t.Rows, []string{e.Key, e.Row.Type, on[0], e.Row.Description, stage, status(e.Key)})
		for _, more := range on[1:] {
			t.Rows = append(t.Rows, []string{"", "", more, "", "", ""})
		}
	}
	return v.print(&t)
}

// aclRuleText is a rule as it is shown.
type aclRuleText struct {
	key      tables.AclRuleKey
	priority uint32
	action   string
	matches  []string
}

// sortedAclRules are the rules by table and priority, the highest first.
func (v *view) sortedAclRules() ([]aclRuleText, error) {
	list, err := read(v, tables.ConfigAclRule)
	var out []aclRuleText
	for _, e := range list {
		r := aclRuleText{key: e.Key}
		if e.Row.Priority != nil {
			r.priority = uint32(*e.Row.Priority)
		}
		_, fields := tables.ConfigAclRule.Encode(e.Key, e.Row)
		for _, f := range fields {
			r.add(f.Name, f.Value)
		}
		slices.Sort(r.matches)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b aclRuleText) int {
		return cmp.Or(strings.Compare(a.key.Table, b.key.Table), cmp.Compare(b.priority, a.priority), strings.Compare(a.key.Rule, b.key.Rule))
	})
	return out, err
}

func (r *aclRuleText) add(name, value string) {
	switch name {
	case "PRIORITY":
	case "PACKET_ACTION":
		r.action = value
	case "REDIRECT_ACTION":
		r.action = "REDIRECT: " + value
	case "MIRROR_ACTION", "MIRROR_INGRESS_ACTION":
		r.action = "MIRROR INGRESS: " + value
	case "MIRROR_EGRESS_ACTION":
		r.action = "MIRROR EGRESS: " + value
	default:
		r.matches = append(r.matches, name+": "+value)
	}
}

func aclRules(v *view, args []string) error {
	rules, err := v.sortedAclRules()
	if err != nil {
		return err
	}
	status, err := statusOf(v, tables.StateAclRule)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"Table", "Rule", "Priority", "Action", "Match", "Status"}}
	for _, r := range rules {
		if len(args) > 0 && args[0] != r.key.Table || len(args) > 1 && args[1] != r.key.Rule {
			continue
		}
		matches := r.matches
		if len(matches) == 0 {
			matches = []string{"N/A"}
		}
		t.Rows = append(t.Rows, []string{r.key.Table, r.key.Rule, itoa(r.priority), r.action, matches[0], status(r.key)})
		for _, m := range matches[1:] {
			t.Rows = append(t.Rows, []string{"", "", "", "", m, ""})
		}
	}
	return v.print(&t)
}

// aclCounters is what `aclshow` prints.
func (v *view) aclCounters(all bool, rules, list []string) error {
	texts, err := v.sortedAclRules()
	if err != nil {
		return err
	}
	names, err := read(v, tables.CountersAclRule)
	if err != nil {
		return err
	}
	oids := map[tables.AclRuleKey]string{}
	var wanted []string
	for _, e := range names {
		oids[e.Key] = e.Row
		wanted = append(wanted, e.Row)
	}
	counts, err := fetch(v, tables.CountersAcl, wanted)
	if err != nil {
		return err
	}
	t := grid.Table{Header: []string{"RULE NAME", "TABLE NAME", "PRIO", "PACKETS COUNT", "BYTES COUNT"}}
	for _, r := range texts {
		if rules != nil && !slices.Contains(rules, r.key.Rule) || list != nil && !slices.Contains(list, r.key.Table) {
			continue
		}
		c, counted := counts[oids[r.key]]
		if !all && rules == nil && list == nil && c.Packets == 0 {
			continue
		}
		packets, bytes := "N/A", "N/A"
		if counted {
			packets, bytes = strconv.FormatUint(c.Packets, 10), strconv.FormatUint(c.Bytes, 10)
		}
		t.Rows = append(t.Rows, []string{r.key.Rule, r.key.Table, itoa(r.priority), packets, bytes})
	}
	return v.print(&t)
}

func deleteAclRules(c *change, args []string) error {
	for _, e := range rowsOf(c.candidate, tables.ConfigAclRule) {
		if (len(args) == 0 || args[0] == e.Key.Table) && (len(args) < 2 || args[1] == e.Key.Rule) {
			c.write(tables.ConfigAclRule.Del(e.Key))
		}
	}
	return nil
}

// configAcl is `config acl`.
func configAcl(sw *Switch) *cobra.Command {
	var description, ports, stage string
	add := &cobra.Command{
		Use: "table <table> <type>", Short: "Add ACL table", Args: exactly("table_name", "table_type"),
		RunE: sw.edit(func(c *change, args []string) error {
			return c.addAclTable(args[0], args[1], description, ports, stage)
		}),
	}
	add.Flags().StringVar(&description, "description", "", "description of the table")
	add.Flags().StringVarP(&ports, "ports", "p", "", "ports and PortChannels, by commas")
	add.Flags().StringVarP(&stage, "stage", "s", "ingress", "ingress or egress")
	remove := &cobra.Command{
		Use: "table <table>", Short: "Remove ACL table", Args: exactly("table_name"),
		RunE: sw.edit(func(c *change, args []string) error { return c.removeAclTable(args[0]) }),
	}
	return group("acl", "ACL-related configuration tasks", group("add", "Add ACL configuration.", add), group("remove", "Remove ACL configuration.", remove), aclUpdate(sw))
}

func (c *change) addAclTable(name, kind, description, ports, stage string) error {
	r := tables.AclTableRow{Type: kind, Description: description}
	if description == "" {
		r.Description = name
	}
	if r.Stage.UnmarshalText([]byte(stage)) != nil {
		return fail("Invalid value for '-s' / '--stage': %q is not one of 'ingress', 'egress'.", stage)
	}
	if kind == tables.AclControlPlane {
		return fail("Invalid value for 'table_type': control plane tables are configured by file")
	}
	all := c.bindable()
	r.Ports = all
	if ports != "" {
		r.Ports = commas(ports)
		for _, p := range r.Ports {
			if !slices.Contains(all, p) {
				return fail("Failed to parse ACL table config: exception=Cannot bind ACL to specified port %s", p)
			}
		}
	}
	c.write(tables.ConfigAclTable.Replace(name, r))
	return nil
}

// bindable are the ports and PortChannels that tables can be bound to.
func (c *change) bindable() (names []string) {
	for _, e := range rowsOf(c.candidate, tables.ConfigPort) {
		if c.lagOf(e.Key) == "" {
			names = append(names, e.Key)
		}
	}
	for _, e := range rowsOf(c.candidate, tables.ConfigLag) {
		names = append(names, e.Key)
	}
	slices.SortFunc(names, natural.Compare)
	return names
}

func (c *change) removeAclTable(name string) error {
	if !has(c.candidate, tables.ConfigAclTable, name) {
		return fail("Table %s does not exist", name)
	}
	c.write(tables.ConfigAclTable.Del(name))
	for _, e := range rowsOf(c.candidate, tables.ConfigAclRule) {
		if e.Key.Table == name {
			return fail("Table %s has rules: remove them first (%s)", name, fmt.Sprintf("acl-loader delete %s", name))
		}
	}
	return nil
}
