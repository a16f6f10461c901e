package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// results are samples by case, kind of frames and what was measured.
type results map[[3]string][]float64

func (r results) add(name, kind, what string, v float64) {
	k := [3]string{name, kind, what}
	r[k] = append(r[k], v)
}

// middle is the median; ok: there is one.
func (r results) middle(name, kind, what string) (v float64, ok bool) {
	s := slices.Sorted(slices.Values(r[[3]string{name, kind, what}]))
	if len(s) == 0 {
		return 0, false
	}
	return s[len(s)/2], true
}

func (r results) text(name, kind, what, format string) string {
	v, ok := r.middle(name, kind, what)
	if !ok {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

// added is what a case takes more than the bare veth pair with the same frames in the same round: the median of the rounds.
func (r results) added(name, kind string) (float64, bool) {
	own, limit := r[[3]string{name, kind, "ns"}], r[[3]string{bare, kind, "ns"}]
	var more []float64
	for i := range min(len(own), len(limit)) {
		more = append(more, own[i]-limit[i])
	}
	if len(more) == 0 {
		return 0, false
	}
	slices.Sort(more)
	return more[len(more)/2], true
}

// report prints Markdown, as docs/performance.md has it.
func report(w io.Writer, o options, rigs []*rig, r results, share string) {
	fmt.Fprintf(w, "%d rounds of %d frames, %d of transfers for %v; %d IPv4 and %d IPv6 routes in a full table; %s.\n\n", o.rounds, o.packets, o.transfers, o.tcp, o.routes4, o.routes6, share)
	fmt.Fprintln(w, "| CPU ns a delivered frame of 64 B (added to the veth pair) | IPv4 | IPv6 | IPv4, cold | IPv6, cold | kpps IPv4 / IPv6 |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, g := range rigs {
		var cells []string
		for _, k := range []kind{{}, {v6: true}, {cold: true}, {v6: true, cold: true}} {
			cell := r.text(g.name, k.String(), "ns", "%.0f")
			if more, ok := r.added(g.name, k.String()); ok && g.name != bare {
				cell += fmt.Sprintf(" (+%.0f)", more)
			}
			if v, ok := r.middle(g.name, k.String(), "arrived"); ok && v < 0.999 {
				cell += fmt.Sprintf(", %.1f %% arrived", 100*v)
			}
			cells = append(cells, cell)
		}
		fmt.Fprintf(w, "| %s | %s | %s / %s |\n", g.name, strings.Join(cells, " | "), r.text(g.name, "IPv4", "kpps", "%.0f"), r.text(g.name, "IPv6", "kpps", "%.0f"))
	}
	if o.transfers > 0 {
		fmt.Fprintln(w, "\n| one TCP flow, Gbit/s (CPU ns a KiB) | IPv4 | IPv6 | IPv4, links as containerlab's | IPv6, links as containerlab's |")
		fmt.Fprintln(w, "|---|---|---|---|---|")
		for _, g := range rigs {
			var cells []string
			for _, what := range []string{offloads, plain} {
				for _, k := range []string{"IPv4", "IPv6"} {
					cells = append(cells, fmt.Sprintf("%s (%s)", r.text(g.name, k, what, "%.1f"), r.text(g.name, k, what+" CPU", "%.0f")))
				}
			}
			fmt.Fprintf(w, "| %s | %s |\n", g.name, strings.ReplaceAll(strings.Join(cells, " | "), "- (-)", "-"))
		}
	}
	targets(w, r)
}

// What the data plane is to reach: cost added, by that of the kernel and of a copy loop; transfers, by those of the veth pair.
const (
	ofKernel = 0.6
	ofCopy   = 1.0 / 15
	ofBare   = 0.85
)

// targets says what was reached.
func targets(w io.Writer, r results) {
	fmt.Fprintln(w, "\n| ratio | IPv4 | IPv6 | IPv4, cold | IPv6, cold | target |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, c := range []struct {
		ours, theirs string
		limit        float64
	}{
		{oursL2, bridge, ofKernel}, {oursL3, routing, ofKernel}, {oursL3 + million, routing + million, ofKernel},
		{oursL2 + queued, bridge, ofKernel}, {oursL3 + queued, routing, ofKernel}, {oursL3 + million + queued, routing + million, ofKernel},
		{oursL2, copyL2, ofCopy}, {oursL3, copyL3, ofCopy}, {oursL3 + million, copyL3, ofCopy},
	} {
		var cells []string
		for _, k := range []kind{{}, {v6: true}, {cold: true}, {v6: true, cold: true}} {
			a, ok1 := r.added(c.ours, k.String())
			b, ok2 := r.added(c.theirs, k.String())
			cells = append(cells, ratio(a, b, ok1 && ok2 && b > 0, c.limit, true))
		}
		line(w, fmt.Sprintf("added cost, %s / %s", c.ours, c.theirs), cells, fmt.Sprintf("at most %.3f", c.limit))
	}
	for _, what := range []string{offloads, plain} {
		for _, name := range []string{oursL2, oursL3, oursL3 + million} {
			var cells []string
			for _, k := range []string{"IPv4", "IPv6"} {
				a, ok1 := r.middle(name, k, what)
				b, ok2 := r.middle(bare, k, what)
				cells = append(cells, ratio(a, b, ok1 && ok2, ofBare, false))
			}
			line(w, fmt.Sprintf("%s, %s / %s", what, name, bare), append(cells, "-", "-"), fmt.Sprintf("at least %.2f", ofBare))
		}
	}
}

func ratio(a, b float64, ok bool, limit float64, atMost bool) string {
	if !ok {
		return "-"
	}
	if v := a / b; v <= limit == atMost {
		return fmt.Sprintf("%.3f met", v)
	}
	return fmt.Sprintf("%.3f missed", a/b)
}

func line(w io.Writer, what string, cells []string, target string) {
	if strings.Trim(strings.Join(cells, ""), "-") != "" {
		fmt.Fprintf(w, "| %s | %s | %s |\n", what, strings.Join(cells, " | "), target)
	}
}
