package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/platform/frr/vty"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// rootVariable names the switch's directory where the command line does not.
const rootVariable = "HYPERSONIC_ROOT"

// rootFlag is the flag that says which switch is meant.
func rootFlag(cmd *cobra.Command, env *daemon.Env) {
	cmd.PersistentFlags().StringVar(&env.Root, "root", cmp.Or(os.Getenv(rootVariable), "/"), "directory that every path of the switch hangs under")
}

// commandLine runs one of SONiC's programs, if the binary is called by its name, and returns the exit code.
func commandLine(ctx context.Context, args []string) (code int, ok bool) {
	name, args := filepath.Base(args[0]), args[1:]
	build := commandLinePrograms()[name]
	if build == nil {
		return 0, false
	}
	env := &daemon.Env{Log: slog.New(slog.DiscardHandler)}
	cmd := build(commandSwitch(env))
	rootFlag(cmd, env)
	cmd.SetArgs(args)
	shortWords()
	return cli.Report(os.Stderr, cmd.ExecuteContext(ctx)), true
}

// commandLineCommands are SONiC's programs as commands of hypersonic.
func commandLineCommands() (list []*cobra.Command) {
	for name, build := range commandLinePrograms() {
		list = append(list, &cobra.Command{
			Use: name, Short: build(&cli.Switch{}).Short, DisableFlagParsing: true, // its flags are its own
			RunE: func(c *cobra.Command, args []string) error {
				if code, _ := commandLine(c.Context(), append([]string{name}, args...)); code != 0 {
					return exitCode(code)
				}
				return nil
			},
		})
	}
	return list
}

// commandLinePrograms are SONiC's programs, by the names they are called by.
func commandLinePrograms() map[string]func(*cli.Switch) *cobra.Command {
	return map[string]func(*cli.Switch) *cobra.Command{
		"show": cli.Show, "config": cli.Config, "sonic-db-cli": cli.DBCli, "sonic-cfggen": cli.Cfggen, "sonic-clear": cli.Clear,
		"crm": cli.Crm, "pfcwd": cli.Pfcwd, "ecnconfig": cli.Ecnconfig, "counterpoll": cli.Counterpoll,
		"acl-loader": cli.AclLoader, "aclshow": cli.AclShow,
	}
}

func commandSwitch(env *daemon.Env) *cli.Switch {
	return &cli.Switch{
		Path:    func(elem ...string) string { return env.Path(elem...) }, // not env.Path: the root is known when the flags are
		Connect: func(ctx context.Context) (db.Keyspace, error) { return connectNow(ctx, *env) },
		Redis: func(ctx context.Context, id db.ID, args []string) (any, error) {
			return redisCommand(ctx, *env, id, args)
		},
		FRR: func(ctx context.Context, name, command string) (string, error) {
			return frrCommand(ctx, *env, name, command)
		},
		Addresses:      addresses,
		FlushNeighbors: kernel.FlushNeighbors,
		Neighbors:      neighbors,
		Complete:       func(rows []configjson.Row) ([]configjson.Row, error) { return boot.Complete(*env, rows) },
		Keep:           func(rows []configjson.Row) error { return boot.KeepGood(*env, rows) },
		Try: func(ctx context.Context, store db.Keyspace, was, now []configjson.Row) (cli.Plan, error) {
			return tryChange(ctx, *env, store, was, now)
		},
		Cages: func() ([]cli.Cage, error) {
			sku, err := env.Model()
			return boot.Cages(sku), err
		},
		CoppDefaults: func() ([]db.Write, error) { return daemon.CoppDefaults(*env) },
		Machine:      machine,
		Terminal:     isTerminal(os.Stdout),
		Input:        os.Stdin,
		Now:          time.Now,
	}
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// connectNow opens the databases, which have to be there: people do not wait for a switch that is not running.
func connectNow(ctx context.Context, env daemon.Env) (db.Keyspace, error) {
	client, err := redis.New(redis.Options{Socket: env.RedisSocket(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if _, _, err := client.Raw(db.Config).Get(ctx, "CONFIG_DB_INITIALIZED"); err != nil {
		return nil, errors.Join(fmt.Errorf("the databases do not answer, is the switch running? %w", err), client.Close())
	}
	return client, nil
}

// redisCommand sends one command as it is. Its answer may take as long as it likes (BLPOP), but for the context.
func redisCommand(ctx context.Context, env daemon.Env, id db.ID, args []string) (any, error) {
	client := goredis.NewClient(&goredis.Options{
		Network: "unix", Addr: env.RedisSocket(), DB: int(id), Protocol: 2, ReadTimeout: -1, MaxRetries: -1, DisableIdentity: true, PoolSize: 1,
	})
	defer client.Close()
	words := make([]any, len(args))
	for i, a := range args {
		words[i] = a
	}
	reply, err := client.Do(ctx, words...).Result()
	if errors.Is(err, goredis.Nil) {
		return nil, nil
	}
	return reply, err
}

// frrCommand asks one of FRR's daemons.
func frrCommand(ctx context.Context, env daemon.Env, name, command string) (string, error) {
	conn, err := vty.Dial(ctx, filepath.Join(env.FRRState(), name+".vty"))
	if err != nil {
		return "", fmt.Errorf("FRR's %s does not answer: %w", name, err)
	}
	defer conn.Close()
	text, err := conn.Run(ctx, command)
	var refused *vty.Error
	if errors.As(err, &refused) && refused.Output != "" {
		return refused.Output, cli.ErrRefused
	}
	return text, err
}

// addresses are those of all netdevs of the namespace.
func addresses(context.Context) (out []cli.Address, err error) {
	links, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("interfaces: %w", err)
	}
	for _, l := range links {
		list, err := l.Addrs()
		if err != nil {
			continue // it has gone meanwhile
		}
		a := cli.Address{
			Interface: l.Name, Master: master(l.Name), Admin: tables.UpDown(l.Flags&net.FlagUp != 0), Oper: tables.UpDown(l.Flags&net.FlagRunning != 0),
		}
		for _, n := range list {
			if p, err := netip.ParsePrefix(n.String()); err == nil {
				a.Prefix = p
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// master is the device that a netdev belongs to, empty for none.
func master(name string) string {
	target, err := os.Readlink(filepath.Join("/sys/class/net", name, "master"))
	if err != nil {
		return ""
	}
	return filepath.Base(target)
}

// neighbors are those that have a MAC address.
func neighbors(ctx context.Context) (out []cli.Neighbor, err error) {
	feed, err := kernel.WatchNeighbors()
	if err != nil {
		return nil, fmt.Errorf("neighbours: %w", err)
	}
	defer feed.Close()
	batch, err := feed.Next(ctx)
	if err != nil {
		return nil, fmt.Errorf("neighbours: %w", err)
	}
	for _, n := range batch.Neighbors {
		if mac := tables.MAC(n.MAC); !mac.IsZero() && n.State&(kernel.NoARP|kernel.Incomplete|kernel.Failed) == 0 {
			out = append(out, cli.Neighbor{IP: n.IP, MAC: mac, Interface: n.Link, State: strings.ToUpper(n.State.String())})
		}
	}
	return out, nil
}

// machine tells what this program was built from and runs on.
func machine() cli.Machine {
	var m cli.Machine
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Build = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				m.Commit = s.Value
			case "vcs.time":
				m.Date = s.Value
			}
		}
	}
	if text, err := os.ReadFile("/etc/debian_version"); err == nil {
		m.Distribution = strings.TrimSpace(string(text))
	}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		m.Kernel = unix.ByteSliceToString(name.Release[:])
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		m.Uptime = time.Duration(info.Uptime) * time.Second
	}
	return m
}
