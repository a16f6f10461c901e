package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// missing is a command of SONiC's that people type and that this switch cannot carry out yet, and why. docs/cli.md lists them.
type missing struct{ path, why string }

func showLater() []missing {
	return []missing{
		{"evpn", "ask FRR: vtysh -c 'show evpn vni', vtysh -c 'show bgp l2vpn evpn'"},
	}
}

func configLater() []missing {
	return []missing{
		{"load_minigraph", "minigraphs are not read"},
	}
}

// notYet makes commands that say so, and fail.
func notYet(list []missing) []*cobra.Command {
	var top []*cobra.Command
	groups := map[string]*cobra.Command{}
	for _, m := range list {
		words := strings.Fields(m.path)
		cmd := &cobra.Command{
			Use: words[len(words)-1], Short: "Not available yet: " + m.why, FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
			RunE: func(*cobra.Command, []string) error { return fail("%s is not available yet: %s", m.path, m.why) },
		}
		if len(words) == 1 {
			top = append(top, cmd)
			continue
		}
		g := groups[words[0]]
		if g == nil {
			g = group(words[0], "Not available yet: "+m.why)
			groups[words[0]] = g
			top = append(top, g)
		}
		g.AddCommand(cmd)
	}
	return top
}
