package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
)

// printTable says what runs where, and how to get there.
func printTable(w io.Writer, r *record) {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "NODE\tNAMESPACE\tPROCESS\tMEMORY\tROOT, OR ADDRESSES\tWIRES")
	var total int64
	at, host := "", ""
	for _, n := range r.Nodes {
		if n.Root == "" {
			if host == "" {
				host, at = n.Name, beside(n)
			}
			fmt.Fprintf(t, "%s\t%s\t-\t-\t%s\t%s\n", n.Name, n.Space, strings.Join(n.Addresses, " "), strings.Join(n.Wires, ", "))
			continue
		}
		pid, memory := "ended", int64(0)
		if n.alive() {
			pid = strconv.Itoa(n.Pid)
		}
		for _, p := range append(processes(n.Root), n.Pid) {
			memory += pss(p)
		}
		total += memory
		fmt.Fprintf(t, "%s\t%s\t%s\t%d MB\t%s\t%s\n", n.Name, n.Space, pid, memory/1e6, n.Root, strings.Join(n.Wires, ", "))
	}
	_ = t.Flush()
	fmt.Fprintf(w, "\nAll switches together take %d MB (PSS).\n", total/1e6)
	t = tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, line := range [][2]string{
		{"scripts/lab in " + at, "a shell at a switch: show, config, vtysh, redis-cli are its own"},
		{"scripts/lab in " + at + " show ip route", ""},
		{"scripts/lab in " + at + " vtysh -c 'show bgp summary'", ""},
		{"scripts/lab in " + at + " redis-cli -n 1 --scan --pattern '*ROUTE_ENTRY*'", "ASIC_DB; -n 0 APPL_DB, 4 CONFIG_DB, 6 STATE_DB"},
		{"scripts/lab in " + at + " supervisorctl status", "kill what you like: frames go on"},
		{"scripts/lab in " + at + " tcpdump -ni eth1", "what is on the wire; -i Ethernet0 what the kernel gets"},
		{"scripts/lab in " + host + " ping " + someone(r, host), ""},
		{"make lab-down", "ends all of it"},
	} {
		fmt.Fprintf(t, "  %s\t%s\n", line[0], line[1])
	}
	_ = t.Flush()
}

// beside is the node that a host's first wire leads to.
func beside(n nodeRecord) string {
	if len(n.Wires) == 0 {
		return ""
	}
	_, far, _ := strings.Cut(n.Wires[0], " ")
	node, _, _ := strings.Cut(far, ":")
	return node
}

// someone is an address of the last host that is not this one.
func someone(r *record, than string) (address string) {
	for _, n := range r.Nodes {
		if n.Root == "" && n.Name != than && len(n.Addresses) > 0 {
			address = n.Addresses[0]
		}
	}
	return address
}

// pss is the memory of a process in bytes, shared pages in parts.
func pss(pid int) (sum int64) {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
	for line := range strings.Lines(string(text)) {
		var kb int64
		if _, err := fmt.Sscanf(line, "Pss: %d kB", &kb); err == nil {
			sum += kb << 10
		}
	}
	return sum
}
