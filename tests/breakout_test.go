package tests

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// breakout splits a port, which is in a VLAN, and puts it together again, while others carry frames: these lose nothing.
func breakout(t *testing.T, binary string) {
	f := three(t, binary, daemon.ASICKernel)
	before := elsewhere(t, f.hosts...)
	p := newPaced(t, "past a port that is split", pace/10, f.hosts[0], f.hosts[1], "10.0.10.2")
	p.mark("at the start")
	p.passes(0.2)
	for _, step := range []struct {
		mode  string
		ports []string
	}{{"4x10G", []string{"Ethernet8", "Ethernet9", "Ethernet10", "Ethernet11"}}, {"1x40G", []string{"Ethernet8"}}} {
		p.mark(step.mode)
		cmd := exec.Command(binary, "config", "interface", "breakout", "Ethernet8", step.mode, "-y", "-f")
		cmd.Env = append(os.Environ(), "HYPERSONIC_ROOT="+f.env.Root)
		if out := f.ns.Run(t, cmd); !strings.Contains(out, "Breakout process got successfully completed.") {
			t.Fatal(out)
		}
		speed := map[string]string{"4x10G": "10000", "1x40G": "40000"}[step.mode]
		for _, port := range step.ports {
			f.field(tables.ApplPort.Schema, port, "speed", speed)
			f.field(tables.StatePort.Schema, port, "state", "ok")
		}
		p.passes(0.3)
	}
	await(t, func() bool {
		rows, err := f.client.Get(context.Background(), tables.ApplPort.Schema, []string{"Ethernet9"})
		return err == nil && rows[0].Gone
	}, func() { t.Error("a port of the split is left") })
	if text, n := p.losses(), p.lost(0, p.sent.Load()); n > 0 && n > elsewhere(t, f.hosts...)-before {
		t.Error(text)
	}
	// The port is as it was made, in no VLAN and down.
	f.set(tables.ConfigPort.Schema, "Ethernet8", "admin_status", "up")
	f.set(tables.ConfigVlanMember.Schema, "Vlan10|Ethernet8", "tagging_mode", "untagged")
	f.reaches(2, "10.0.10.2")
}
