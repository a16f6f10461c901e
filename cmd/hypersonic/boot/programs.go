package boot

import (
	"context"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// frrDaemons is where Debian's FRR keeps its programs.
const frrDaemons = "/usr/lib/frr"

// Programs are the processes of a switch but for FRR's. self is this binary. Only what needs it waits for Redis; nothing else waits for anything, since every
// daemon stands the absence of the others.
func Programs(env daemon.Env, self, redisConf string) []process.Spec {
	common := []string{"--root", env.Root}
	if env.ASIC != "" {
		common = append(common, "--asic", env.ASIC)
	}
	specs := []process.Spec{{
		Name: "redis-server", Path: "redis-server", Args: []string{redisConf}, AutoStart: true,
		Ready: listens("unix", env.RedisSocket()), LogFile: logFile(env, "redis-server"),
	}}
	for _, name := range []string{"syncd", "orchagent", "cfgmgr", "netsync"} {
		args := append([]string{name}, common...)
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

// Parts are the processes of SONiC whose work one of ours does, by SONiC's name.
func Parts() map[string]string {
	return map[string]string{
		"portmgrd": "cfgmgr", "intfmgrd": "cfgmgr", "vlanmgrd": "cfgmgr", "vrfmgrd": "cfgmgr", "nbrmgrd": "cfgmgr", "bgpcfgd": "cfgmgr",
		"portsyncd": "netsync", "neighsyncd": "netsync", "fpmsyncd": "netsync",
	}
}

// zebraHold is how long a zebra that comes back keeps routes that it finds in the kernel and nobody announces again, in seconds: netsync's time too.
// Without it they stay for ever, because zebra looks for them before it has read them (FRR issue 21824).
const zebraHold = "120"

// Routing are FRR's daemons, if it is installed. zebra speaks FPM to netsync; where its module hears acknowledgements, a route counts as installed when the
// ASIC has it. FRR 8.4 does not hear them, and would keep routes queued for ever if it were told to wait.
func Routing(env daemon.Env) []process.Spec {
	zebra := filepath.Join(frrDaemons, "zebra")
	if _, err := os.Stat(zebra); err != nil {
		env.Log.Warn("FRR is not installed: no routing protocols", "missing", zebra)
		return nil
	}
	zserv := filepath.Join(env.FRRState(), "zserv.api")
	args := []string{"-A", "127.0.0.1", "-s", "90000000", "-K", zebraHold, "-M", "dplane_fpm_nl"}
	if daemon.HearsAcks() {
		args = append(args, "--asic-offload=notify_on_offload")
	}
	specs := []process.Spec{frrDaemon(env, "zebra", zserv, args...)}
	for _, name := range []string{"staticd", "bgpd"} {
		s := frrDaemon(env, name, zserv)
		s.DependsOn = []string{"zebra"}
		specs = append(specs, s)
	}
	return specs
}

// LLDP is lldpd, if it is installed, on the ports' host interfaces and the management interface, as in SONiC.
func LLDP(env daemon.Env) []process.Spec {
	path, err := exec.LookPath("lldpd")
	if err != nil {
		env.Log.Info("lldpd is not installed: no LLDP")
		return nil
	}
	socket := env.Path("var/run/lldpd.socket")
	return []process.Spec{{
		Name: "lldpd", Path: path, Args: []string{"-d", "-I", "Ethernet*,eth0", "-C", "eth0", "-u", socket}, AutoStart: true,
		Ready: listens("unix", socket), LogFile: logFile(env, "lldpd"),
	}}
}

func frrDaemon(env daemon.Env, name, zserv string, args ...string) process.Spec {
	args = append(args, "-z", zserv, "--vty_socket", env.FRRState(), "-P", "0",
		"-i", filepath.Join(env.FRRState(), name+".pid"), "-f", filepath.Join(env.FRRConfig(), name+".conf"))
	return process.Spec{
		Name: name, Path: filepath.Join(frrDaemons, name), Args: args, AutoStart: true,
		Ready: listens("unix", filepath.Join(env.FRRState(), name+".vty")), LogFile: logFile(env, name),
	}
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

// FRR writes the configuration files that FRR's daemons cannot do without, where there are none: a configuration written by hand is never touched.
func FRR(env daemon.Env) error {
	owner, group, err := frrUser()
	if err != nil {
		return nil // FRR is not installed
	}
	if err := os.Chown(env.FRRState(), owner, group); err != nil {
		return err
	}
	files := map[string]string{
		// The address is netsync's; next-hop groups as lists, as in SONiC.
		"zebra.conf":   "zebra nexthop kernel enable\nfpm address 127.0.0.1\nno fpm use-next-hop-groups\n",
		"staticd.conf": "", "bgpd.conf": "",
	}
	for name, text := range files {
		path := filepath.Join(env.FRRConfig(), name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			return err
		}
		if err := os.Chown(path, owner, group); err != nil {
			return err
		}
	}
	return nil
}

// frrUser is whom Debian's FRR runs as; it refuses to run as root. Its sockets and files must be that user's.
func frrUser() (uid, gid int, err error) {
	u, err := user.Lookup("frr")
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}
