package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestGenerated holds that package oc is what the mapping and the models make.
func TestGenerated(t *testing.T) {
	dir := models()
	if _, err := os.Stat(filepath.Join(dir, "release", "models")); err != nil {
		t.Skipf("no checkout of openconfig/public (OPENCONFIG_YANG): %v", err)
	}
	out := t.TempDir()
	augments := "hypersonic-augments.yang"
	text, err := os.ReadFile(filepath.Join("../oc", augments))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, augments), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := generate(dir, out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{deviationModule + ".yang", "oc_gen.go", schemaFile} {
		want, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../oc", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("gnmi/oc/%s is not what the mapping makes: go generate ./gnmi/...", name)
		}
	}
}
