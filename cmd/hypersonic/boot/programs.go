package boot

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// Programs are the processes of a switch but for FRR's. self is this binary. Only what needs it waits for Redis; nothing else waits for anything, since every
// daemon stands the absence of the others.
func Programs(env daemon.Env, self, redisConf string) []process.Spec {
	common := []string{"--root", env.Root}
	if env.ASIC != "" {
		common = append(common, "--asic", env.ASIC)
	}
	if env.Links != "" {
		common = append(common, "--links", env.Links)
	}
	specs := []process.Spec{{
		Name: "redis-server", Path: "redis-server", Args: []string{redisConf}, Env: []string{redisMalloc}, AutoStart: true,
		Ready: listens("unix", env.RedisSocket()), LogFile: logFile(env, "redis-server"),
	}}
	for _, name := range []string{"syncd", "orchagent", "cfgmgr", "netsync", daemon.GnmiProgram} {
		args := append([]string{strings.TrimSuffix(name, "-native")}, common...)
		if name == "orchagent" {
			args = append(args, "--record="+strconv.FormatBool(env.Record))
		}
		specs = append(specs, process.Spec{
			Name: name, Path: self, Args: args, AutoStart: true,
			DependsOn: []string{"redis-server"}, LogFile: logFile(env, name),
		})
	}
	return specs
}

// redisMalloc has jemalloc keep pieces of memory up to a megabyte at hand: commands with a thousand routes come and go, and each would take and return
// fresh pages of the kernel. Another allocator does not read it.
const redisMalloc = "MALLOC_CONF=lg_tcache_max:20"

// Parts are the processes of SONiC whose work one of ours does, by SONiC's name.
func Parts() map[string]string {
	return map[string]string{
		"portmgrd": "cfgmgr", "intfmgrd": "cfgmgr", "vlanmgrd": "cfgmgr", "vrfmgrd": "cfgmgr", "nbrmgrd": "cfgmgr", "bgpcfgd": "cfgmgr",
		"thermalctld": "netsync", "psud": "netsync", "xcvrd": "netsync", "syseepromd": "netsync", // virtual hardware
		"portsyncd": "netsync", "neighsyncd": "netsync", "fpmsyncd": "netsync", "lldpmgrd": "netsync", "lldp-syncd": "netsync",
		"teamd": "netsync", "teamsyncd": "netsync", "teammgrd": "cfgmgr", // LACP
		"dhcp6relay": "netsync", "dhcprelayd": "netsync",
		"telemetry": daemon.GnmiProgram,
	}
}

// LLDP is lldpd, if it is installed, on the ports' host interfaces and the management interface, as in SONiC.
func LLDP(env daemon.Env) []process.Spec {
	path, err := exec.LookPath("lldpd")
	if err != nil {
		env.Log.Info("lldpd is not installed: no LLDP")
		return nil
	}
	socket := env.LLDPSocket()
	return []process.Spec{{
		Name: "lldpd", Path: path, Args: []string{"-d", "-I", "Ethernet*,eth0", "-C", "eth0", "-u", socket}, AutoStart: true,
		Ready: listens("unix", socket), LogFile: logFile(env, "lldpd"),
	}}
}

func logFile(env daemon.Env, name string) string { return env.Path("var/log/hypersonic", name+".log") }

// listens is ready when something accepts connections there.
func listens(network, addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return err
		}
		return c.Close()
	}
}
