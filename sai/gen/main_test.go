package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Generating again gives what is committed.
func TestGeneratedFilesAreFresh(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is stale, run go generate ./sai (%v)", name, err)
		}
	}
	old, err := filepath.Glob("../*_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if _, ok := files[filepath.Base(path)]; !ok {
			t.Errorf("%s is generated no more", path)
		}
	}
}

func TestCamel(t *testing.T) {
	for in, want := range map[string]string{
		"VLAN_MEMBER": "VlanMember", "PORT_VLAN_ID": "PortVlanID", "SRC_MAC_ADDRESS": "SrcMACAddress", "1_2": "1_2", "IPV6": "IPv6", "A_1": "A1", "IP2ME": "Ip2me",
	} {
		if got := camel(in); got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestConditionDistributes(t *testing.T) {
	f, err := loadFacts()
	if err != nil {
		t.Fatal(err)
	}
	o := f.byName["SAI_OBJECT_TYPE_HOSTIF"]
	got, err := condition(f, o, "SAI_HOSTIF_ATTR_OPER_STATUS == true and (SAI_HOSTIF_ATTR_TYPE == SAI_HOSTIF_TYPE_NETDEV or SAI_HOSTIF_ATTR_QUEUE == 5)")
	if want := "Condition{{{3, 1}, {0, 0}}, {{3, 1}, {4, 5}}}"; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for _, bad := range []string{"", "X == 1", "SAI_HOSTIF_ATTR_TYPE == ", "( SAI_HOSTIF_ATTR_QUEUE == 5", "SAI_HOSTIF_ATTR_QUEUE == 5 )", "SAI_HOSTIF_ATTR_TYPE == X"} {
		if got, err := condition(f, o, bad); err == nil {
			t.Errorf("%q is %s", bad, got)
		}
	}
}
