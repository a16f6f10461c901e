package boot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/platform/process"
)

// frrDaemons is where Debian's FRR keeps its programs.
const frrDaemons = "/usr/lib/frr"

// zebraHold is how long a zebra that comes back keeps routes that it finds in the kernel and nobody announces again, in seconds: netsync's time too.
// Without it they stay for ever, because zebra looks for them before it has read them (FRR issue 21824).
const zebraHold = "120"

// zebraLines are what netsync relies on, before any configuration: its address, and next-hop groups as lists, as in SONiC.
const zebraLines = "zebra nexthop kernel enable\nfpm address 127.0.0.1\nno fpm use-next-hop-groups\n"

// FRRCommand is the subcommand by which a daemon is started: what /etc/frr says counts when a daemon starts, not when the switch did.
const FRRCommand = "frr-daemon"

// Routing are FRR's daemons, if it is installed: those that /etc/frr/daemons wants are started, the others can be (supervisorctl, service frr).
func Routing(env daemon.Env, self string) ([]process.Spec, error) {
	zebra := filepath.Join(frrDaemons, "zebra")
	if _, err := os.Stat(zebra); err != nil {
		env.Log.Warn("FRR is not installed: no routing protocols", "missing", zebra)
		return nil, nil
	}
	file, err := readFRRFile(filepath.Join(env.FRRConfig(), "daemons"))
	if err != nil {
		return nil, err
	}
	var specs []process.Spec
	for _, name := range slices.Concat(frrAlways, frrOthers) {
		if _, err := os.Stat(filepath.Join(frrDaemons, name)); err != nil {
			continue
		}
		s := process.Spec{
			Name: name, Path: self, Args: []string{FRRCommand, name, "--root", env.Root}, AutoStart: file.wants(name),
			Ready: frrConfigured(env, name), LogFile: logFile(env, name),
		}
		if name != "zebra" && name != "mgmtd" {
			s.DependsOn = []string{"zebra"}
		}
		specs = append(specs, s)
	}
	return specs, nil
}

// FRRDaemon becomes one of FRR's daemons. It returns only if that fails.
func FRRDaemon(env daemon.Env, name string) error {
	if !slices.Contains(frrAlways, name) && !slices.Contains(frrOthers, name) {
		return fmt.Errorf("%s: not one of FRR's daemons", name)
	}
	file, err := readFRRFile(filepath.Join(env.FRRConfig(), "daemons"))
	if err != nil {
		return err
	}
	conf, err := frrConf(env, name)
	if err != nil {
		return err
	}
	path := filepath.Join(frrDaemons, name)
	args := append([]string{path}, file.options(name)...)
	args = append(args, "-z", filepath.Join(env.FRRState(), "zserv.api"), "--vty_socket", env.FRRState(), "-P", "0",
		"-i", filepath.Join(env.FRRState(), name+".pid"), "-f", conf)
	args = append(args, frrArgs(env, name)...)
	return fmt.Errorf("%s: %w", path, unix.Exec(path, args, os.Environ()))
}

// frrArgs are a daemon's own. zebra speaks FPM to netsync; where its module hears acknowledgements, a route counts as installed when the ASIC has it. FRR
// 8.4 does not hear them, and would keep routes queued for ever if it were told to wait.
func frrArgs(env daemon.Env, name string) []string {
	switch name {
	case "zebra":
		args := []string{"-s", "90000000", "-K", zebraHold, "-M", "dplane_fpm_nl"}
		if daemon.HearsAcks() {
			args = append(args, "--asic-offload=notify_on_offload")
		}
		return args
	case "bfdd":
		return []string{"--bfdctl", filepath.Join(env.FRRState(), "bfdd.sock")}
	}
	return nil
}

func integrated(env daemon.Env) string { return filepath.Join(env.FRRConfig(), "frr.conf") }

// frrConf is the file that a daemon reads by itself: its own in /etc/frr, or nothing where there is one for all of them (frr.conf), which vtysh reads when
// they run. zebra's begins with zebraLines; no file that somebody wrote is changed.
func frrConf(env daemon.Env, name string) (string, error) {
	owner, group, err := frrUser()
	if err != nil {
		return "", err
	}
	var text []byte
	if _, err := os.Stat(integrated(env)); errors.Is(err, os.ErrNotExist) {
		if text, err = os.ReadFile(filepath.Join(env.FRRConfig(), name+".conf")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	if name == "zebra" {
		text = append([]byte(zebraLines), text...)
	}
	path := filepath.Join(env.FRRState(), name+".conf")
	if err := os.WriteFile(path, text, 0o640); err != nil {
		return "", err
	}
	return path, os.Chown(path, owner, group)
}

// frrConfigured is ready when the daemon answers and has been told its part of frr.conf. Lines that it refuses are logged in its words, and are no
// reason not to run.
func frrConfigured(env daemon.Env, name string) func(context.Context) error {
	answers := listens("unix", filepath.Join(env.FRRState(), name+".vty"))
	return func(ctx context.Context) error {
		if err := answers(ctx); err != nil {
			return err
		}
		if _, err := os.Stat(integrated(env)); err != nil {
			return nil
		}
		vtysh := exec.CommandContext(ctx, "vtysh", "--vty_socket", env.FRRState(), "--config_dir", env.FRRConfig(), "-b", "-d", name)
		out, err := vtysh.CombinedOutput()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			env.Log.Error("frr.conf was not taken as a whole", "program", name, "err", err, "output", strings.TrimSpace(string(out)))
		}
		return nil
	}
}

// FRR gives FRR's user the directory of its sockets; without FRR there is nothing to do.
func FRR(env daemon.Env) error {
	owner, group, err := frrUser()
	if err != nil {
		return nil
	}
	return os.Chown(env.FRRState(), owner, group)
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
