package ebpf

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// guestTests are run under other kernels: that the program loads, forwards, and does what the model does. They need no program but their own.
const guestTests = "^(TestBudget|TestLearning|TestLag|TestDifferential)$"

// TestKernels runs tests of this package under other kernels: in a virtual machine whose only process is this very test. HYPERSONIC_KERNELS names a
// directory with kernels of Debian's packages, unpacked (scripts/kernels). HYPERSONIC_ACCEL=kvm makes it fast where that works; it is not always so in
// a machine that is a virtual one itself.
func TestKernels(t *testing.T) {
	root := os.Getenv("HYPERSONIC_KERNELS")
	kernels, _ := filepath.Glob(filepath.Join(root, "boot", "vmlinuz-*"))
	if len(kernels) == 0 {
		t.Skipf("no kernels in %q (scripts/kernels gets some, HYPERSONIC_KERNELS tells where)", root)
	}
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil || runtime.GOARCH != "amd64" {
		t.Skipf("no machine to run kernels in: %v", err)
	}
	accelerator := os.Getenv("HYPERSONIC_ACCEL")
	if accelerator == "" {
		accelerator = "tcg"
	}
	for _, kernel := range kernels {
		release := strings.TrimPrefix(filepath.Base(kernel), "vmlinuz-")
		t.Run(release, func(t *testing.T) {
			disk := filepath.Join(t.TempDir(), "initramfs")
			if err := os.WriteFile(disk, initramfs(t, filepath.Join(root, "lib/modules", release)), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
			defer cancel()
			out, err := exec.CommandContext(ctx, qemu, "-accel", accelerator, "-cpu", "max", "-m", "1024", "-smp", "1", "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio",
				"-kernel", kernel, "-initrd", disk, "-append", "console=ttyS0 quiet panic=-1 rdinit=/init HYPERSONIC_GUEST=new HYPERSONIC_SEED=1 HYPERSONIC_CASES=2 -- -test.v -test.run="+guestTests).CombinedOutput()
			text := string(out)
			if err != nil || !strings.Contains(text, "\nPASS\r") || strings.Contains(text, "--- FAIL") || strings.Contains(text, "--- SKIP") {
				t.Fatalf("%v\n%s", err, text)
			}
			for line := range strings.Lines(text) {
				if strings.Contains(line, "--- PASS") || strings.Contains(line, "verified") || strings.Contains(line, "cases") {
					t.Log(strings.TrimSpace(line))
				}
			}
		})
	}
}

// guestModules are what Debian's kernels have as modules, in the order of their loading.
func guestModules() []string {
	return []string{"net/sched/sch_ingress.ko", "net/sched/cls_bpf.ko", "drivers/net/veth.ko"}
}

// initramfs is an archive (newc) of this program with its libraries, and kernel modules.
func initramfs(t *testing.T, modules string) []byte {
	t.Helper()
	var b bytes.Buffer
	add := func(name string, mode uint32, content []byte) {
		fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
			0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name)+1, 0, name)
		b.Write(make([]byte, (4-b.Len()%4)%4))
		b.Write(content)
		b.Write(make([]byte, (4-b.Len()%4)%4))
	}
	dirs := []string{}
	addFile := func(name, from string) {
		t.Helper()
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
			dirs = append(dirs, dir)
		}
		slices.Sort(dirs)
		for _, dir := range slices.Compact(slices.Clone(dirs)) {
			add(dir, unix.S_IFDIR|0o755, nil)
		}
		add(name, unix.S_IFREG|0o755, content)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"proc", "sys", "tmp", "run", "var", "dev", "modules"} {
		add(dir, unix.S_IFDIR|0o755, nil)
	}
	addFile("init", self)
	for _, lib := range libraries(t, self) {
		addFile(strings.TrimPrefix(lib, "/"), lib)
	}
	for i, m := range guestModules() {
		from, err := os.Stat(filepath.Join(modules, "kernel", m))
		name := m
		if errors.Is(err, fs.ErrNotExist) {
			name += ".xz"
		} else if err != nil {
			t.Fatal(from, err)
		}
		addFile(fmt.Sprintf("modules/%d-%s", i, filepath.Base(name)), filepath.Join(modules, "kernel", name))
	}
	add("TRAILER!!!", 0, nil)
	return b.Bytes()
}

// libraries are those that a program is linked with, and what loads them.
func libraries(t *testing.T, program string) (paths []string) {
	t.Helper()
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			name, err := io.ReadAll(p.Open())
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, string(bytes.TrimRight(name, "\x00")))
		}
	}
	names, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		paths = append(paths, filepath.Join("/lib/x86_64-linux-gnu", name))
	}
	return paths
}

// init is what the only process of a virtual machine does first. Then it begins anew, for what other packages found out before there was a /proc.
func init() {
	if os.Getpid() != 1 || os.Getenv("HYPERSONIC_GUEST") != "new" {
		return
	}
	err := errors.Join(unix.Mount("proc", "/proc", "proc", 0, ""), unix.Mount("sys", "/sys", "sysfs", 0, ""), unix.Mount("tmp", "/tmp", "tmpfs", 0, ""),
		unix.Mount("run", "/run", "tmpfs", 0, ""), unix.Mount("bpf", "/sys/fs/bpf", "bpf", 0, ""), os.Symlink("/run", "/var/run"))
	modules, _ := filepath.Glob("/modules/*")
	for _, m := range modules {
		flags := 0
		if strings.HasSuffix(m, ".xz") {
			flags = unix.MODULE_INIT_COMPRESSED_FILE
		}
		f, oerr := os.Open(m)
		if oerr == nil {
			oerr = errors.Join(unix.FinitModule(int(f.Fd()), "", flags), f.Close())
		}
		err = errors.Join(err, oerr)
	}
	if err = errors.Join(err, os.Setenv("HYPERSONIC_GUEST", "ready")); err == nil {
		err = unix.Exec("/init", os.Args, os.Environ())
	}
	fmt.Println("--- FAIL: the machine:", err)
}
