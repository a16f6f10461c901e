// Package boot prepares a switch: directories, the databases' configuration, CONFIG_DB from its file or from the SKU, FRR's files, and the list of
// processes that `hypersonic run` keeps alive.
package boot

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/db"
)

// Directories makes the switch's directories.
func Directories(env daemon.Env) error {
	for _, dir := range []string{
		filepath.Dir(env.RedisSocket()), filepath.Dir(env.DatabaseConfig()), filepath.Dir(env.ConfigDB()),
		env.SwssLog(), env.FRRState(), env.FRRConfig(), env.Path("var/lib/redis"), env.Path("var/log/hypersonic"),
	} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("directories: %w", err)
		}
	}
	return nil
}

// redisSettings are what SONiC's programs rely on (sonic-contract 2.1): keyspace events, a hundred databases, no output limit for subscribers,
// no snapshots. TCP is on loopback only, for programs that know no other way. Rows with long values, as routes over many next hops are, stay in their
// compact form, which takes a quarter less memory; and nobody asks how the times of commands are distributed.
const redisSettings = `# Written by hypersonic at every start.
unixsocket %s
unixsocketperm 770
bind 127.0.0.1
port %d
databases 100
save ""
appendonly no
notify-keyspace-events AKE
client-output-buffer-limit pubsub 0 0 0
hash-max-listpack-value 1024
latency-tracking no
dir %s
daemonize no
loglevel notice
`

// Redis writes redis.conf and database_config.json; port 0 leaves TCP off. It returns the path of redis.conf.
func Redis(env daemon.Env, port int) (string, error) {
	conf := env.Path("etc/redis-hypersonic.conf")
	if err := os.MkdirAll(filepath.Dir(conf), 0o755); err != nil {
		return "", fmt.Errorf("redis: %w", err)
	}
	text := fmt.Sprintf(redisSettings, env.RedisSocket(), port, env.Path("var/lib/redis"))
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return "", fmt.Errorf("redis: %w", err)
	}
	if err := os.WriteFile(env.DatabaseConfig(), db.DefaultConfig(env.RedisSocket()).Format(), 0o644); err != nil {
		return "", fmt.Errorf("database_config.json: %w", err)
	}
	return conf, nil
}
