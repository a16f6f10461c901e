package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// configLoopback is `config loopback`.
func configLoopback(sw *Switch) *cobra.Command {
	return group("loopback", "Loopback-related configuration tasks",
		&cobra.Command{Use: "add <loopback_name>", Short: "Add a loopback interface", Args: exactly("loopback_name"), RunE: sw.edit(func(c *change, args []string) error {
			k := tables.InterfaceKey{Name: args[0]}
			if err := checkLoopbackName(args[0]); err != nil {
				return err
			}
			if has(c.candidate, tables.ConfigLoopbackInterface, k) {
				return fail("%s already exists", args[0])
			}
			c.write(tables.ConfigLoopbackInterface.Replace(k, tables.InterfaceRow{}))
			return nil
		})},
		&cobra.Command{Use: "del <loopback_name>", Short: "Remove a loopback interface and its addresses", Args: exactly("loopback_name"), RunE: sw.edit(func(c *change, args []string) error {
			k := tables.InterfaceKey{Name: args[0]}
			if err := checkLoopbackName(args[0]); err != nil {
				return err
			}
			if !has(c.candidate, tables.ConfigLoopbackInterface, k) {
				return fail("%s does not exist", args[0])
			}
			c.dropAddresses(tables.ConfigLoopbackInterface, args[0])
			c.write(tables.ConfigLoopbackInterface.Del(k))
			return nil
		})},
	)
}

const maxLoopback = 999

func checkLoopbackName(name string) error {
	digits, ok := strings.CutPrefix(name, loopbackPrefix)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n > maxLoopback || len(name) > maxNetdevName {
		return fail("%s is invalid, name should have prefix 'Loopback' and suffix '<0-999>' and should not exceed 15 characters", name)
	}
	return nil
}
