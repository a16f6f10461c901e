package boot

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// frrFile is Debian's /etc/frr/daemons: shell assignments that say which of FRR's daemons run, and with which options. Anything in it that is
// no plain assignment is passed over.
type frrFile map[string]string

// frrAlways run whatever the file says: zebra and staticd as on Debian, mgmtd where there is one, bgpd and bfdd because CONFIG_DB may want them.
var frrAlways = []string{"mgmtd", "zebra", "staticd", "bgpd", "bfdd"}

// frrOthers run if the file says so.
var frrOthers = []string{"ospfd", "ospf6d", "ripd", "ripngd", "isisd", "pimd", "pim6d", "ldpd", "nhrpd", "eigrpd", "babeld", "pbrd", "fabricd", "vrrpd", "pathd"}

// readFRRFile reads the file; one that is not there says nothing.
func readFRRFile(path string) (frrFile, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return parseFRRFile(string(text)), nil
}

func parseFRRFile(text string) frrFile {
	f := frrFile{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.ContainsAny(name, "# \t$(") {
			continue
		}
		f[name] = unquote(value)
	}
	return f
}

// unquote takes a shell word: quoted up to the closing quote, or bare up to a space.
func unquote(value string) string {
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
			return value[1 : 1+end]
		}
	}
	if end := strings.IndexAny(value, " \t#"); end >= 0 {
		return value[:end]
	}
	return value
}

// wants tells whether a daemon shall run.
func (f frrFile) wants(name string) bool {
	v := f[name]
	return slices.Contains(frrAlways, name) || v != "" && v != "no" && v != "0"
}

// options are the words that the file gives a daemon beside ours. -d (to the background) is not for a supervised program.
func (f frrFile) options(name string) []string {
	words := strings.Fields(f["frr_global_options"] + " " + f[name+"_options"])
	return slices.DeleteFunc(words, func(w string) bool { return w == "-d" || w == "--daemon" })
}
