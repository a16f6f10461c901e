package control_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/platform/process"
	"github.com/hypersonic-nos/hypersonic/platform/process/control"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestCtl goes through supervisorctl's commands with real processes. The client comes before the server is there, as containerlab's does.
func TestCtl(t *testing.T) {
	supervisor, err := process.New(process.Config{},
		process.Spec{Name: "cfgmgr", Path: "sleep", Args: []string{"1000"}, AutoStart: true},
		process.Spec{Name: "bgpd", Path: "sleep", Args: []string{"1000"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	socket := filepath.Join(t.TempDir(), "s")
	client := control.NewClient(socket, 10*time.Second)
	defer client.Close()
	began := time.Now()
	if code := client.Ctl(t.Context(), []string{"status"}, io.Discard); code != 1 || time.Since(began) > 5*time.Second {
		t.Errorf("status without a supervisor: exit code %d after %v", code, time.Since(began))
	}
	var g errgroup.Group
	early := make(chan string, 1)
	g.Go(func() error {
		var out bytes.Buffer
		client.Ctl(t.Context(), []string{"start", "bgpd"}, &out)
		early <- out.String()
		return nil
	})
	ln, err := control.Listen(ctx, socket)
	if err != nil {
		t.Fatal(err)
	}
	g.Go(func() error { return supervisor.Run(ctx) })
	server := control.NewServer(supervisor, map[string]string{"vlanmgrd": "cfgmgr"}, cancel)
	g.Go(func() error { return server.Serve(ctx, ln) })
	if got := <-early; got != "bgpd: started\n" {
		t.Errorf("an early start says %q", got)
	}
	if _, err := control.Listen(ctx, socket); !errors.Is(err, control.ErrRunning) {
		t.Errorf("a second supervisor: %v", err)
	}
	for _, c := range []struct {
		command, want string
		code          int
	}{
		{"start bgpd", "bgpd: ERROR (already started)\n", 0},
		{"stop bgpd", "bgpd: stopped\n", 0},
		{"stop bgpd", "bgpd: ERROR (not running)\n", 0},
		{"restart vlanmgrd", "vlanmgrd: stopped\nvlanmgrd: started\n", 0},
		{"stop vlanmgrd", "vlanmgrd: ERROR (part of cfgmgr, which does more; stop that)\n", 1},
		{"start teamd", "teamd: ERROR (no such process)\n", 1},
		{"status teamd", "teamd: ERROR (no such process)\n", 4},
		{"fly", "*** Unknown syntax: fly\n", 1},
		{"start", "Error: start requires a process name\n", 1},
	} {
		var out bytes.Buffer
		if code := client.Ctl(t.Context(), strings.Fields(c.command), &out); code != c.code || out.String() != c.want {
			t.Errorf("%s: %q, exit code %d; want %q, %d", c.command, out.String(), code, c.want, c.code)
		}
	}
	var out bytes.Buffer
	if code := client.Ctl(t.Context(), nil, &out); code != 3 {
		t.Errorf("status: exit code %d", code)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{"bgpd                             STOPPED   ", "cfgmgr                           RUNNING   pid ", "vlanmgrd                         RUNNING   pid "} {
		if len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("status:\n%s", out.String())
		}
	}
	if !strings.HasSuffix(lines[2], ", uptime 0:00:00 (cfgmgr)") && !strings.HasSuffix(lines[2], "(cfgmgr)") {
		t.Errorf("a part: %q", lines[2])
	}
	if code := client.Ctl(t.Context(), []string{"shutdown"}, &out); code != 0 {
		t.Errorf("shutdown: %s", out.String())
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
