package cli

import (
	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showTransceiver is `show interfaces transceiver`: what STATE_DB has of it.
func showTransceiver(sw *Switch) *cobra.Command {
	return group("transceiver", "Show SFP Transceiver information", &cobra.Command{
		Use: "presence [interfacename]", Short: "Show interface transceiver presence", Args: between(0, "interfacename"), ValidArgsFunction: sw.completePorts,
		RunE: sw.look(func(v *view, args []string) error {
			names, err := v.portNames()
			if err != nil {
				return err
			}
			optics, err := fetch(v, tables.StateTransceiver, names)
			if err != nil {
				return err
			}
			t := grid.Table{Header: []string{"Port", "Presence"}}
			for _, n := range names {
				presence := "Not present"
				if _, ok := optics[n]; ok {
					presence = "Present"
				}
				t.Rows = append(t.Rows, []string{n, presence})
			}
			if t.Rows, err = wanted(t.Rows, arg(args, 0)); err != nil {
				return err
			}
			return v.print(&t)
		}),
	})
}
