package cfgmgr

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/hostfile"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// registerHostFiles adds what SONiC's hostcfgd does to files: servers of names, and banners.
func registerHostFiles(e *engine.Engine) {
	engine.On(e, tables.ConfigDnsServer, dnsServer)
	engine.Always(e, "resolv.conf", resolvConf)
	engine.On(e, tables.ConfigBanner, banner)
}

func hostFileSources() []*db.Schema {
	return []*db.Schema{tables.ConfigDnsServer.Schema, tables.ConfigBanner.Schema}
}

func dnsServer(_ *engine.Tx, address string, _ tables.DnsServerRow) error {
	if _, err := netip.ParseAddr(address); err != nil {
		return badKey(tables.ConfigDnsServer, address, "is not an IP address")
	}
	return nil
}

// resolvConf names the servers in the order of their addresses. Without any, the file is the container's.
func resolvConf(tx *engine.Tx) error {
	var servers []netip.Addr
	for key := range engine.Each(tx, tables.ConfigDnsServer) {
		if a, err := netip.ParseAddr(key); err == nil {
			servers = append(servers, a)
		}
	}
	if len(servers) == 0 {
		return nil
	}
	slices.SortFunc(servers, netip.Addr.Compare)
	var b strings.Builder
	for _, a := range servers {
		b.WriteString("nameserver " + a.String() + "\n")
	}
	engine.Want(tx, hostfile.Key{Path: "etc/resolv.conf"}, hostfile.Content(b.String()))
	return nil
}

// lines is what SONiC takes for the end of a line in a banner.
var lines = strings.NewReplacer(`\n`, "\n")

func banner(tx *engine.Tx, key string, r tables.BannerRow) error {
	if !strings.EqualFold(key, tables.Global) {
		return badKey(tables.ConfigBanner, key, "is not "+tables.Global)
	}
	if r.State == nil || !bool(*r.State) {
		return nil
	}
	for _, f := range []struct {
		text  *string
		paths []string
	}{{r.Login, []string{"etc/issue", "etc/issue.net"}}, {r.Motd, []string{"etc/motd"}}, {r.Logout, []string{"etc/logout_message"}}} {
		for _, path := range f.paths {
			if f.text != nil {
				engine.Want(tx, hostfile.Key{Path: path}, hostfile.Content(lines.Replace(*f.text)+"\n"))
			}
		}
	}
	return nil
}
