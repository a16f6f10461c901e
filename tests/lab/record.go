package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// record is what runs. It is written before anything is started, so that what is half there can be taken down.
type record struct {
	Lab    string
	Source string // of the topology
	Dir    string
	Nodes  []nodeRecord
}

// nodeRecord is a node. Of a host only names are known: nothing runs there.
type nodeRecord struct {
	Name, Kind string
	Space      string // the namespace
	Root       string `json:",omitempty"`
	Pid        int    `json:",omitempty"`
	Began      string `json:",omitempty"` // clock ticks after boot, since a process id alone comes again
	Addresses  []string
	Wires      []string // "eth1 spine1:eth2"
}

var errNothing = errors.New("no lab is up")

func recordPath(dir string) string { return filepath.Join(dir, "record.json") }

func readRecord(dir string) (*record, error) {
	text, err := os.ReadFile(recordPath(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNothing
	}
	if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", recordPath(dir), err)
	}
	return r, nil
}

func (r *record) write() error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	// A reader never sees half of it.
	next := recordPath(r.Dir) + ".new"
	if err := os.WriteFile(next, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(next, recordPath(r.Dir))
}

func (r *record) node(name string) *nodeRecord {
	for i := range r.Nodes {
		if r.Nodes[i].Name == name {
			return &r.Nodes[i]
		}
	}
	return nil
}

// alive tells whether all switches run.
func (r *record) alive() bool {
	for _, n := range r.Nodes {
		if n.Root != "" && !n.alive() {
			return false
		}
	}
	return true
}

func (n *nodeRecord) alive() bool { return n.Pid > 1 && began(n.Pid) == n.Began }

// began is field 22 of /proc/pid/stat; empty for a process that has ended.
func began(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return ""
	}
	return f[19]
}
