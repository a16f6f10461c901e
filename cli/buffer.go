package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showBuffer is `show buffer`: what is configured, and what is in force.
func showBuffer(sw *Switch) *cobra.Command {
	return group("buffer", "Show buffer information",
		buffersCommand(sw, "configuration", "Show buffer configuration", tables.ConfigBufferPool.Schema, tables.ConfigBufferProfile.Schema),
		buffersCommand(sw, "information", "Show buffer information", tables.ApplBufferPool.Schema, tables.ApplBufferProfile.Schema))
}

// showMmu is `show mmu`.
func showMmu(sw *Switch) *cobra.Command {
	return buffersCommand(sw, "mmu", "Show mmu configuration", tables.ConfigBufferPool.Schema, tables.ConfigBufferProfile.Schema)
}

func buffersCommand(sw *Switch, use, short string, pools, profiles *db.Schema) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		if err := v.profiles("Pool", pools); err != nil {
			return err
		}
		return v.profiles("Profile", profiles)
	})}
}

func sortRows(rows []db.Change) {
	slices.SortFunc(rows, func(a, b db.Change) int { return natural.Compare(a.Key, b.Key) })
}

// plainRows prints fields as a table without a header.
func (v *view) plainRows(fields []db.Field) error {
	t := grid.Table{Header: []string{"", ""}}
	for _, f := range fields {
		t.Rows = append(t.Rows, []string{f.Name, f.Value})
	}
	slices.SortFunc(t.Rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return t.Plain(v.out)
}
