package boot

import (
	"slices"
	"testing"
)

func TestFRRFile(t *testing.T) {
	f := parseFRRFile(`# which daemons
bgpd=no
ospfd=yes   # edge
ripd=0
isisd="yes"
vtysh_enable=yes
zebra_options="  -A 127.0.0.1 -s 90000000"
ospfd_options='-A 127.0.0.1 -d'
frr_global_options="--log stdout"
#pimd=yes
if [ x = y ]; then pathd=yes; fi
`)
	for name, want := range map[string]bool{"bgpd": true, "zebra": true, "bfdd": true, "ospfd": true, "isisd": true, "ripd": false, "pimd": false, "pathd": false} {
		if f.wants(name) != want {
			t.Errorf("%s runs: %v", name, !want)
		}
	}
	for name, want := range map[string][]string{
		"zebra": {"--log", "stdout", "-A", "127.0.0.1", "-s", "90000000"},
		"ospfd": {"--log", "stdout", "-A", "127.0.0.1"},
		"bgpd":  {"--log", "stdout"},
	} {
		if got := f.options(name); !slices.Equal(got, want) {
			t.Errorf("options of %s: %q, want %q", name, got, want)
		}
	}
	if absent, err := readFRRFile("/nonexistent/daemons"); err != nil || absent.wants("ospfd") || !absent.wants("bgpd") {
		t.Errorf("no file: %v, %v", absent, err)
	}
}
