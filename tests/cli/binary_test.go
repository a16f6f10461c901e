package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/dbtest"
	"github.com/hypersonic-nos/hypersonic/db/redis"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// TestBinary runs the programs as they are delivered: links to one binary, on databases and files below a directory.
func TestBinary(t *testing.T) {
	binary := switchtest.Build(t)
	socket := dbtest.Redis(t)
	root, bin := t.TempDir(), t.TempDir()
	for _, name := range []string{"show", "config", "sonic-db-cli", "sonic-cfggen"} {
		if err := os.Symlink(binary, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	sockets := filepath.Join(root, "var/run/redis")
	if err := errors.Join(os.MkdirAll(sockets, 0o755), os.Symlink(socket, filepath.Join(sockets, "redis.sock"))); err != nil {
		t.Fatal(err)
	}
	client, err := redis.New(redis.Options{Socket: socket})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	rows := []db.RawWrite{
		{Key: "PORT|Ethernet0", Fields: []db.Field{{Name: "lanes", Value: "0"}}},
		{Key: "DEVICE_METADATA|localhost", Fields: []db.Field{{Name: "mac", Value: "02:00:00:00:00:01"}}},
	}
	if err := client.Raw(db.Config).Write(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if err := client.Raw(db.Config).Set(t.Context(), "CONFIG_DB_INITIALIZED", "1"); err != nil {
		t.Fatal(err)
	}
	run := func(want string, code int, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "HYPERSONIC_ROOT="+root)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if !strings.Contains(string(out), want) || cmd.ProcessState.ExitCode() != code {
			t.Errorf("%s: exit %d\n%s", strings.Join(args, " "), cmd.ProcessState.ExitCode(), out)
		}
	}
	link := func(name string) string { return filepath.Join(bin, name) }
	run("", 0, link("config"), "vlan", "add", "10")
	run("Error: Vlan10 already exists.\n", 2, link("config"), "vlan", "add", "10")
	run("Vlan10     10", 0, link("show"), "vlan", "config")
	run("Vlan10     10", 0, binary, "show", "vlan", "config", "--root", root)
	run("Vlan10     10", 0, binary, "--root", root, "show", "vlan", "config")
	run("Error: Vlan10 already exists.\n", 2, binary, "--root", root, "config", "vlan", "add", "10")
	run("sonic-db-cli", 0, binary, "--help")
	run("{'vlanid': '10'}", 0, link("sonic-db-cli"), "CONFIG_DB", "hgetall", "VLAN|Vlan10")
	run("10", 0, link("sonic-cfggen"), "-d", "-v", "VLAN.Vlan10.vlanid")
	run("", 0, link("config"), "save", "-y")
	if text, err := os.ReadFile(filepath.Join(root, "etc/sonic/config_db.json")); err != nil || !strings.Contains(string(text), "Vlan10") {
		t.Errorf("saved: %v\n%s", err, text)
	}
	run("", 0, link("config"), "reload", "-y") // adds what a boot would have added
	run("", 0, link("config"), "save", "-y")
	run("No changes.", 0, link("config"), "reload", "-y", "--dry-run")
	run("create VLAN(20) VLAN_ID=20", 0, link("config"), "vlan", "add", "20", "--dry-run")
	run("127.0.0.1/8", 0, link("show"), "ip", "interfaces")
	run("Total number of entries", 0, link("show"), "arp")
	run("Kernel:", 0, link("show"), "version")
	run("FRR's zebra does not answer", 1, link("show"), "ip", "route")
	run("__start_show", 0, link("show"), "completion", "bash")
	run("the databases do not answer", 1, link("show"), "vlan", "config", "--root", t.TempDir())
}
