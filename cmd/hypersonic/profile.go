package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// profileDir names a directory that every process writes its profiles to (tests/bench).
const profileDir = "HYPERSONIC_PROFILE"

// profiled runs f and, if profileDir is set, writes where its CPU time went (<name>.cpu) and what it holds at its end (<name>.heap).
func profiled(name string, f func() error) error {
	dir := os.Getenv(profileDir)
	if dir == "" {
		return f()
	}
	cpu, err := os.Create(filepath.Join(dir, name+".cpu"))
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	err = f()
	pprof.StopCPUProfile()
	return errors.Join(err, cpu.Close(), heapProfile(filepath.Join(dir, name+".heap")))
}

func heapProfile(path string) error {
	out, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	runtime.GC()
	return errors.Join(pprof.WriteHeapProfile(out), out.Close())
}
