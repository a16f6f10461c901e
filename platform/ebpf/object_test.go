package ebpf

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cilium/ebpf"
)

// instructionBudget is how many instructions the verifier may look at, of the million that it would. A stage that is not a function of its own shows
// here first. Older kernels see fewer states as equal, and look at more.
const (
	instructionBudget      = 100_000
	instructionBudgetGuest = 300_000
)

// TestBudget loads the pipeline and asks what it cost the verifier.
func TestBudget(t *testing.T) {
	start := time.Now()
	k, err := load("")
	took := time.Since(start)
	if errors.Is(err, ErrNotAllowed) {
		t.Skip(err)
	}
	if err != nil {
		var v *ebpf.VerifierError
		if errors.As(err, &v) {
			t.Fatalf("%+v", v)
		}
		t.Fatal(err)
	}
	defer func() { _ = k.close() }()
	info, err := k.program.Info()
	if err != nil {
		t.Fatal(err)
	}
	budget := uint32(instructionBudget)
	if os.Getenv("HYPERSONIC_GUEST") != "" {
		budget = instructionBudgetGuest
	}
	if n, ok := info.VerifiedInstructions(); ok && n > budget {
		t.Errorf("the verifier looked at %d instructions, more than %d", n, budget)
	} else {
		t.Logf("%d instructions verified, loaded in %v", n, took)
	}
}

// TestGenerated compiles the pipeline again where the compiler is there that made it, and compares.
func TestGenerated(t *testing.T) {
	out, err := exec.Command("clang", "--version").Output()
	if err != nil || !bytes.Contains(out, []byte("clang version 14.0.6")) {
		t.Skipf("clang 14.0.6, which made the committed object, is not installed (%v)", err)
	}
	if _, err := os.Stat("/usr/include/bpf/bpf_helpers.h"); err != nil {
		t.Skipf("libbpf's headers are not installed: %v", err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("bpf/generate", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"sw_bpfel.o", "sw_bpfel_gen.go"} {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what bpf/ gives: run go generate", name)
		}
	}
}
