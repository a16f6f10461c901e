package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// configSwitchHash is `config switch-hash`.
func configSwitchHash(sw *Switch) *cobra.Command {
	fields := func(use, field string, can func(tables.HashCapabilityRow) bool) *cobra.Command {
		return &cobra.Command{Use: use + " <hash_field>...", Short: "Hash fields for hashing packets going through " + strings.ToUpper(strings.TrimSuffix(use, "-hash")),
			RunE: sw.edit(func(c *change, args []string) error { return c.hashFields(field, args, can) })}
	}
	algorithm := func(use, field string, known func(tables.HashCapabilityRow) (string, bool)) *cobra.Command {
		return &cobra.Command{Use: use + " <hash_algorithm>", Short: "Hash algorithm for hashing packets", Args: exactly(strings.ToUpper(field)),
			RunE: sw.edit(func(c *change, args []string) error { return c.hashAlgorithm(field, args[0], known) })}
	}
	return group("switch-hash", "Configure switch hash feature", group("global", "Configure switch hash global",
		fields("ecmp-hash", "ecmp_hash", func(r tables.HashCapabilityRow) bool { return r.Ecmp }),
		fields("lag-hash", "lag_hash", func(r tables.HashCapabilityRow) bool { return r.Lag }),
		algorithm("ecmp-hash-algorithm", "ecmp_hash_algorithm", func(r tables.HashCapabilityRow) (string, bool) { return r.EcmpAlgorithms, r.EcmpAlgorithm }),
		algorithm("lag-hash-algorithm", "lag_hash_algorithm", func(r tables.HashCapabilityRow) (string, bool) { return r.LagAlgorithms, r.LagAlgorithm })))
}

func (c *change) hashFields(field string, args []string, can func(tables.HashCapabilityRow) bool) error {
	name := strings.ToUpper(field)
	if len(args) == 0 {
		return fail("Missing argument \"%s...\".", name)
	}
	for i, a := range args {
		if slices.Contains(args[:i], a) {
			return fail("Invalid value for \"%s\": %s has a duplicate hash field(s) %s", name, strings.Join(args, " "), a)
		}
	}
	r, err := c.hashCapability()
	switch {
	case err != nil:
		return err
	case !can(r):
		return fail("Failed to configure \"%s\": operation is not supported", name)
	}
	for _, a := range args {
		if err := choice(name, a, r.Fields); err != nil {
			return err
		}
	}
	return c.switchHash(field+"@", strings.Join(args, ","))
}

func (c *change) hashAlgorithm(field, value string, known func(tables.HashCapabilityRow) (string, bool)) error {
	r, err := c.hashCapability()
	if err != nil {
		return err
	}
	list, can := known(r)
	if !can {
		return fail("Failed to configure \"%s\": operation is not supported", strings.ToUpper(field))
	}
	if err := choice(strings.ToUpper(field), value, list); err != nil {
		return err
	}
	return c.switchHash(field, value)
}

// choice refuses what is not in a list by comma; N/A is one that is not known.
func choice(name, value, list string) error {
	if all := strings.Split(list, ","); list != "N/A" && !slices.Contains(all, value) {
		return fail("Invalid value for \"%s\": invalid choice: %s. (choose from %s)", name, value, strings.Join(all, ", "))
	}
	return nil
}

func (c *change) switchHash(field, value string) error {
	c.write(db.Write{Table: tables.ConfigSwitchHash.Schema, Key: tables.SwitchHashKey, Fields: []db.Field{{Name: field, Value: value}}})
	return nil
}

func (v *view) hashCapability() (tables.HashCapabilityRow, error) {
	rows, err := fetch(v, tables.StateHashCapability, []string{tables.SwitchKeyName})
	r, ok := rows[tables.SwitchKeyName]
	if err == nil && !ok {
		err = fail("No data is present in STATE DB")
	}
	return r, err
}

// showSwitchHash is `show switch-hash`.
func showSwitchHash(sw *Switch) *cobra.Command {
	return group("switch-hash", "Show switch hash feature configuration",
		&cobra.Command{Use: "global", Short: "Show switch hash global configuration", Args: exactly(), RunE: sw.look(switchHashGlobal)},
		&cobra.Command{Use: "capabilities", Short: "Show switch hash capabilities", Args: exactly(), RunE: sw.look(switchHashCapabilities)})
}

// hashWays is what is told of ECMP or LAGs: a list, or a word in the place of one.
type hashWays struct {
	Fields    any `json:"hash_field"`
	Algorithm any `json:"algorithm"`
}

func (w hashWays) table() string {
	cell := func(v any) string {
		if list, ok := v.([]string); ok {
			return strings.Join(list, "\n")
		}
		return v.(string)
	}
	var b strings.Builder
	t := grid.Table{Header: []string{"Hash Field", "Algorithm"}, Rows: [][]string{{cell(w.Fields), cell(w.Algorithm)}}, Text: true, Psql: true}
	_ = t.Write(&b) // into memory
	return b.String()
}

func (v *view) hashes(title string, ecmp, lag hashWays) error {
	if v.json {
		return grid.JSON(v.out, struct {
			Ecmp hashWays `json:"ecmp"`
			Lag  hashWays `json:"lag"`
		}{ecmp, lag})
	}
	return v.print(&grid.Table{Header: []string{"Hash", title}, Rows: [][]string{{"ECMP", ecmp.table()}, {"LAG", lag.table()}}, Text: true, Grid: true})
}

func switchHashGlobal(v *view, _ []string) error {
	rows, err := fetch(v, tables.ConfigSwitchHash, []string{tables.SwitchHashKey})
	if err != nil {
		return err
	}
	r, ok := rows[tables.SwitchHashKey]
	if !ok {
		return v.line("No configuration is present in CONFIG DB")
	}
	ways := func(fields []tables.HashField, a *tables.HashAlgorithm) hashWays {
		w := hashWays{"N/A", "N/A"}
		var names []string
		for _, f := range fields {
			names = append(names, string(f))
		}
		if names != nil {
			w.Fields = names
		}
		if a != nil {
			w.Algorithm = string(*a)
		}
		return w
	}
	return v.hashes("Configuration", ways(r.Ecmp, r.EcmpAlgorithm), ways(r.Lag, r.LagAlgorithm))
}

func switchHashCapabilities(v *view, _ []string) error {
	r, err := v.hashCapability()
	if err != nil {
		return err
	}
	list := func(can bool, text string) any {
		switch {
		case !can:
			return "not supported"
		case text == "":
			return "no capabilities"
		case text == "N/A":
			return text
		}
		return strings.Split(text, ",")
	}
	return v.hashes("Capabilities", hashWays{list(r.Ecmp, r.Fields), list(r.EcmpAlgorithm, r.EcmpAlgorithms)},
		hashWays{list(r.Lag, r.Fields), list(r.LagAlgorithm, r.LagAlgorithms)})
}
