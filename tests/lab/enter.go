package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// enter becomes a command at a node, or a shell.
func enter(o options, name string, command []string) error {
	r, err := readRecord(o.dir)
	if err != nil {
		return err
	}
	n := r.node(name)
	if n == nil {
		return fmt.Errorf("no node %q in lab %s", name, r.Lab)
	}
	ip, err := exec.LookPath("ip")
	if err != nil {
		return err
	}
	env := os.Environ()
	if n.Root != "" {
		bin := filepath.Join(r.Dir, "bin")
		env = append(env, "HYPERSONIC_ROOT="+n.Root, "PATH="+bin+":"+os.Getenv("PATH"))
		if len(command) > 0 && !strings.Contains(command[0], "/") {
			if own := filepath.Join(bin, command[0]); exists(own) { // ip looks for a command by our PATH, not by the new one
				command = append([]string{own}, command[1:]...)
			}
		}
	}
	if len(command) == 0 {
		env = append(env, "PS1="+n.Name+"# ")
		command = []string{"bash", "--norc"}
	}
	runtime.LockOSThread() // the thread that is renamed is the one that becomes the command
	if err := rename(n.Name); err != nil {
		return err
	}
	return fmt.Errorf("%s: %w", ip, unix.Exec(ip, append([]string{"ip", "netns", "exec", n.Space}, command...), env))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
