package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/hypersonic-nos/hypersonic/cli"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
)

// TestDBCli runs sonic-db-cli over a real server: what it prints is what SONiC's program in C++ prints.
func TestDBCli(t *testing.T) {
	socket := dbtest.Redis(t)
	sw := &cli.Switch{Redis: func(ctx context.Context, id db.ID, args []string) (any, error) {
		client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, DB: int(id), Protocol: 2})
		defer client.Close()
		words := make([]any, len(args))
		for i, a := range args {
			words[i] = a
		}
		reply, err := client.Do(ctx, words...).Result()
		if errors.Is(err, redis.Nil) {
			return nil, nil
		}
		return reply, err
	}}
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"PING"}, "PONG\n", 0},
		{[]string{"-s", "PING"}, "PONG\n", 0},
		{[]string{"CONFIG_DB", "PING"}, "PONG\n", 0},
		{[]string{"CONFIG_DB", "hset", "PORT|Ethernet0", "lanes", "0,1", "speed", "-1"}, "2\n", 0},
		{[]string{"CONFIG_DB", "hgetall", "PORT|Ethernet0"}, "{'lanes': '0,1', 'speed': '-1'}\n", 0},
		{[]string{"CONFIG_DB", "hgetall", "PORT|Ethernet4"}, "{}\n", 0},
		{[]string{"CONFIG_DB", "hget", "PORT|Ethernet0", "lanes"}, "0,1\n", 0},
		{[]string{"CONFIG_DB", "hget", "PORT|Ethernet0", "mtu"}, "\n", 0},
		{[]string{"CONFIG_DB", "exists", "PORT|Ethernet0"}, "1\n", 0},
		{[]string{"CONFIG_DB", "hexists", "PORT|Ethernet0", "mtu"}, "False\n", 0},
		{[]string{"CONFIG_DB", "keys", "PORT*"}, "PORT|Ethernet0\n", 0},
		{[]string{"CONFIG_DB", "keys", "VLAN*"}, "\n", 0},
		{[]string{"CONFIG_DB", "hkeys", "PORT|Ethernet0"}, "lanes\nspeed\n", 0},
		{[]string{"APPL_DB", "keys", "*"}, "\n", 0},
		{[]string{"CONFIG_DB", "hdel", "PORT|Ethernet0", "speed"}, "1\n", 0},
		{[]string{"CONFIG_DB", "SET", "CONFIG_DB_INITIALIZED", "1"}, "True\n", 0},
		{[]string{"CONFIG_DB", "get", "CONFIG_DB_INITIALIZED"}, "1\n", 0},
		{[]string{"CONFIG_DB", "hscan", "PORT|Ethernet0", "0"}, "(0, {'lanes': '0,1'})\n", 0},
		{[]string{"CONFIG_DB", "EVAL", "return {KEYS[1],ARGV[1]}", "1", "k1", "v1"}, "k1\nv1\n", 0},
		{[]string{"CONFIG_DB", "del", "PORT|Ethernet0"}, "1\n", 0},
		{[]string{"CONFIG_DB", "hgetall"}, "ERR wrong number of arguments for 'hgetall' command\n", 1},
		{[]string{"FROB_DB", "keys", "*"}, "Invalid database name input : 'FROB_DB'\n", 1},
		{[]string{"-n", "asic0", "CONFIG_DB", "keys", "*"}, "Error: namespace asic0: there is only one ASIC\n", 2},
		{[]string{"SAVE"}, "OK\n", 0},
		{[]string{"FLUSHALL"}, "OK\n", 0},
	} {
		var out bytes.Buffer
		cmd := cli.DBCli(sw)
		cmd.SetArgs(c.args)
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		code := cli.Report(&out, cmd.ExecuteContext(t.Context()))
		if diff := cmp.Diff(c.want, out.String()); diff != "" || code != c.code {
			t.Errorf("sonic-db-cli %s: exit %d, not %d\n%s", strings.Join(c.args, " "), code, c.code, diff)
		}
	}
	for _, args := range [][]string{nil, {"-h"}, {"CONFIG_DB"}} {
		var out bytes.Buffer
		cmd := cli.DBCli(sw)
		cmd.SetArgs(args)
		if args == nil {
			cmd.SetArgs([]string{})
		}
		cmd.SetOut(&out)
		if err := cmd.ExecuteContext(t.Context()); err != nil || !strings.HasPrefix(out.String(), "usage: sonic-db-cli") {
			t.Errorf("sonic-db-cli %v: %v %s", args, err, out.String())
		}
	}
}
