package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showServices is `show services`: the processes of the switch, which in SONiC are spread over containers.
func showServices(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "services", Short: "Show all daemon services", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
		list, err := read(v, tables.StateProcess)
		if err != nil {
			return err
		}
		t := grid.Table{Text: true, Header: []string{"Service", "State", "PID", "Restarts", "Since", "Last exit"}}
		for _, e := range list {
			pid := ""
			if e.Row.PID != 0 {
				pid = strconv.Itoa(e.Row.PID)
			}
			t.Rows = append(t.Rows, []string{e.Key, e.Row.State, pid, strconv.Itoa(e.Row.Restarts), e.Row.Since, e.Row.LastExit})
		}
		return v.print(&t)
	})}
}

// showObjectStatus is `show object-status`, which SONiC does not have: everything that is not as wanted, and why.
func showObjectStatus(sw *Switch) *cobra.Command {
	return &cobra.Command{
		Use: "object-status", Short: "Show what is not as configured, and why (see also: hypersonic explain)", Args: exactly(),
		RunE: sw.look(func(v *view, _ []string) error {
			list, err := read(v, tables.StateStatus)
			if err != nil {
				return err
			}
			t := grid.Table{Text: true, List: true, Header: []string{"Daemon", "Object", "State", "Waits for", "Reason", "Since"}}
			for _, e := range list {
				t.Rows = append(t.Rows, []string{e.Key.Daemon, e.Key.Object, e.Row.State, e.Row.WaitsFor, e.Row.Reason, e.Row.Since})
			}
			return v.print(&t)
		}),
	}
}

// configHostname is `config hostname`.
func configHostname(sw *Switch) *cobra.Command {
	return &cobra.Command{
		Use: "hostname <new_hostname>", Short: "Change device hostname without impacting the traffic", Args: exactly("new_hostname"),
		RunE: sw.edit(func(c *change, args []string) error {
			c.write(tables.ConfigDeviceMetadata.Set(tables.Localhost, tables.DeviceMetadataRow{Hostname: args[0]}))
			c.remark(saveHint)
			return nil
		}),
	}
}
