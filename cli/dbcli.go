package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
)

const dbCliUsage = `usage: sonic-db-cli [-h] [-s] [-n NAMESPACE] db_or_op [cmd [cmd ...]]

SONiC DB CLI:

positional arguments:
  db_or_op              Database name Or Unary operation(only PING/SAVE/FLUSHALL supported)
  cmd                   Command to execute in database

optional arguments:
  -h, --help            show this help message and exit
  -s, --unixsocket      Override use of tcp_port and use unixsocket
  -n NAMESPACE, --namespace NAMESPACE
                        Namespace string to use asic0/asic1.../asicn

Example 1: sonic-db-cli CONFIG_DB keys \*
Example 2: sonic-db-cli APPL_DB HGETALL VLAN_TABLE:Vlan10
Example 3: sonic-db-cli APPL_DB HGET VLAN_TABLE:Vlan10 mtu
Example 4: sonic-db-cli APPL_DB EVAL "return {KEYS[1],KEYS[2],ARGV[1],ARGV[2]}" 2 k1 k2 v1 v2
Example 5: sonic-db-cli PING | sonic-db-cli -s PING
Example 6: sonic-db-cli SAVE | sonic-db-cli -s SAVE
Example 7: sonic-db-cli FLUSHALL | sonic-db-cli -s FLUSHALL
`

// DBCli is the program `sonic-db-cli`: a Redis command in one of SONiC's databases, printed as SONiC's program in C++ does.
func DBCli(sw *Switch) *cobra.Command {
	var namespace string
	var socket bool
	cmd := &cobra.Command{Use: "sonic-db-cli", Short: "Run a command in one of the databases", RunE: sw.ask(func(v *view, args []string) error {
		if namespace != "" {
			return fail("namespace %s: there is only one ASIC", namespace)
		}
		return v.dbCli(args)
	})}
	cmd.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(c.OutOrStdout(), dbCliUsage) })
	cmd.Flags().SetInterspersed(false) // what follows the database is Redis's
	cmd.Flags().BoolVarP(&socket, "unixsocket", "s", false, "use the unix socket, as is always done")
	cmd.Flags().StringVarP(&namespace, "namespace", "n", "", "there is none")
	return program(cmd)
}

func (v *view) dbCli(args []string) error {
	if len(args) < 2 {
		return v.everywhere(arg(args, 0))
	}
	id, ok := databaseID(args[0])
	if !ok {
		fmt.Fprintf(v.err, "Invalid database name input : '%s'\n", args[0])
		return &silent{exitFailure}
	}
	reply, err := v.Redis(v.ctx, id, args[1:])
	if err != nil {
		fmt.Fprintln(v.err, err)
		return &silent{exitFailure}
	}
	return v.line("%s", formatReply(strings.ToUpper(args[1]), reply))
}

// everywhere is an operation of the whole server.
func (v *view) everywhere(operation string) error {
	switch operation {
	case "PING", "SAVE", "FLUSHALL":
	default:
		_, err := fmt.Fprint(v.out, dbCliUsage)
		return err
	}
	if _, err := v.Redis(v.ctx, db.Appl, []string{operation}); err != nil {
		fmt.Fprintln(v.out, err)
		return &silent{exitFailure}
	}
	return v.line("%s", map[bool]string{true: "PONG", false: "OK"}[operation == "PING"])
}

// maxDatabase is the last number that a database of SONiC's has.
const maxDatabase = 32

func databaseID(name string) (db.ID, bool) {
	for id := range db.ID(maxDatabase) {
		if id.String() == name {
			return id, true
		}
	}
	return 0, false
}

// formatReply prints a reply in the form that redis-py gave it: lists line by line, hashes as a dict of Python, some answers as True and False.
func formatReply(command string, reply any) string {
	switch r := reply.(type) {
	case nil:
		return ""
	case int64:
		if isTruth(command) && (r == 0 || r == 1) {
			return map[int64]string{0: "False", 1: "True"}[r]
		}
		return strconv.FormatInt(r, 10)
	case string:
		if r == "OK" && isDone(command) {
			return "True"
		}
		return r
	case []any:
		return formatList(command, r)
	}
	return fmt.Sprint(reply)
}

func formatList(command string, list []any) string {
	switch command {
	case "HGETALL":
		return dict(list)
	case "SCAN", "SSCAN", "HSCAN":
		if len(list) == 2 {
			items, _ := list[1].([]any)
			if command == "HSCAN" {
				return "(" + text(list[0]) + ", " + dict(items) + ")"
			}
			return "(" + text(list[0]) + ", [" + quoted(items) + "])"
		}
	case "BLPOP", "BRPOP":
		return "(" + quoted(list) + ")"
	}
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = text(e)
	}
	return strings.Join(lines, "\n")
}

func text(reply any) string { return formatReply("", reply) }

func dict(list []any) string {
	var parts []string
	for i := 0; i+1 < len(list); i += 2 {
		parts = append(parts, "'"+text(list[i])+"': '"+text(list[i+1])+"'")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func quoted(list []any) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = "'" + text(e) + "'"
	}
	return strings.Join(parts, ", ")
}

// isTruth tells the commands whose 0 and 1 mean no and yes.
func isTruth(command string) bool {
	switch command {
	case "COPY", "EXPIRE", "EXPIREAT", "PEXPIRE", "PEXPIREAT", "HEXISTS", "MOVE", "MSETNX", "PERSIST", "RENAMENX", "SISMEMBER", "SMOVE", "SETNX":
		return true
	}
	return false
}

// isDone tells the commands whose OK is a yes.
func isDone(command string) bool {
	switch command {
	case "AUTH", "HMSET", "PSETEX", "SETEX", "FLUSHALL", "FLUSHDB", "LSET", "LTRIM", "MSET", "PFMERGE", "ASKING", "READONLY", "READWRITE",
		"RENAME", "SAVE", "SELECT", "SHUTDOWN", "SLAVEOF", "SWAPDB", "WATCH", "UNWATCH", "SET":
		return true
	}
	return false
}
