package others

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

func (o *Origin) lines(path string) ([][]string, error) { return lines(o.root, path) }

func lines(dir fs.FS, path string) ([][]string, error) {
	text, err := fs.ReadFile(dir, path)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 {
			out = append(out, words)
		}
	}
	return out, nil
}

func number(words []string, i int) uint64 {
	if i >= len(words) {
		return 0
	}
	n, err := strconv.ParseUint(words[i], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func float(words []string, i int) float64 {
	if i >= len(words) {
		return 0
	}
	f, err := strconv.ParseFloat(words[i], 64)
	if err != nil {
		return 0
	}
	return f
}

// uptime is in seconds, as SONiC's total and idle.
func (o *Origin) uptime() ([]byte, error) {
	l, err := o.first("proc/uptime")
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]float64{"total": float(l, 0), "idle": float(l, 1)})
}

func (o *Origin) first(path string) ([]string, error) {
	l, err := o.lines(path)
	if err == nil && len(l) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	if err != nil {
		return nil, err
	}
	return l[0], nil
}

// meminfo has kilobytes, under the names of the file in SONiC's spelling.
func (o *Origin) meminfo() ([]byte, error) {
	l, err := o.lines("proc/meminfo")
	out := map[string]uint64{}
	for _, words := range l {
		name := strings.TrimSuffix(words[0], ":")
		name = strings.NewReplacer("(", "_", ")", "").Replace(name)
		out[snake(name)] = number(words, 1)
	}
	return marshal(out, err)
}

// snake is MemTotal as mem_total.
func snake(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		upper := r >= 'A' && r <= 'Z'
		if upper && lower {
			b.WriteByte('_')
		}
		lower = !upper && r != '_'
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

func (o *Origin) loadavg() ([]byte, error) {
	l, err := o.first("proc/loadavg")
	if err != nil {
		return nil, err
	}
	running, total, _ := strings.Cut(l[min(3, len(l)-1)], "/")
	return json.Marshal(map[string]any{
		"last1min": float(l, 0), "last5min": float(l, 1), "last15min": float(l, 2),
		"process_running": number([]string{running}, 0), "process_total": number([]string{total}, 0), "last_pid": number(l, 4),
	})
}

func (o *Origin) vmstat() ([]byte, error) {
	l, err := o.lines("proc/vmstat")
	out := map[string]uint64{}
	for _, words := range l {
		out[words[0]] = number(words, 1)
	}
	return marshal(out, err)
}

// times are the columns of a cpu line, in ticks.
var times = [...]string{"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"}

func cpuTimes(words []string) map[string]any {
	out := map[string]any{"id": words[0]}
	for i, name := range times {
		out[name] = number(words, i+1)
	}
	return out
}

func (o *Origin) stat() ([]byte, error) {
	l, err := o.lines("proc/stat")
	out := map[string]any{}
	var cpus []map[string]any
	for _, words := range l {
		switch {
		case words[0] == "cpu":
			out["cpu_all"] = cpuTimes(words)
		case strings.HasPrefix(words[0], "cpu"):
			cpus = append(cpus, cpuTimes(words))
		case words[0] == "intr":
			out["interrupts"] = number(words, 1)
		case words[0] == "ctxt":
			out["context_switches"] = number(words, 1)
		default:
			out[words[0]] = number(words, 1)
		}
	}
	out["cpus"] = cpus
	return marshal(out, err)
}

// cpu is how busy the processors have been since the machine started, in per cent. SONiC's server keeps samples of the last minutes, for which a process has to
// wake ten times a second; what is told here comes from one reading.
func (o *Origin) cpu() ([]byte, error) {
	l, err := o.lines("proc/stat")
	out := map[string]any{}
	var cpus []map[string]any
	for _, words := range l {
		if !strings.HasPrefix(words[0], "cpu") {
			continue
		}
		total := uint64(0)
		for i := range times {
			total += number(words, i+1)
		}
		busy := uint64(0)
		if total > 0 {
			busy = 100 * (total - number(words, 4) - number(words, 5)) / total
		}
		row := map[string]any{"id": words[0], "since_boot": busy}
		if words[0] == "cpu" {
			out["cpu_all"] = row
		} else {
			cpus = append(cpus, row)
		}
	}
	out["cpus"] = cpus
	return marshal(out, err)
}

func (o *Origin) diskstats() ([]byte, error) {
	l, err := o.lines("proc/diskstats")
	names := [...]string{"read_ios", "read_merges", "read_sectors", "read_ticks", "write_ios", "write_merges", "write_sectors", "write_ticks", "in_flight", "io_ticks", "time_in_queue"}
	var out []map[string]any
	for _, words := range l {
		if len(words) < 3 {
			continue
		}
		row := map[string]any{"major": number(words, 0), "minor": number(words, 1), "name": words[2]}
		for i, n := range names {
			row[n] = number(words, i+3)
		}
		out = append(out, row)
	}
	return marshal(out, err)
}

// build is SONiC's version file.
func (o *Origin) build() ([]byte, error) {
	l, err := lines(o.sonic, "sonic_version.yml")
	out := map[string]string{}
	for _, words := range l {
		if name, ok := strings.CutSuffix(words[0], ":"); ok && len(words) > 1 {
			out[name] = strings.Trim(strings.Join(words[1:], " "), `'"`)
		}
	}
	return marshal(out, err)
}

func marshal(v any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}
