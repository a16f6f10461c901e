package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// usage is what processes have taken from the machine, by program.
type usage map[string]process

// process is one program's share. Memory is in bytes.
type process struct {
	cpu      float64 // seconds, user and system
	rss, pss int64
}

// ticks is the unit of CPU time in /proc, a second's part; Linux has told 100 to programs for ever.
const ticks = 100

// usage reads the share of the supervisor and its programs.
func (n *nos) usage() usage {
	u := usage{}
	own := n.process.Pid()
	list, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range list {
		stat, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue // it has ended
		}
		// The program's name is in brackets and may hold anything.
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if pid := filepath.Base(dir); pid != strconv.Itoa(own) && f[1] != strconv.Itoa(own) {
			continue
		}
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		p := process{cpu: float64(user+system) / ticks}
		p.rss, p.pss = memory(filepath.Join(dir, "smaps_rollup"))
		u[program(dir)] = p
	}
	return u
}

// program is the name of a process: of a daemon its subcommand.
func program(dir string) string {
	line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
	name, rest, _ := strings.Cut(string(line), "\x00")
	name, _, _ = strings.Cut(name, " ") // Redis writes its address there
	if name = filepath.Base(name); name != "hypersonic" {
		return name
	}
	sub, _, _ := strings.Cut(rest, "\x00")
	return sub
}

func memory(path string) (rss, pss int64) {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		var kb int64
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &kb); err == nil {
			rss = kb << 10
		} else if _, err := fmt.Sscanf(line, "Pss: %d kB", &kb); err == nil {
			pss = kb << 10
		}
	}
	return rss, pss
}

// sub is what was taken since then; memory is the growth.
func (u usage) sub(then usage) usage {
	d := usage{}
	for name, p := range u {
		q := then[name]
		d[name] = process{p.cpu - q.cpu, p.rss - q.rss, p.pss - q.pss}
	}
	return d
}

func (u usage) cpu() (sum float64) {
	for _, p := range u {
		sum += p.cpu
	}
	return sum
}

func (u usage) rss(names ...string) (sum int64) {
	for name, p := range u {
		if len(names) == 0 || slices.Contains(names, name) {
			sum += p.rss
		}
	}
	return sum
}

func (u usage) pss() (sum int64) {
	for _, p := range u {
		sum += p.pss
	}
	return sum
}

// list names each program with its value, the largest first, leaving out those that round to nothing.
func (u usage) list(value func(process) float64, format string) string {
	names := slices.SortedFunc(maps.Keys(u), func(a, b string) int {
		if va, vb := value(u[a]), value(u[b]); va != vb {
			return -strings.Compare(fmt.Sprintf("%020.3f", va), fmt.Sprintf("%020.3f", vb))
		}
		return strings.Compare(a, b)
	})
	var parts []string
	for _, name := range names {
		text := fmt.Sprintf(format, value(u[name]))
		if strings.Trim(text, "0.") != "" {
			parts = append(parts, name+" "+text)
		}
	}
	return strings.Join(parts, ", ")
}

func cpuOf(p process) float64 { return p.cpu }
func rssOf(p process) float64 { return float64(p.rss) / 1e6 }
func pssOf(p process) float64 { return float64(p.pss) / 1e6 }
