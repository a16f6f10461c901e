package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showFeature is `show feature`.
func showFeature(sw *Switch) *cobra.Command {
	return group("feature", "Show feature status",
		&cobra.Command{Use: "status [feature_name]", Short: "Show feature state", Args: between(0, "feature_name"), RunE: sw.look(featureStatus)},
		&cobra.Command{Use: "config [feature_name]", Short: "Show feature config", Args: between(0, "feature_name"), RunE: sw.look(featureConfig)},
		&cobra.Command{Use: "autorestart [feature_name]", Short: "Show auto-restart state for a feature", Args: between(0, "feature_name"), RunE: sw.look(featureAutorestart)},
	)
}

// optional drops the columns, but the first, in which no row has anything, as SONiC's feature tables do.
func optional(t *grid.Table) {
	for c := len(t.Header) - 1; c > 0; c-- {
		if slices.ContainsFunc(t.Rows, func(r []string) bool { return r[c] != "" }) {
			continue
		}
		t.Header = slices.Delete(slices.Clone(t.Header), c, c+1)
		for i := range t.Rows {
			t.Rows[i] = slices.Delete(t.Rows[i], c, c+1)
		}
	}
}

func (v *view) features(args []string) ([]entry[string, tables.FeatureRow], error) {
	list, err := read(v, tables.ConfigFeature)
	if err != nil || len(args) == 0 {
		return list, err
	}
	list = slices.DeleteFunc(list, func(e entry[string, tables.FeatureRow]) bool { return e.Key != args[0] })
	if len(list) == 0 {
		return nil, fail("Can not find feature %s", args[0])
	}
	return list, nil
}

func featureStatus(v *view, args []string) error {
	list, err := v.features(args)
	if err != nil {
		return err
	}
	states, err := fetch(v, tables.StateFeature, keys(list))
	if err != nil {
		return err
	}
	t := grid.Table{Text: true, Header: []string{
		"Feature", "State", "AutoRestart", "SystemState", "UpdateTime", "ContainerId", "Version", "SetOwner", "CurrentOwner", "RemoteState",
	}}
	for _, e := range list {
		s := states[e.Key]
		t.Rows = append(t.Rows, []string{
			e.Key, e.Row.State, e.Row.AutoRestart, s.SystemState, s.UpdateTime, s.ContainerID, s.ContainerVersion, e.Row.SetOwner, s.CurrentOwner, s.RemoteState,
		})
	}
	optional(&t)
	return v.print(&t)
}

func featureConfig(v *view, args []string) error {
	list, err := v.features(args)
	if err != nil {
		return err
	}
	t := grid.Table{Text: true, Header: []string{"Feature", "State", "AutoRestart", "Owner", "fallback"}}
	negated := map[string]string{"true": "false", "True": "false", "false": "true", "False": "true"}
	for _, e := range list {
		t.Rows = append(t.Rows, []string{e.Key, e.Row.State, e.Row.AutoRestart, e.Row.SetOwner, negated[e.Row.NoFallbackToLocal]})
	}
	optional(&t)
	return v.print(&t)
}

func featureAutorestart(v *view, args []string) error {
	list, err := v.features(args)
	if err != nil {
		return err
	}
	t := grid.Table{Text: true, Header: []string{"Feature", "AutoRestart"}}
	for _, e := range list {
		state := e.Row.AutoRestart
		if state == "" {
			state = "unknown"
		}
		t.Rows = append(t.Rows, []string{e.Key, state})
	}
	return v.print(&t)
}
