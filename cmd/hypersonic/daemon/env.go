// Package daemon wires the daemons: which feeds, targets and stores each of them is made of. One file a daemon, no logic. The whole-system tests
// start daemons through it as cmd/hypersonic does.
package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/gnmi/show"
)

// Env is where a switch lives. Several switches run on one host: every path hangs under Root, which is / in a container.
type Env struct {
	Root string
	ASIC string // ASICKernel or ASICVirtual; "": sai.profile says
	// Links is LinksDirect or LinksQueued; "": sai.profile says.
	Links string
	Log   *slog.Logger
	// Record has orchagent write all that it says to syncd and hears into var/log/swss/sairedis.rec.
	Record bool
	// Show runs commands of `show` for gNMI's target SHOW; nil: there is no such target.
	Show show.Run
}

// Path is a path of the switch, given as in a container.
func (e Env) Path(elem ...string) string {
	return filepath.Join(append([]string{e.Root, "/"}, elem...)...)
}

// The paths of SONiC.
func (e Env) RedisSocket() string    { return e.Path("var/run/redis/redis.sock") }
func (e Env) DatabaseConfig() string { return e.Path("var/run/redis/sonic-db/database_config.json") }
func (e Env) ConfigDB() string       { return e.Path("etc/sonic/config_db.json") }
func (e Env) CoppConfig() string     { return e.Path("etc/sonic/copp_cfg.json") }
func (e Env) HwSKU() string          { return e.Path("usr/share/sonic/hwsku") }
func (e Env) SwssLog() string        { return e.Path("var/log/swss") }
func (e Env) FRRState() string       { return e.Path("var/run/frr") }
func (e Env) ControlSocket() string  { return e.Path("var/run/supervisor.sock") }
func (e Env) FRRConfig() string      { return e.Path("etc/frr") }

// Connect opens the switch's databases; it waits for the server. waitFor names the publishers that must have written again before a lost
// database counts as listed.
func (e Env) Connect(ctx context.Context, waitFor map[db.ID][]string) (db.Keyspace, error) {
	c, err := redis.New(redis.Options{Socket: e.RedisSocket(), WaitFor: waitFor, Log: e.Log})
	if err != nil {
		return nil, fmt.Errorf("databases at %s: %w", e.RedisSocket(), err)
	}
	return c, nil
}
