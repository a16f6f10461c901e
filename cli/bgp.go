package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showBgp is `show ip bgp` and `show ipv6 bgp`: bgpd's answers, the summary with the neighbours' names.
func showBgp(sw *Switch, of func() addressFamily) *cobra.Command {
	af := of()
	vrf := &cobra.Command{
		Use: "vrf <vrf> {summary | neighbors | network} [...]", Short: "Show " + af.label + " BGP information for a given VRF",
		Args: cobra.ArbitraryArgs,
		RunE: sw.look(func(v *view, args []string) error {
			if len(args) < 2 {
				return fail("Missing argument \"<vrf> {summary | neighbors | network}\".")
			}
			rest := args[2:]
			switch {
			case strings.HasPrefix("summary", args[1]):
				return v.bgpSummary(af, args[0])
			case strings.HasPrefix("neighbors", args[1]):
				return v.bgpNeighbors(af, args[0], rest)
			case strings.HasPrefix("network", args[1]):
				return v.bgpNetwork(af, args[0], rest)
			}
			return fail("No such command %q.", args[1])
		}),
	}
	return group("bgp", "Show "+af.label+" BGP (Border Gateway Protocol) information",
		&cobra.Command{Use: "summary", Short: "Show summarized information of " + af.label + " BGP state", Args: exactly(), RunE: sw.look(func(v *view, _ []string) error {
			return v.bgpSummary(af, "")
		})},
		&cobra.Command{
			Use: "neighbors [ipaddress [routes | advertised-routes | received-routes]]", Short: "Show " + af.label + " BGP neighbors",
			Args: between(0, "ipaddress", "info_type"),
			RunE: sw.ask(func(v *view, args []string) error { return v.bgpNeighbors(af, "", args) }),
		},
		&cobra.Command{
			Use: "network [address | prefix [bestpath | json | longer-prefixes | multipath]]", Short: "Show " + af.label + " BGP network",
			Args: between(0, "ipaddress", "info_type"),
			RunE: sw.ask(func(v *view, args []string) error { return v.bgpNetwork(af, "", args) }),
		},
		vrf,
	)
}

// vrfWords are the words of a vty command that choose a VRF.
func vrfWords(vrf string) string {
	if vrf == "" {
		return ""
	}
	return " vrf " + vrf
}

func (v *view) bgpNeighbors(af addressFamily, vrf string, args []string) error {
	if err := safeWords(append([]string{vrf}, args...)); err != nil {
		return err
	}
	if len(args) > 0 {
		if a, err := netip.ParseAddr(args[0]); err != nil || !af.is(a) {
			return fail("%s is not valid %s address", args[0], strings.ToLower(af.label))
		}
	}
	command := "show ip bgp" + vrfWords(vrf) + " neighbors"
	if af.label == "IPv6" {
		command = "show bgp" + vrfWords(vrf) + " ipv6 neighbors"
	}
	return v.vty(bgpd, strings.Join(append([]string{command}, args...), " "))
}

func (v *view) bgpNetwork(af addressFamily, vrf string, args []string) error {
	if err := safeWords(append([]string{vrf}, args...)); err != nil {
		return err
	}
	command := "show ip bgp" + vrfWords(vrf)
	if af.label == "IPv6" {
		command = "show bgp" + vrfWords(vrf) + " ipv6"
	}
	return v.vty(bgpd, strings.Join(append([]string{command}, args...), " "))
}

// summary is bgpd's JSON, what is printed of it.
type summary struct {
	RouterID        string          `json:"routerId"`
	AS              uint64          `json:"as"`
	VrfID           int64           `json:"vrfId"`
	TableVersion    uint64          `json:"tableVersion"`
	RibCount        uint64          `json:"ribCount"`
	RibMemory       uint64          `json:"ribMemory"`
	PeerCount       uint64          `json:"peerCount"`
	PeerMemory      uint64          `json:"peerMemory"`
	PeerGroupCount  uint64          `json:"peerGroupCount"`
	PeerGroupMemory uint64          `json:"peerGroupMemory"`
	Peers           map[string]peer `json:"peers"`
}

type peer struct {
	Version      int    `json:"version"`
	RemoteAS     uint64 `json:"remoteAs"`
	MsgRcvd      uint64 `json:"msgRcvd"`
	MsgSent      uint64 `json:"msgSent"`
	TableVersion uint64 `json:"tableVersion"`
	InQ          uint64 `json:"inq"`
	OutQ         uint64 `json:"outq"`
	Uptime       string `json:"peerUptime"`
	State        string `json:"state"`
	PfxRcd       uint64 `json:"pfxRcd"`
}

func (v *view) bgpSummary(af addressFamily, vrf string) error {
	if err := safeWords([]string{vrf}); err != nil {
		return err
	}
	command := "show ip bgp" + vrfWords(vrf) + " summary json"
	if af.label == "IPv6" {
		command = "show bgp" + vrfWords(vrf) + " ipv6 summary json"
	}
	text, err := v.FRR(v.ctx, bgpd, command)
	if err != nil && !errors.Is(err, ErrRefused) { // without an instance bgpd says {} and that it did not work out
		return err
	}
	var families map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &families); err != nil {
		return fail("bgp summary from bgp container not in json format")
	}
	found, ok := families[af.key]
	if v.json {
		return grid.JSON(v.out, families)
	}
	if !ok {
		_, err := fmt.Fprintf(v.out, "No %s neighbor is configured\n", af.label)
		return err
	}
	var s summary
	if err := json.Unmarshal(found, &s); err != nil {
		return fmt.Errorf("bgpd's summary: %w", err)
	}
	return v.printSummary(af, &s)
}

func (v *view) printSummary(af addressFamily, s *summary) error {
	configured, err := read(v, tables.ConfigBgpSessionEdit)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, e := range configured {
		if e.Row.Name != nil {
			_, address, ok := strings.Cut(e.Key, tables.ConfigBgpSessionEdit.Database.Separator())
			if !ok {
				address = e.Key
			}
			names[address] = *e.Row.Name
		}
	}
	t := grid.Table{Header: []string{
		"Neighbhor", "V", "AS", "MsgRcvd", "MsgSent", "TblVer", "InQ", "OutQ", "Up/Down", "State/PfxRcd", "NeighborName", // SONiC's spelling
	}}
	count := func(n uint64) string { return strconv.FormatUint(n, 10) }
	for address, p := range s.Peers {
		state := p.State
		if state == "Established" {
			state = count(p.PfxRcd)
		}
		name := names[address]
		if name == "" {
			name = "NotAvailable"
		}
		t.Rows = append(t.Rows, []string{
			address, strconv.Itoa(p.Version), count(p.RemoteAS), count(p.MsgRcvd), count(p.MsgSent), count(p.TableVersion), count(p.InQ), count(p.OutQ),
			p.Uptime, state, name,
		})
	}
	natural.Rows(t.Rows)
	fmt.Fprintf(v.out, "\n%s Unicast Summary:\n", af.label)
	fmt.Fprintf(v.out, "BGP router identifier %s, local AS number %d vrf-id %d\n", s.RouterID, s.AS, s.VrfID)
	fmt.Fprintf(v.out, "BGP table version %d\n", s.TableVersion)
	fmt.Fprintf(v.out, "RIB entries %d, using %d bytes of memory\n", s.RibCount, s.RibMemory)
	fmt.Fprintf(v.out, "Peers %d, using %d KiB of memory\n", s.PeerCount, s.PeerMemory)
	fmt.Fprintf(v.out, "Peer groups %d, using %d bytes of memory\n\n\n", s.PeerGroupCount, s.PeerGroupMemory)
	if err := t.Write(v.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(v.out, "\nTotal number of neighbors %d\n", len(t.Rows))
	return err
}

// configBgp is `config bgp`.
func configBgp(sw *Switch) *cobra.Command {
	sub := func(use, short string, up tables.UpDown, doing string) *cobra.Command {
		return group(use, short,
			&cobra.Command{Use: "all", Short: short + ": all of them", Args: exactly(), RunE: sw.edit(func(c *change, _ []string) error {
				for _, e := range rowsOf(c.candidate, tables.ConfigBgpSessionEdit) {
					c.setSession(e.Key, up, doing)
				}
				return nil
			})},
			&cobra.Command{
				Use: "neighbor <ipaddr_or_hostname>", Short: short + ": one neighbor", Args: exactly("ipaddr_or_hostname"),
				RunE: sw.edit(func(c *change, args []string) error {
					found := c.sessions(args[0])
					if len(found) == 0 {
						return fail("Could not locate neighbor '%s'", args[0])
					}
					for _, k := range found {
						c.setSession(k, up, doing)
					}
					return nil
				}),
			},
		)
	}
	remove := group("remove", "Remove BGP neighbor configuration from the device", &cobra.Command{
		Use: "neighbor <neighbor_ip_or_hostname>", Short: "Deletes BGP neighbor configuration of given hostname or ip", Args: exactly("neighbor_ip_or_hostname"),
		RunE: sw.edit(func(c *change, args []string) error {
			found := c.sessions(args[0])
			if len(found) == 0 {
				return fail("Could not locate neighbor '%s'", args[0])
			}
			for _, k := range found {
				c.write(tables.ConfigBgpSessionEdit.Del(k))
				c.remark("Removed configuration of BGP neighbor %s", k)
			}
			return nil
		}),
	})
	return group("bgp", "BGP-related configuration tasks",
		sub("startup", "Start up BGP session(s)", true, "Starting up"), sub("shutdown", "Shut down BGP session(s)", false, "Shutting down"), remove)
}

func (c *change) setSession(key string, up tables.UpDown, doing string) {
	c.write(tables.ConfigBgpSessionEdit.Set(key, tables.BgpSessionEditRow{AdminStatus: &up}))
	c.remark("%s BGP session with neighbor %s...", doing, key)
}

// sessions are the keys of a neighbour by its address, with or without a VRF, or by its name.
func (c *change) sessions(want string) (out []string) {
	for _, e := range rowsOf(c.candidate, tables.ConfigBgpSessionEdit) {
		_, address, _ := strings.Cut(e.Key, tables.ConfigBgpSessionEdit.Database.Separator())
		if e.Key == strings.ToLower(want) || address == strings.ToLower(want) || e.Key == want || deref(e.Row.Name) == want {
			out = append(out, e.Key)
		}
	}
	return out
}
