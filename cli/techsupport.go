package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// What a dump may hold at most: of a file, and of a database, whose further rows are left out and counted.
const (
	dumpedFile = 8 << 20
	dumpedRows = 200_000
)

// showTechsupport is `show techsupport`: a tarball in /var/dump with what somebody who is asked for help wants to see.
func showTechsupport(sw *Switch) *cobra.Command {
	var silent bool
	cmd := &cobra.Command{
		Use: "techsupport", Short: "Gather information for troubleshooting", Args: exactly(),
		RunE: sw.look(func(v *view, _ []string) error {
			name, err := v.hostname()
			if err != nil {
				return err
			}
			name = fmt.Sprintf("sonic_dump_%s_%s", name, v.Now().Format("20060102_150405"))
			file := v.Path("var/dump", name+".tar.gz")
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return fmt.Errorf("dump: %w", err)
			}
			text, err := v.dump(name, !silent)
			if err != nil {
				return fmt.Errorf("dump: %w", err)
			}
			if err := os.WriteFile(file, text, 0o640); err != nil {
				return fmt.Errorf("dump: %w", err)
			}
			return v.line("%s", file)
		}),
	}
	cmd.Flags().BoolVar(&silent, "silent", false, "tell nothing but the file's name")
	return cmd
}

func (v *view) hostname() (string, error) {
	meta, err := fetch(v, tables.ConfigDeviceMetadata, []string{tables.Localhost})
	if name := meta[tables.Localhost].Hostname; name != "" {
		return name, err
	}
	return "sonic", err
}

// dump is the tarball. What cannot be read is told in it, and leaves nothing else out.
func (v *view) dump(name string, tell bool) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	t := tar.NewWriter(zip)
	add := func(file string, text []byte) error {
		if err := t.WriteHeader(&tar.Header{Name: path.Join(name, file), Mode: 0o644, Size: int64(len(text)), ModTime: v.Now()}); err != nil {
			return err
		}
		_, err := t.Write(text)
		return err
	}
	part := func(what string) {
		if tell {
			fmt.Fprintln(v.err, "collecting", what)
		}
	}
	part("databases")
	for _, id := range []db.ID{db.Config, db.Appl, db.Asic, db.Counters, db.State, db.FlexCounter} {
		if err := add("dump/"+id.String()+".json", v.database(id)); err != nil {
			return nil, err
		}
	}
	part("what the commands show")
	for _, command := range dumpedCommands() {
		if err := add("dump/"+strings.ReplaceAll(command, " ", "."), v.said(command)); err != nil {
			return nil, err
		}
	}
	part("files")
	for _, from := range []string{"etc/sonic", "etc/frr", "var/log", "usr/share/sonic/hwsku"} {
		if err := v.files(from, add); err != nil {
			return nil, err
		}
	}
	for _, file := range []string{"/proc/meminfo", "/proc/loadavg", "/proc/uptime", "/proc/version", "/proc/net/dev", "/proc/net/route"} {
		if text, err := os.ReadFile(file); err == nil { // of the machine, not of the switch's directory
			if err := add(file[1:], text); err != nil {
				return nil, err
			}
		}
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	err := zip.Close()
	return out.Bytes(), err
}

// dumpedCommands are those of `show` whose text goes into a dump.
func dumpedCommands() []string {
	return []string{
		"version", "services", "object-status", "platform summary", "platform psustatus", "platform fan", "platform temperature", "interfaces status",
		"interfaces counters", "interfaces counters rif", "interfaces portchannel", "interfaces transceiver eeprom", "ip interfaces", "ipv6 interfaces",
		"ip route", "ipv6 route", "ip bgp summary", "ipv6 bgp summary", "vlan brief", "mac", "arp", "ndp", "vrf", "lldp table", "queue counters",
		"runningconfiguration all", "runningconfiguration bgp",
	}
}

// said is what a command of `show` prints, its error included. It has patience of its own.
func (v *view) said(command string) []byte {
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(v.command, patience)
	defer cancel()
	cmd := Show(v.Switch)
	cmd.SetArgs(strings.Fields(command))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	Report(&out, cmd.ExecuteContext(ctx))
	return out.Bytes()
}

// database is all rows of a database by key, as redis-dump tells them.
func (v *view) database(id db.ID) []byte {
	ctx, cancel := context.WithTimeout(v.command, 6*patience)
	defer cancel()
	rows, left := map[string]map[string]map[string]string{}, 0
	raw := v.store.Raw(id)
	err := raw.Keys(ctx, "*", func(keys []string) error {
		if room := dumpedRows - len(rows); len(keys) > room {
			left += len(keys) - room
			keys = keys[:room]
		}
		hashes, err := raw.Hashes(ctx, keys)
		if err != nil { // one of them is no hash, or has gone: each by itself
			hashes = make([][]db.Field, len(keys))
			for i, k := range keys {
				if one, err := raw.Hashes(ctx, []string{k}); err == nil {
					hashes[i] = one[0]
				}
			}
		}
		for i, k := range keys {
			if hashes[i] == nil {
				continue
			}
			fields := map[string]string{}
			for _, f := range hashes[i] {
				fields[f.Name] = f.Value
			}
			rows[k] = map[string]map[string]string{"value": fields}
		}
		return nil
	})
	var out bytes.Buffer
	_ = grid.JSON(&out, rows) // into memory
	if err != nil {
		fmt.Fprintln(&out, "//", err)
	}
	if left > 0 {
		fmt.Fprintf(&out, "// and %d more keys\n", left)
	}
	return out.Bytes()
}

// files adds the files below a directory of the switch, the ends of large ones.
func (v *view) files(from string, add func(string, []byte) error) error {
	root := v.Path(from)
	return filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // what cannot be read is left out
		}
		text, err := tail(file, dumpedFile)
		if err != nil {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		return add(path.Join(from, filepath.ToSlash(rel)), text)
	})
}

func tail(file string, most int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > most {
		if _, err := f.Seek(-most, io.SeekEnd); err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(f, most))
}
