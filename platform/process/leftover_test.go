package process

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestSweep: a program that does not die with its supervisor, because it has changed its user as FRR's daemons do, is killed by the next
// supervisor of the same mark, and by no other.
func TestSweep(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("changing the user needs root")
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asSupervisor+"=exec setpriv --reuid=65534 sh -c 'echo $$; "+forever+"'", asMark+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "child:")))
	if err != nil {
		t.Fatal(err)
	}
	child := pidfd(t, pid)
	t.Cleanup(func() { _ = unix.PidfdSendSignal(child, unix.SIGKILL, nil, 0) })
	alive := func() bool { return unix.PidfdSendSignal(child, 0, nil, 0) == nil }

	run(t, Config{Mark: dir}).stop() // its supervisor lives
	if !alive() {
		t.Fatal("the program of a living supervisor was killed")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	run(t, Config{Mark: "another"}).stop()
	if !alive() {
		t.Fatal("the program of another supervisor was killed")
	}
	run(t, Config{Mark: dir}).stop()
	awaitEnd(t, child)
}

func TestLeftover(t *testing.T) {
	began, err := startTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	own, err := mark("/root")
	if err != nil || own != fmt.Sprintf("%s%d,%s,/root", markName, os.Getpid(), began) {
		t.Fatal(own, err)
	}
	for text, want := range map[string]bool{
		own:                                   false, // alive
		markName + "4194305,1,/root":          true,  // no such process can be
		markName + "1,x,/root":                true,  // another process of that number
		markName + "4194305,1,/root/other":    false,
		markName + "4194305,1":                false,
		markName + "x,1,/root":                false,
		"X" + markName + "4194305,1,/root":    false,
		"":                                    false,
		"HYPERSONIC_SUPERVISOR":               false,
		"PATH=" + markName + "4194305,1,root": false,
	} {
		environ := bytes.Join([][]byte{[]byte("A=b"), []byte(text), nil}, []byte{0})
		if got := leftover(environ, "/root"); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
